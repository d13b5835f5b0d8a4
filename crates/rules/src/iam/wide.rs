//! Statements that allow more than anybody needs.

use recon_iam::{Effect, Statement, Truth};
use recon_model::KindId::IamRole;

use super::documents::{Use, documents};
use super::grants::{read, statements};
use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};

/// Every Allow of an identity policy of the stack's own.
fn allows<'c>(cx: &'c Cx<'c>) -> Vec<(At<'c>, Statement)> {
    let identity = documents(cx).into_iter().filter(|(_, used)| *used == Use::Identity);
    identity
        .flat_map(|(document, _)| {
            let places = statements(&document);
            let own = read(&document).statements.into_iter().filter(|own| own.effect == Effect::Allow);
            own.filter_map(|own| Some((places.get(own.index)?.clone(), own))).collect::<Vec<_>>()
        })
        .collect()
}

fn everything(own: &Statement) -> bool {
    own.resources.as_ref().is_some_and(|resources| !resources.not && resources.list.iter().any(|r| r == "*"))
}

pub static IAM_023: Rule = Rule {
    id: "IAM-023",
    severity: Severity::Warning,
    title: "roles may be passed to any service, or any role may be passed",
    doc: "Who may pass a role to a service of his choice may do whatever that role may. iam:PassRole names the roles, \
          and the service in iam:PassedToService.",
    fix: "Condition = { StringEquals = { \"iam:PassedToService\" = \"…\" } }, and the role's ARN as Resource",
    source: "AWS: IAM user guide, grant a user permissions to pass a role to an AWS service",
    bad: r#"
[iam.role.task.inline.pass]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Action = "iam:PassRole", Resource = "*" }]
"#,
    good: r#"
[iam.role.task.inline.pass]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Action = "iam:PassRole", Resource = "${iam.role.build.arn}", Condition = { StringEquals = { "iam:PassedToService" = "codebuild.amazonaws.com" } } }]
"#,
    by: By::Check(|cx, out| {
        for (at, own) in allows(cx) {
            let named = |pattern: &String| pattern.to_lowercase().starts_with("iam:");
            let passes = !own.actions.not
                && own.actions.list.iter().any(named)
                && own.covers_action("iam:PassRole") == Truth::Yes;
            if !passes {
                continue;
            }
            if everything(&own) {
                out.at(&at.get("Resource"), "every role of the account may be passed").fix("name the roles");
            }
            if !own.conditions.iter().any(|c| c.key.eq_ignore_ascii_case("iam:PassedToService")) {
                out.at(&at.get("Action"), "the role may be passed to any service");
            }
        }
    }),
};

pub static IAM_027: Rule = Rule {
    id: "IAM-027",
    severity: Severity::Warning,
    title: "a statement that allows everything, or all of a service",
    doc: "`*`, or `s3:*` on every resource, or all but a few actions: whoever gets hold of the build or the task may do \
          it, too. The roles of this stack need a handful of actions on resources that are known. The same goes for \
          AdministratorAccess and PowerUserAccess on a role.",
    fix: "name the actions, and the resources",
    source: "AWS: IAM user guide, security best practices: apply least-privilege permissions",
    bad: r#"
[iam.role.task.inline.all]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }]
"#,
    good: r#"
[iam.role.task.inline.some]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Action = ["s3:GetObject"], Resource = "arn:aws:s3:::data/*" }]
"#,
    by: By::Check(|cx, out| {
        for (at, own) in allows(cx) {
            if !everything(&own) || !own.conditions.is_empty() {
                continue;
            }
            if own.actions.not {
                out.at(&at.get("NotAction"), "everything but this is allowed, on everything");
            } else if let Some(pattern) = own.actions.list.iter().find(|pattern| whole(pattern)) {
                out.at(&at.get("Action"), format!("`{pattern}` is allowed on everything"));
            }
        }
        for at in cx.of(IamRole).flat_map(|role| role.get("managed").items().collect::<Vec<_>>()) {
            let text = at.text().unwrap_or_default();
            let path = recon_iam::managed::path(&text);
            if let Some(name) = path.filter(|name| ["AdministratorAccess", "PowerUserAccess"].contains(name))
            {
                out.at(&at, format!("{name} is everything, for a role of a service"));
            }
        }
    }),
};

/// `*`, `*:*`, `s3:*`.
fn whole(pattern: &str) -> bool {
    pattern == "*" || pattern.split_once(':').is_some_and(|(_, call)| call == "*")
}
