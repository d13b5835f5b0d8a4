//! What builds run on.

use super::projects;
use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static CB_004: Rule = Rule {
    id: "CB-004",
    severity: Severity::Error,
    title: "a size that this kind of environment does not have",
    doc: "BUILD_LAMBDA_* sizes are those of the *_LAMBDA_CONTAINER environments, BUILD_GENERAL1_* those of the others, \
          and XLARGE is Linux's alone. ATTRIBUTE_BASED_COMPUTE and CUSTOM_INSTANCE_TYPE are sizes of a reserved \
          fleet and need compute_configuration. Lambda has no privileged mode: it cannot build images.",
    fix: "take a size of this environment, or another environment",
    source: "AWS API: codebuild ProjectEnvironment, computeType and type",
    bad: r#"
[codebuild.project.api.environment]
type = "LINUX_LAMBDA_CONTAINER"
"#,
    good: r#"
[codebuild.project.api.environment]
type         = "LINUX_CONTAINER"
compute_type = "BUILD_GENERAL1_MEDIUM"
"#,
    by: By::Check(sizes),
};

fn sizes(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for environment in projects(cx).map(|project| project.get("environment")) {
        let (kind, size) = (environment.get("type"), environment.get("compute_type"));
        let (Some(kind_name), Some(size_name)) = (kind.text(), size.text()) else { continue };
        let lambda = kind_name.contains("LAMBDA");
        let fits = match &*size_name {
            name if name.starts_with("BUILD_LAMBDA_") => lambda,
            "BUILD_GENERAL1_XLARGE" => ["LINUX_CONTAINER", "ARM_CONTAINER"].contains(&&*kind_name),
            _ => !lambda,
        };
        if !fits {
            out.at(&size, format!("{kind_name} has no {size_name}"))
                .label("not a size of this environment")
                .related(&kind, "the environment");
        }
        let of_fleet = ["ATTRIBUTE_BASED_COMPUTE", "CUSTOM_INSTANCE_TYPE"].contains(&&*size_name);
        if of_fleet && environment.get("compute_configuration").is_empty() {
            out.at(
                &size,
                format!("{size_name} needs compute_configuration: how many vCPUs, how much memory"),
            )
            .fix("compute_configuration = { v_cpu = 4, memory = 8 }, or a fixed size");
        }
        let privileged = environment.get("privileged_mode");
        if lambda && privileged.flag() {
            out.at(&privileged, "Lambda has no privileged mode").fix("type = \"LINUX_CONTAINER\"");
        }
    }
}

pub static CB_020: Rule = Rule {
    id: "CB-020",
    severity: Severity::Error,
    title: "an image that is pulled with the wrong credentials",
    doc: "AWS's own images (aws/codebuild/…) are pulled with CodeBuild's credentials, \"you must use SERVICE_ROLE\" for a \
          private registry or an ECR repository of another account, and a registry with credentials of its own needs \
          SERVICE_ROLE as well.",
    fix: "image_pull_credentials_type = \"CODEBUILD\" for AWS's images, \"SERVICE_ROLE\" for others",
    source: "AWS API: codebuild ProjectEnvironment, imagePullCredentialsType",
    bad: r#"
[codebuild.project.api.environment]
image_pull_credentials_type = "SERVICE_ROLE"
"#,
    good: r#"
[codebuild.project.api.environment]
image_pull_credentials_type = "CODEBUILD"
"#,
    by: By::Check(credentials),
};

fn credentials(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for environment in projects(cx).map(|project| project.get("environment")) {
        let (image, by) = (environment.get("image"), environment.get("image_pull_credentials_type"));
        let (Some(name), Some(with)) = (image.text(), by.text()) else { continue };
        let why = match () {
            () if name.starts_with("aws/codebuild/") && with == "SERVICE_ROLE" => {
                "AWS's own image is pulled with CodeBuild's credentials"
            }
            () if with == "CODEBUILD" && environment.get("registry_credential").exists() => {
                "a registry with credentials of its own is read by the service role"
            }
            () if with == "CODEBUILD" && of_another_account(&image, &name) => {
                "an image of another account is pulled by the service role"
            }
            () => continue,
        };
        let place = if by.exists() { &by } else { &image };
        out.at(place, why).related(&image, "the image");
    }
}

/// `222222222222.dkr.ecr.…` in a stack of account 111111111111.
fn of_another_account(at: &At<'_>, image: &str) -> bool {
    let own = &at.cx.stack.home.account;
    image.split_once(".dkr.ecr.").is_some_and(|(account, _)| !own.is_empty() && account != own)
}
