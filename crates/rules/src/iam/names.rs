//! Names of roles, policies, and of what policies name.

use std::collections::BTreeMap;

use recon_iam::managed;
use recon_model::KindId::{
    self, CodebuildProject, CodecommitRepository, CodepipelinePipeline, EcrRepository, IamGroup, IamPolicy,
    IamRole, IamUser, LogsLogGroup, S3Bucket,
};

use super::documents::arns;
use crate::at::At;
use crate::marked::MARK;
use crate::near::Names;
use crate::rule::{By, Rule, Severity};

pub static IAM_001: Rule = Rule {
    id: "IAM-001",
    severity: Severity::Error,
    title: "a name that IAM does not take",
    doc: "Names of roles, users, groups and policies have letters, digits and `+ = , . @ _ -`; roles and users up to 64 \
          of them, groups and policies 128.",
    fix: "rename it",
    source: "AWS API: iam CreateRole, CreateUser, CreateGroup, CreatePolicy",
    bad: r#"
[iam.role.task]
name = "the task"
"#,
    good: r#"
[iam.role.task]
name = "the-task"
"#,
    by: By::Model(&[
        ("iam.role", "name"),
        ("iam.user", "name"),
        ("iam.group", "name"),
        ("iam.policy", "name"),
    ]),
};

pub static IAM_002: Rule = Rule {
    id: "IAM-002",
    severity: Severity::Error,
    title: "a path that does not begin and end with a slash",
    doc: "A path is `/`, or begins and ends with one: `/service-role/`.",
    fix: "path = \"/…/\"",
    source: "AWS API: iam pathType, policyPathType",
    bad: r#"
[iam.role.task]
path = "apps/shop"
"#,
    good: r#"
[iam.role.task]
path = "/apps/shop/"
"#,
    by: By::Check(|cx, out| {
        for kind in [IamRole, IamUser, IamGroup, IamPolicy] {
            for at in cx.of(kind).map(|own| own.get("path")) {
                let Some(path) = at.text() else { continue };
                if !(path.starts_with('/') && path.ends_with('/')) {
                    let right = format!("/{}/", path.trim_matches('/')).replace("//", "/");
                    out.at(&at, format!("`{path}` is no path")).fix(format!("path = \"{right}\""));
                }
            }
        }
    }),
};

pub static IAM_003: Rule = Rule {
    id: "IAM-003",
    severity: Severity::Error,
    title: "two names that differ in upper and lower case only",
    doc: "To IAM they are one name, whatever the path: EntityAlreadyExists.",
    fix: "rename one of them",
    source: "AWS API: iam CreateRole: \"names are not distinguished by case\"",
    bad: r#"
[iam.role.other]
name  = "Task"
trust = { services = ["ecs-tasks.amazonaws.com"] }
"#,
    good: r#"
[iam.role.other]
name  = "other-task"
trust = { services = ["ecs-tasks.amazonaws.com"] }
"#,
    by: By::Check(|cx, out| {
        for kind in [IamRole, IamUser, IamGroup, IamPolicy] {
            let mut seen: BTreeMap<String, At<'_>> = BTreeMap::new();
            for at in cx.of(kind).map(|own| own.get("name")) {
                let Some(name) = at.text() else { continue };
                if let Some(first) = seen.get(&name.to_lowercase()) {
                    out.at(&at, format!("`{name}` is the name of {} already", first.address()))
                        .related(first, "the same name to IAM");
                    continue;
                }
                seen.insert(name.to_lowercase(), at);
            }
        }
    }),
};

pub static IAM_021: Rule = Rule {
    id: "IAM-021",
    severity: Severity::Error,
    title: "a managed policy that AWS does not have",
    doc: "\"Policy arn:aws:iam::aws:policy/… does not exist or is not attachable.\" Where recon finds no name that it \
          could be meant for, it is a warning: AWS adds policies.",
    fix: "write the name as AWS does",
    source: "AWS: list of AWS managed policies, as moto 5.2.5 has it",
    bad: r#"
[iam.role.pipeline]
managed = ["CodePipelineFull_Access"]
"#,
    good: r#"
[iam.role.pipeline]
managed = ["AWSCodeDeployDeployerAccess"]
"#,
    by: By::Check(|cx, out| {
        for kind in [IamRole, IamUser, IamGroup] {
            let identities = cx.of(kind);
            let places = identities.flat_map(|own| {
                let mut places: Vec<_> = own.get("managed").items().collect();
                places.push(own.get("permissions_boundary"));
                places
            });
            for at in places {
                let Some(arn) = at.text() else { continue };
                let Some(path) = managed::path(&arn) else { continue };
                if managed::names().any(|name| name == path) || managed::policy(&arn).is_some() {
                    continue;
                }
                let found = out.at(&at, format!("AWS has no managed policy `{path}`"));
                match meant(path) {
                    Some(name) => found.fix(format!("did you mean `{name}`?")),
                    None if !is_policy_name(path) => found.fix("write the name as AWS does"),
                    None => {
                        found.severity(Severity::Warning).fix("look it up in AWS's list of managed policies")
                    }
                };
            }
        }
    }),
};

/// Could any policy be called so? Letters, digits and `+ = , . @ _ -`, up to 128 of them.
fn is_policy_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let fits = |c: char| c.is_ascii_alphanumeric() || "+=,.@_-".contains(c);
    (1..=128).contains(&name.len()) && name.chars().all(fits)
}

/// The policy of AWS's that a wrong name is most likely meant for.
fn meant(path: &str) -> Option<&'static str> {
    // AWS writes AWSCodePipeline_FullAccess, and AWSCodeDeployFullAccess
    let bare = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let plain = plain.to_lowercase();
        let plain = plain.strip_prefix("aws").or_else(|| plain.strip_prefix("amazon")).unwrap_or(&plain);
        plain.to_string()
    };
    let wanted = bare(path);
    let near = |name: &&'static str| strsim::damerau_levenshtein(&bare(name), &wanted);
    let best = managed::names().min_by_key(near)?;
    (near(&best) <= 3).then_some(best)
}

pub static IAM_022: Rule = Rule {
    id: "IAM-022",
    severity: Severity::Warning,
    title: "a policy that names almost, but not quite, something of the stack",
    doc: "The ARN in the policy differs by a letter or two from that of a resource of the stack, and the stack has no \
          such one: the statement allows nothing that anybody asks for, and AWS says only AccessDenied. Differences \
          in digits do not count: `api-1` and `api-2` are both meant.",
    fix: "refer to the resource: ${….arn}",
    source: "AWS: IAM user guide, IAM JSON policy elements: Resource",
    bad: r#"
[iam.role.task.inline.reads]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::base-artefacts/*" }]
"#,
    good: r#"
[iam.role.task.inline.reads]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::base-artifacts/*" }]
"#,
    by: By::Check(|cx, out| {
        let mut known: BTreeMap<KindId, Names<At<'_>>> = BTreeMap::new();
        for (at, arn) in arns(cx) {
            let Some((kind, name)) = parts(&arn, &cx.stack.home.account) else { continue };
            let names = known.entry(kind).or_insert_with(|| Names::of(cx, kind));
            if names.has(name) {
                continue;
            }
            if let Some((own, resource)) = names.meant_by(name) {
                let word = resource.address();
                out.at(&at, format!("the stack has no `{name}`, but {word} is called `{own}`"))
                    .fix(format!("${{{word}.arn}}"))
                    .related(&resource.get("name"), "this one?");
            }
        }
    }),
};

/// The kind and the name that an ARN of this account means; none where it is a pattern.
fn parts<'t>(arn: &'t str, account: &str) -> Option<(KindId, &'t str)> {
    let mut parts = arn.splitn(6, ':');
    let (_, _, service, _, owner, rest) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if rest.contains(MARK) || !owner.is_empty() && !account.is_empty() && owner != account && owner != "*" {
        return None;
    }
    let (kind, name) = match service {
        "iam" => {
            let (what, path) = rest.split_once('/')?;
            let kind = match what {
                "role" => IamRole,
                "user" => IamUser,
                "group" => IamGroup,
                "policy" => IamPolicy,
                _ => return None,
            };
            (kind, path.rsplit('/').next()?)
        }
        "s3" => (S3Bucket, rest.split('/').next()?),
        "codecommit" => (CodecommitRepository, rest),
        "codepipeline" => (CodepipelinePipeline, rest.split('/').next()?),
        "ecr" => (EcrRepository, rest.strip_prefix("repository/")?),
        "codebuild" => (CodebuildProject, rest.strip_prefix("project/")?),
        "logs" => (LogsLogGroup, rest.strip_prefix("log-group:")?.split(':').next()?),
        _ => return None,
    };
    let pattern = name.contains(['*', '?', '$', '<']);
    (!pattern && name.len() > 2).then_some((kind, name))
}
