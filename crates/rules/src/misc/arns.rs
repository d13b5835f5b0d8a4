//! ARNs and registries that were written out.

use recon_model::{Scalar, Tree};

use recon_model::schema::Type;

use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

/// Every text of the stack's documents outside policies and patterns.
fn texts<'c>(cx: &'c Cx<'c>, see: &mut dyn FnMut(&At<'c>, &str)) {
    for resource in cx.all() {
        walk(&resource, see);
    }
}

fn walk<'c>(at: &At<'c>, see: &mut dyn FnMut(&At<'c>, &str)) {
    if at.field().is_some_and(|field| matches!(field.ty, Type::Document(_))) {
        return;
    }
    match at.tree() {
        Some(Tree::Scalar(Scalar::Text(text))) => see(at, text),
        Some(Tree::List(_)) => at.items().for_each(|item| walk(&item, see)),
        Some(Tree::Map(_)) => at.entries().for_each(|(_, item)| walk(&item, see)),
        _ => {}
    }
}

/// The parts of an ARN: partition, service, region, account, resource.
fn parts(text: &str) -> Option<[&str; 5]> {
    let mut parts = text.strip_prefix("arn:")?.splitn(5, ':');
    Some([parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?])
}

/// Services whose resources work together within one region only.
const OF_A_REGION: &[&str] =
    &["ecs", "elasticloadbalancing", "codebuild", "codepipeline", "codedeploy", "ecr", "acm"];

pub static MISC_006: Rule = Rule {
    id: "MISC-006",
    severity: Severity::Error,
    title: "something of another region",
    doc: "Load balancers, target groups, clusters, projects, pipelines, deployment groups and certificates find each \
          other within one region. An ARN of another one is answered with \"not found\".",
    fix: "name the one of the stack's region",
    source: "AWS: service endpoints are regional; ELB user guide, certificates are of the load balancer's region",
    bad: r#"
[elb.listener.test]
certificates = ["arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"]
"#,
    good: r#"
[elb.listener.test]
certificates = ["arn:aws:acm:eu-central-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"]
"#,
    by: By::Check(|cx, out| {
        let home = &cx.stack.home.region;
        texts(cx, &mut |at, text| {
            let Some([_, service, region, ..]) = parts(text) else { return };
            // EventBridge's targets have a rule of their own
            let told = at.address().kind == "events.rule";
            if OF_A_REGION.contains(&service) && !region.is_empty() && region != home && !told {
                out.at(at, format!("this is in {region}, the stack in {home}"));
            }
        });
    }),
};

pub static MISC_007: Rule = Rule {
    id: "MISC-007",
    severity: Severity::Error,
    title: "an account that is none, or a role of another one",
    doc: "An account has twelve digits. A masked one (65xxxxxxxxxx) is refused or means nothing: ValidationException, \
          \"Role is not valid\", or an image that nobody can pull. And a role cannot be passed to a service of another \
          account at all.",
    fix: "name the stack's own: ${stack.account}, or the resource by its label",
    source: "AWS: account identifiers have twelve digits; IAM user guide, you cannot pass a role across accounts",
    bad: r#"
[codebuild.project.api]
service_role = { arn = "arn:aws:iam::65xxxxxxxxxx:role/build" }
"#,
    good: r#"
[codebuild.project.api]
service_role = { arn = "arn:aws:iam::123456789012:role/build" }
"#,
    by: By::Check(accounts),
};

fn accounts(cx: &Cx<'_>, out: &mut Sink<'_>) {
    let home = &cx.stack.home.account;
    texts(cx, &mut |at, text| {
        if let Some(account) = registry_account(text).or_else(|| parts(text).map(|parts| parts[3]))
            && !["", "aws"].contains(&account)
            && !is_account(account)
        {
            out.at(at, format!("`{account}` is no account: it would have twelve digits"))
                .label(format!("{} characters", account.chars().count()));
            return;
        }
        let role = parts(text).filter(|parts| parts[1] == "iam" && parts[4].starts_with("role/"));
        if let Some([_, _, _, account, _]) = role
            && !home.is_empty()
            && account != home
            && is_passed(at)
        {
            out.at(at, format!("a role of account {account} cannot be passed in account {home}"));
        }
    });
}

/// The account of `ACCOUNT.dkr.ecr.REGION.amazonaws.com/…`.
pub(crate) fn registry_account(text: &str) -> Option<&str> {
    text.split_once(".dkr.ecr.").map(|(account, _)| account).filter(|account| !account.contains('/'))
}

pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.chars().all(|c| c.is_ascii_digit())
}

/// Is the role handed to a service? An action of a pipeline assumes its role instead.
fn is_passed(at: &At<'_>) -> bool {
    let role = at.field().and_then(|field| field.reference.as_ref());
    role.is_some_and(|to| to.kinds.contains(&"iam.role")) && !at.path().starts_with("stages[")
}
