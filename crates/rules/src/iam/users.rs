//! People and machines with credentials of their own.

use recon_iam::{Asked, Caller, Context, Truth};
use recon_model::KindId::{CodecommitRepository, IamServiceCredential};
use recon_model::load::nearest;

use super::arn::{Thing, arn, unknown};
use super::grants::Grants;
use crate::rule::{By, Rule, Severity};

pub static IAM_024: Rule = Rule {
    id: "IAM-024",
    severity: Severity::Warning,
    title: "a Git credential of a user who may not use the repository",
    doc: "The credential only says who it is. To clone and push, the user needs codecommit:GitPull and GitPush, itself \
          or through a group; Git answers 403 otherwise.",
    fix: "attach AWSCodeCommitPowerUser, or allow codecommit:GitPull and codecommit:GitPush on the repository",
    source: "AWS: CodeCommit user guide, setup for HTTPS users using Git credentials",
    bad: r#"
[iam.user.robot]
name = "robot"

[iam.service_credential.robot]
user         = "robot"
service_name = "codecommit.amazonaws.com"
"#,
    good: r#"
[iam.user.robot]
name    = "robot"
managed = ["AWSCodeCommitPowerUser"]

[iam.service_credential.robot]
user         = "robot"
service_name = "codecommit.amazonaws.com"
"#,
    by: By::Check(|cx, out| {
        for credential in
            cx.of(IamServiceCredential).filter(|c| c.get("service_name").is("codecommit.amazonaws.com"))
        {
            let Some(user) = credential.get("user").target() else { continue };
            let grants = Grants::of(&user);
            let mut things: Vec<Thing> = cx.of(CodecommitRepository).map(|own| Thing::of(&own)).collect();
            things.push(Thing::literal(unknown("some repository")));
            let may = |action: &str| {
                Truth::any(things.iter().map(|thing| {
                    let caller = Caller::Arn(arn(&user));
                    let context = Context::new();
                    let asked = Asked { caller, action: action.into(), resource: thing.arn.clone(), context };
                    grants.judge(&asked, None, false).allowed
                }))
            };
            if may("codecommit:GitPull") == Truth::No {
                out.at(&credential.get("user"), format!("{} may not clone any repository", user.address()))
                    .related(&user, "has no codecommit:GitPull");
            }
        }
    }),
};

pub static IAM_025: Rule = Rule {
    id: "IAM-025",
    severity: Severity::Error,
    title: "two credentials of a user for one service",
    doc: "AWS lets a user have two at a time, to replace one by the other; recon keeps one, whose identity is user and \
          service, so that both are never held by mistake.",
    fix: "keep one of them; to renew it, delete and create it",
    source: "AWS API: iam CreateServiceSpecificCredential: a maximum of two per supported service",
    bad: r#"
[iam.user.robot]
name    = "robot"
managed = ["AWSCodeCommitPowerUser"]

[iam.service_credential.one]
user         = "robot"
service_name = "codecommit.amazonaws.com"

[iam.service_credential.two]
user         = "robot"
service_name = "codecommit.amazonaws.com"
"#,
    good: r#"
[iam.user.robot]
name    = "robot"
managed = ["AWSCodeCommitPowerUser"]

[iam.service_credential.one]
user         = "robot"
service_name = "codecommit.amazonaws.com"
"#,
    by: By::Reader,
};

pub static IAM_030: Rule = Rule {
    id: "IAM-030",
    severity: Severity::Error,
    title: "a credential for a service that has none",
    doc: "Service-specific credentials are user name and password for AWS's Git and Cassandra, and an API key for Bedrock; \
          no other service takes them (NotSupportedService).",
    fix: "service_name = \"codecommit.amazonaws.com\"",
    source: "AWS API: iam CreateServiceSpecificCredential, ServiceName",
    bad: r#"
[iam.user.robot]
name    = "robot"
managed = ["AWSCodeCommitPowerUser"]

[iam.service_credential.one]
user         = "robot"
service_name = "codecommit.aws.com"
"#,
    good: r#"
[iam.user.robot]
name    = "robot"
managed = ["AWSCodeCommitPowerUser"]

[iam.service_credential.one]
user         = "robot"
service_name = "codecommit.amazonaws.com"
"#,
    by: By::Check(|cx, out| {
        let services = ["codecommit", "cassandra", "bedrock"].map(|name| format!("{name}.amazonaws.com"));
        for credential in cx.of(IamServiceCredential) {
            let at = credential.get("service_name");
            if let Some(name) = at.text().filter(|name| !services.iter().any(|service| service == name)) {
                let found = out.at(&at, format!("{name} takes no credentials of a user's own"));
                if let Some(near) = nearest(&name, services.iter().map(String::as_str)) {
                    found.fix(format!("did you mean {near}?"));
                }
            }
        }
    }),
};
