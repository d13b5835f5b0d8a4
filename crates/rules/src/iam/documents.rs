//! Policy documents as such.

use recon_iam::Policy;
use recon_model::KindId::{
    self, EcrRepository, IamGroup, IamPolicy, IamRole, IamUser, KmsKey, S3Bucket, SnsTopic,
};
use recon_model::{Scalar, Tree};

use super::grants::{read, statements};
use crate::at::At;
use crate::cx::Cx;
use crate::marked::{self, MARK};
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

/// What a document is attached to decides what must stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    Identity,
    Trust,
    Resource,
}

/// Every policy document of the stack.
pub fn documents<'c>(cx: &'c Cx<'c>) -> Vec<(At<'c>, Use)> {
    let mut found: Vec<(At<'c>, Use)> = Vec::new();
    for kind in [IamRole, IamUser, IamGroup] {
        for identity in cx.of(kind) {
            found.extend(identity.get("inline").entries().map(|(_, at)| (at, Use::Identity)));
        }
    }
    let single: [(KindId, &str, Use); 6] = [
        (IamPolicy, "document", Use::Identity),
        (IamRole, "trust", Use::Trust),
        (S3Bucket, "policy", Use::Resource),
        (KmsKey, "policy", Use::Resource),
        (EcrRepository, "repository_policy", Use::Resource),
        (SnsTopic, "attributes.policy", Use::Resource),
    ];
    for (kind, field, used) in single {
        found.extend(cx.of(kind).map(|resource| (resource.get(field), used)));
    }
    // the short form of a trust is no document
    let whole =
        |(at, used): &(At<'c>, Use)| at.exists() && (*used != Use::Trust || at.get("Statement").exists());
    found.into_iter().filter(whole).collect()
}

/// The place behind a path as the policy's reader writes it: `Statement[0].Effect`.
fn inside<'c>(document: &At<'c>, path: &str) -> At<'c> {
    let mut at = document.clone();
    for segment in path.split('.').filter(|segment| !segment.is_empty()) {
        let (name, index) = segment.split_once('[').map_or((segment, None), |(name, index)| {
            (name, index.trim_end_matches(']').parse::<usize>().ok())
        });
        at = at.key(name);
        if let Some(item) = index.and_then(|index| at.items().nth(index)) {
            at = item;
        }
    }
    at
}

pub static IAM_009: Rule = Rule {
    id: "IAM-009",
    severity: Severity::Error,
    title: "a policy that IAM cannot read",
    doc: "IAM answers MalformedPolicyDocument: an unknown version or member, a statement without Effect or Action, \
          Action beside NotAction, two equal Sids, an unknown condition; a policy of a role or user without Resource, \
          or with a Principal; a trust policy without Principal, or with a Resource.",
    fix: "write the statement as IAM takes it",
    source: "AWS: IAM user guide, grammar of the IAM JSON policy language",
    bad: r#"
[iam.role.task.inline.reads]
Version = "2012-10-17"

[[iam.role.task.inline.reads.Statement]]
Effect    = "allow"
Action    = "s3:GetObject"
Resource  = "arn:aws:s3:::data/*"
Condition = { StringEqual = { "aws:RequestedRegion" = "eu-central-1" } }

[[iam.role.task.inline.reads.Statement]]
Effect    = "Allow"
Principal = "*"
Action    = "s3:ListBucket"
"#,
    good: r#"
[iam.role.task.inline.reads]
Version = "2012-10-17"

[[iam.role.task.inline.reads.Statement]]
Effect    = "Allow"
Action    = "s3:GetObject"
Resource  = "arn:aws:s3:::data/*"
Condition = { StringEquals = { "aws:RequestedRegion" = "eu-central-1" } }
"#,
    by: By::Check(|cx, out| {
        for (document, used) in documents(cx) {
            let policy = read(&document);
            for problem in &policy.problems {
                out.at(&inside(&document, &problem.path), problem.message.clone());
            }
            fits(&document, used, &policy, out);
        }
    }),
};

fn fits(document: &At<'_>, used: Use, policy: &Policy, out: &mut Sink<'_>) {
    let places = statements(document);
    if used == Use::Identity && !document.key("Version").exists() {
        out.at(document, "a policy without Version is of 2008, which IAM no longer takes")
            .fix("Version = \"2012-10-17\"");
    }
    for at in places.iter().flat_map(|at| [at.key("Action"), at.key("NotAction")]) {
        let nameless = |at: &At<'_>| at.text().is_some_and(|action| action != "*" && !action.contains(':'));
        for at in at.items().chain([at.clone()]).filter(nameless) {
            out.at(&at, "an action is SERVICE:CALL").fix("such as s3:GetObject");
        }
        // AWS refuses a bucket's policy with anything else in it
        let foreign =
            |at: &At<'_>| at.text().is_some_and(|action| action.contains(':') && !action.starts_with("s3:"));
        if document.address().kind == "s3.bucket" {
            for at in at.items().chain([at.clone()]).filter(foreign) {
                out.at(&at, "a bucket's policy allows or denies calls of S3 only");
            }
        }
    }
    if used != Use::Trust {
        for at in places.iter().flat_map(|at| [at.key("Resource"), at.key("NotResource")]) {
            for at in at.items().chain([at.clone()]) {
                let Some(text) = at.text() else { continue };
                if let Some(problem) = resource_problem(&text) {
                    out.at(&at, problem).fix("an ARN, or \"*\" for everything");
                } else if is_elsewhere(document, &text) {
                    out.at(&at, "a bucket's policy speaks of that bucket, and of what is in it")
                        .related(&document.top().get("name"), "this bucket");
                }
            }
        }
    }
    for statement in &policy.statements {
        let Some(at) = places.get(statement.index) else { continue };
        let (principal, resource) = (statement.principals.is_some(), statement.resources.is_some());
        match used {
            Use::Identity if principal => {
                out.at(
                    &at.get("Principal"),
                    "a policy of a role or user has no Principal: it is whom it is attached to",
                );
            }
            Use::Identity if !resource => {
                out.at(at, "a policy of a role or user names a Resource in each statement");
            }
            Use::Trust if resource => {
                out.at(&at.get("Resource"), "a trust policy has no Resource: it is the role itself");
            }
            Use::Trust | Use::Resource if !principal => {
                out.at(at, "a policy of a resource names a Principal in each statement");
            }
            Use::Resource if !resource => {
                out.at(at, "a policy of a resource names the Resource in each statement");
            }
            _ => {}
        }
    }
}

pub static IAM_010: Rule = Rule {
    id: "IAM-010",
    severity: Severity::Error,
    title: "an ARN in a policy that is none yet",
    doc: "An account has twelve digits. A placeholder such as `<your-account-id>` is either refused, or the statement \
          means nothing that there is.",
    fix: "fill it in: ${stack.account}, or the resource's own ${….arn}",
    source: "AWS: IAM user guide, IAM ARNs",
    bad: r#"
[iam.role.task.inline.pull]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Action = "ecr:BatchGetImage", Resource = "arn:aws:ecr:eu-central-1:<your-account-id>:repository/api" }]
"#,
    good: r#"
[iam.role.task.inline.pull]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Action = "ecr:BatchGetImage", Resource = "arn:aws:ecr:eu-central-1:${stack.account}:repository/api" }]
"#,
    by: By::Check(|cx, out| {
        for (at, arn) in arns(cx) {
            if let Some(open) = placeholder(&arn) {
                out.at(&at, format!("`{open}` is a placeholder: the statement names nothing that there is"));
                continue;
            }
            let account = arn.split(':').nth(4).unwrap_or_default();
            let digits = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
            let wild = account.contains(['*', '?', '$', MARK]);
            if !(account.is_empty() || digits || wild || ["aws", "cloudfront"].contains(&account)) {
                out.at(&at, format!("`{account}` is no account: it has twelve digits"));
            }
        }
    }),
};

/// What IAM says of a `Resource` before it looks at what it means.
fn resource_problem(text: &str) -> Option<String> {
    if text == "*" {
        return None;
    }
    let Some(rest) = text.strip_prefix("arn:") else {
        return Some(format!("`{text}` is no resource: it must be in ARN format or \"*\""));
    };
    let partition = rest.split(':').next().unwrap_or_default();
    if !partition.contains('*') && !partition.starts_with("aws") {
        return Some(format!("there is no partition `{partition}`"));
    }
    let whole = rest.matches(':').count() >= 4 || rest.ends_with('*');
    (!whole).then(|| format!("`{text}` has not the six parts of an ARN"))
}

/// Does a bucket's policy name something else than the bucket? S3: "Policy has invalid resource".
fn is_elsewhere(document: &At<'_>, text: &str) -> bool {
    if document.address().kind != "s3.bucket" || text == "*" {
        return false;
    }
    let own = document.top().get("name").text();
    let named = text.split_once(":s3:::").map(|(_, path)| path.split('/').next().unwrap_or(path));
    match (named, own) {
        (Some(named), Some(own)) => named != own && !named.contains(['*', '?', '$']),
        (Some(_), None) => false,
        (None, _) => true,
    }
}

/// `<your-account-id>`, `your-repository-name`.
fn placeholder(arn: &str) -> Option<&str> {
    let start = arn.find('<')?;
    let end = arn[start..].find('>')?;
    Some(&arn[start..=start + end])
}

/// Every ARN that is written in a policy, and where. Principals too.
pub fn arns<'c>(cx: &'c Cx<'c>) -> Vec<(At<'c>, String)> {
    let mut found = Vec::new();
    for (document, _) in documents(cx) {
        for statement in statements(&document) {
            for part in ["Resource", "NotResource", "Principal", "Condition"] {
                collect(&statement.get(part), &mut found);
            }
        }
    }
    found
}

fn collect<'c>(at: &At<'c>, found: &mut Vec<(At<'c>, String)>) {
    match at.tree() {
        Some(Tree::Scalar(Scalar::Text(text))) if text.starts_with("arn:") => {
            found.push((at.clone(), text.to_string()));
        }
        Some(Tree::Template(parts)) => {
            let text = marked::text(parts);
            if text.starts_with("arn:") {
                found.push((at.clone(), text));
            }
        }
        Some(Tree::List(_)) => at.items().for_each(|item| collect(&item, found)),
        Some(Tree::Map(_)) => at.entries().for_each(|(_, item)| collect(&item, found)),
        _ => {}
    }
}

pub static IAM_026: Rule = Rule {
    id: "IAM-026",
    severity: Severity::Warning,
    title: "another account's number in a policy",
    doc: "A role's policy names a resource of an account that is not the stack's. Unless that account shares it, the \
          statement is dead; perhaps it was copied, and the number should not be here at all.",
    fix: "${stack.account}, or allow the finding with the reason",
    source: "AWS: IAM user guide, cross-account resource access",
    bad: r#"
[iam.role.task.inline.reads]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Action = "sqs:SendMessage", Resource = "arn:aws:sqs:eu-central-1:210987654321:jobs" }]
"#,
    good: r#"
[iam.role.task.inline.reads]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Action = "sqs:SendMessage", Resource = "arn:aws:sqs:eu-central-1:${stack.account}:jobs" }]
"#,
    by: By::Check(|cx, out| {
        let own = &cx.stack.home.account;
        for (document, _) in documents(cx).iter().filter(|(_, used)| *used == Use::Identity) {
            let mut found = Vec::new();
            for statement in statements(document) {
                collect(&statement.get("Resource"), &mut found);
            }
            for (at, arn) in found {
                let account = arn.split(':').nth(4).unwrap_or_default();
                let digits = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
                if digits && !own.is_empty() && account != own {
                    out.at(&at, format!("account {account} is not the stack's, {own}"));
                }
            }
        }
    }),
};
