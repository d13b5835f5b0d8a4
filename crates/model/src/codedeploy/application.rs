//! `codedeploy.application`: facts in AWS's API reference, CreateApplication.

use crate::kind::Kind;

pub(crate) fn kind() -> Kind {
    Kind::new(
        "codedeploy.application",
        "codedeploy",
        "CreateApplicationInput",
        "What CodeDeploy deploys, with its deployment groups.",
    )
    .cfn("AWS::CodeDeploy::Application")
    .rename("application_name", "name")
    .exports(&["arn", "name"])
    .create_only(&["name", "compute_platform"])
    // AWS's own default is Server; a stack of this sort never wants it
    .default("compute_platform", "ECS")
}
