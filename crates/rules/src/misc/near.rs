//! Names that are nearly right.

use recon_model::KindId::{
    self, CodebuildProject, CodecommitRepository, CodepipelinePipeline, EcrRepository, EcsCluster, EcsService,
};

use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

/// A letter or two apart, in a name long enough for that to be a slip. Numbers
/// tell one thing from the next, and are meant.
pub(crate) fn is_slip(own: &str, name: &str, most: usize) -> bool {
    let letters = |text: &str| text.chars().filter(char::is_ascii_alphabetic).collect::<String>();
    let distance = strsim::damerau_levenshtein(own, name);
    (1..=most).contains(&distance) && distance * 4 <= name.len() && letters(own) != letters(name)
}

pub static MISC_021: Rule = Rule {
    id: "MISC-021",
    severity: Severity::Warning,
    title: "something outside the stack with nearly the name of something inside",
    doc: "`{ name = \"…\" }` and `{ arn = \"…\" }` name what is outside the stack, and nobody but AWS knows whether it is \
          there. One that is a letter or two from a resource of the stack is most likely meant to be that one.",
    fix: "name the resource by its label",
    source: "recon",
    bad: r#"
[codebuild.project.api]
service_role = { arn = "arn:aws:iam::123456789012:role/codebuild-service" }

[iam.role.codebuild]
name  = "codebuild-servcie"
trust = { services = ["codebuild.amazonaws.com"] }
"#,
    good: r#"
[codebuild.project.api]
service_role = "build"
"#,
    by: By::Check(|cx, out| {
        for resource in cx.all() {
            walk(&resource, &mut |at| outside(cx, at, out));
        }
    }),
};

/// Every place where something is named that may be outside.
fn walk<'c>(at: &At<'c>, see: &mut dyn FnMut(&At<'c>)) {
    if at.field().is_some_and(|field| field.reference.is_some()) && at.is_literal() {
        return see(at);
    }
    at.items().for_each(|item| walk(&item, see));
    at.entries().for_each(|(_, item)| walk(&item, see));
}

fn outside(cx: &Cx<'_>, at: &At<'_>, out: &mut Sink<'_>) {
    // these have rules of their own
    let told = at.address().kind == "ecs.task_definition" || at.path() == "deployment_config";
    let (Some(text), Some(to)) = (at.text(), at.field().and_then(|field| field.reference.as_ref())) else {
        return;
    };
    if told || at.target().is_some() {
        return;
    }
    let name = text.rsplit(['/', ':']).next().unwrap_or(&text);
    let own = to.kinds.iter().filter_map(|kind| KindId::named(kind)).flat_map(|kind| cx.of(kind));
    for resource in own {
        let named = resource.get("name");
        if let Some(own) = named.text().filter(|own| is_slip(own, name, 2)) {
            let address = resource.address();
            out.at(at, format!("`{name}` is not of the stack, but {address} is called `{own}`"))
                .fix(format!("\"{}\"", address.label))
                .related(&named, "this one?");
            return;
        }
    }
}

/// What goes by the application's name.
const OF_AN_APPLICATION: &[KindId] =
    &[CodecommitRepository, EcrRepository, CodebuildProject, CodepipelinePipeline, EcsCluster, EcsService];

pub static MISC_022: Rule = Rule {
    id: "MISC-022",
    severity: Severity::Advice,
    title: "one application under two names that differ by a letter",
    doc: "A repository `aws-cicde-test` beside an image repository `aws-cicd-test`: AWS does not mind, but every ARN that \
          somebody writes by hand is one letter from naming nothing.",
    fix: "give them one name, if they can still be renamed",
    source: "recon",
    bad: r#"
[codecommit.repository.shop]
name = "web-shop"

[ecr.repository.shop]
name                         = "web-shops"
image_tag_mutability         = "IMMUTABLE"
image_scanning_configuration = { scan_on_push = true }
"#,
    good: r#"
[codecommit.repository.shop]
name = "web-shop"

[ecr.repository.shop]
name                         = "web-shop"
image_tag_mutability         = "IMMUTABLE"
image_scanning_configuration = { scan_on_push = true }
"#,
    by: By::Check(|cx, out| {
        let all: Vec<At<'_>> =
            OF_AN_APPLICATION.iter().flat_map(|kind| cx.of(*kind)).map(|own| own.get("name")).collect();
        for (i, at) in all.iter().enumerate() {
            let Some(name) = at.text() else { continue };
            let near = |other: &&At<'_>| {
                let different = other.address().kind != at.address().kind;
                different && other.text().is_some_and(|own| is_slip(&own, &name, 1))
            };
            if let Some(first) = all[..i].iter().find(near) {
                out.at(
                    at,
                    format!(
                        "`{name}`, while {} is called `{}`",
                        first.address(),
                        first.text().unwrap_or_default()
                    ),
                )
                .related(first, "one letter apart");
            }
        }
    }),
};
