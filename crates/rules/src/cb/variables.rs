//! The variables that builds see.

use std::collections::BTreeMap;

use super::{plain, projects, variables};
use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;
use crate::td::looks_secret;

pub static CB_010: Rule = Rule {
    id: "CB-010",
    severity: Severity::Error,
    title: "a variable that cannot be set",
    doc: "Names that begin with CODEBUILD_ are CodeBuild's own (\"This prefix is reserved for internal use\"), and a name \
          can have one value only.",
    fix: "rename it",
    source: "AWS: CodeBuild user guide, create a build project, environment variables",
    bad: r#"
[codebuild.project.api.environment]
environment_variables = [{ name = "CODEBUILD_IMAGE", value = "api" }]
"#,
    good: r#"
[codebuild.project.api.environment]
environment_variables = [{ name = "IMAGE", value = "api" }]
"#,
    by: By::Check(names),
};

fn names(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for project in projects(cx) {
        let mut seen: BTreeMap<String, At<'_>> = BTreeMap::new();
        for at in variables(&project).map(|variable| variable.get("name")) {
            let Some(name) = at.text() else { continue };
            if name.starts_with("CODEBUILD_") {
                out.at(&at, format!("`{name}` is CodeBuild's own to set"));
            }
            if let Some(first) = seen.insert(name.to_string(), at.clone()) {
                out.at(&at, format!("`{name}` is set twice")).related(&first, "the first time");
            }
        }
    }
}

pub static CB_011: Rule = Rule {
    id: "CB-011",
    severity: Severity::Warning,
    title: "a region that CodeBuild sets itself",
    doc: "AWS_REGION and AWS_DEFAULT_REGION are the project's region in every build. Set by hand to another one, the AWS \
          CLI talks to that region and images go to its registry; written out, it is what is forgotten when the stack \
          moves.",
    fix: "remove it, or value = \"${stack.region}\"",
    source: "AWS: CodeBuild user guide, environment variables in build environments",
    bad: r#"
[codebuild.project.api.environment]
environment_variables = [{ name = "AWS_DEFAULT_REGION", value = "us-east-1" }]
"#,
    good: r#"
[codebuild.project.api.environment]
environment_variables = [{ name = "AWS_DEFAULT_REGION", value = "${stack.region}" }]
"#,
    by: By::Check(|cx, out| {
        let home = &cx.stack.home.region;
        for project in projects(cx) {
            for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
                let Some(at) = plain(&project, name) else { continue };
                let Some(value) = at.text() else { continue };
                if *value != **home {
                    out.at(&at, format!("{name} is {value}, the project's region is {home}"));
                } else if !at.written().contains("${") {
                    out.at(&at, format!("CodeBuild sets {name} itself")).severity(Severity::Advice);
                }
            }
        }
    }),
};

pub static CB_013: Rule = Rule {
    id: "CB-013",
    severity: Severity::Warning,
    title: "another account's registry",
    doc: "Build specifications put AWS_ACCOUNT_ID into the address of the registry. An account that is not twelve digits \
          has none, and that of another account refuses the push.",
    fix: "value = \"${stack.account}\"",
    source: "AWS: CodeBuild user guide, Docker sample; an account id has twelve digits",
    bad: r#"
[codebuild.project.api.environment]
environment_variables = [{ name = "AWS_ACCOUNT_ID", value = "1234567890123" }]
"#,
    good: r#"
[codebuild.project.api.environment]
environment_variables = [{ name = "AWS_ACCOUNT_ID", value = "${stack.account}" }]
"#,
    by: By::Check(|cx, out| {
        let home = &cx.stack.home.account;
        for project in projects(cx) {
            for name in ["AWS_ACCOUNT_ID", "ACCOUNT_ID"] {
                let Some(at) = plain(&project, name) else { continue };
                let Some(value) = at.text() else { continue };
                if value.len() != 12 || !value.chars().all(|c| c.is_ascii_digit()) {
                    out.at(&at, format!("`{value}` is no account: it would have twelve digits"))
                        .label(format!("{} characters", value.chars().count()));
                } else if !home.is_empty() && *value != **home {
                    out.at(&at, format!("{value} is not the stack's account, {home}"));
                }
            }
        }
    }),
};

pub static CB_029: Rule = Rule {
    id: "CB-029",
    severity: Severity::Warning,
    title: "a build's secret in the clear",
    doc: "A PLAINTEXT variable can be read by everybody who may see the project or a build: \"We strongly discourage the \
          use of PLAINTEXT environment variables to store sensitive values\".",
    fix: "type = \"SECRETS_MANAGER\" or \"PARAMETER_STORE\", with the name of the secret as the value",
    source: "AWS API: codebuild EnvironmentVariable, value",
    bad: r#"
[codebuild.project.api.environment]
environment_variables = [{ name = "NPM_TOKEN", value = "npm_0123456789abcdef" }]
"#,
    good: r#"
[codebuild.project.api.environment]
environment_variables = [{ name = "NPM_TOKEN", value = "/build/npm-token", type = "PARAMETER_STORE" }]

[iam.role.build.inline.parameters]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Action = "ssm:GetParameters", Resource = "arn:aws:ssm:eu-central-1:123456789012:parameter/build/*" }]
"#,
    by: By::Check(|cx, out| {
        for variable in projects(cx).flat_map(|project| variables(&project)) {
            let at = variable.get("value");
            let (Some(name), Some(value)) = (variable.get("name").text(), at.text()) else { continue };
            if variable.get("type").is("PLAINTEXT") && looks_secret(&name, &value) {
                out.at(&at, format!("`{name}` looks like a secret, and stands here in the clear"));
            }
        }
    }),
};
