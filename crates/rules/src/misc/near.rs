//! Names that are nearly right.

use std::collections::{BTreeMap, BTreeSet};

use recon_model::KindId::{
    self, CodebuildProject, CodecommitRepository, CodepipelinePipeline, EcrRepository, EcsCluster, EcsService,
};

use crate::at::At;
use crate::near::{Names, is_slip};
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

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
        let mut names = BTreeMap::new();
        for resource in cx.all() {
            walk(&resource, &mut |at| outside(at, &mut names, out));
        }
    }),
};

/// Every place where something is named that may be outside.
pub(super) fn walk<'c>(at: &At<'c>, see: &mut dyn FnMut(&At<'c>)) {
    if at.field().is_some_and(|field| field.reference.is_some()) && at.is_literal() {
        return see(at);
    }
    at.items().for_each(|item| walk(&item, see));
    at.entries().for_each(|(_, item)| walk(&item, see));
}

/// The names of the stack's resources, by their kind.
type Known<'c> = BTreeMap<KindId, Names<At<'c>>>;

fn outside<'c>(at: &At<'c>, known: &mut Known<'c>, out: &mut Sink<'_>) {
    // these have rules of their own
    let told = at.address().kind == "ecs.task_definition" || at.path() == "deployment_config";
    let (Some(text), Some(to)) = (at.text(), at.field().and_then(|field| field.reference.as_ref())) else {
        return;
    };
    if told || at.target().is_some() {
        return;
    }
    let name = text.rsplit(['/', ':']).next().unwrap_or(&text);
    for kind in to.kinds.iter().filter_map(|kind| KindId::named(kind)) {
        let names = known.entry(kind).or_insert_with(|| Names::of(at.cx, kind));
        let Some((own, resource)) = names.meant_by(name) else { continue };
        let address = resource.address();
        out.at(at, format!("`{name}` is not of the stack, but {address} is called `{own}`"))
            .fix(format!("\"{}\"", address.label))
            .related(&resource.get("name"), "this one?");
        return;
    }
}

/// A name, and what is left of it without one of its letters.
fn shorter(name: &str) -> BTreeSet<String> {
    let without = |(i, c): (usize, char)| [&name[..i], &name[i + c.len_utf8()..]].concat();
    std::iter::once(name.to_string()).chain(name.char_indices().map(without)).collect()
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
        // two names a letter apart are one when each has lost the right letter
        let mut shortened: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut seen: BTreeSet<(&str, String)> = BTreeSet::new();
        for (i, at) in all.iter().enumerate() {
            let Some(name) = at.text() else { continue };
            let forms = shorter(&name);
            let near = |i: &&usize| {
                let different = all[**i].address().kind != at.address().kind;
                different && all[**i].text().is_some_and(|own| is_slip(&own, &name, 1))
            };
            let before = forms.iter().filter_map(|form| shortened.get(form)).flatten();
            if let Some(first) = before.filter(near).min().map(|i| &all[*i]) {
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
            // of a kind's equal names the first stands for all
            if seen.insert((&at.address().kind, name.into_owned())) {
                for form in forms {
                    shortened.entry(form).or_default().push(i);
                }
            }
        }
    }),
};
