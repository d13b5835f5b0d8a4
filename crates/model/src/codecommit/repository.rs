//! `codecommit.repository`: facts in AWS's API reference, CreateRepository,
//! UpdateDefaultBranch and PutRepositoryTriggers.

use crate::kind::Kind;
use crate::schema::Type;
use crate::targets::{KMS_KEY, TOPIC};

pub(crate) fn kind() -> Kind {
    Kind::new(
        "codecommit.repository",
        "codecommit",
        "CreateRepositoryInput",
        "A Git repository. It may hold the only copy of the source, so its deletion asks for `force_delete`.",
    )
    .cfn("AWS::CodeCommit::Repository")
    .rename("repository_name", "name")
    .exports(&["arn", "name", "id", "clone_url_http", "clone_url_ssh"])
    .rename("repository_description", "description")
    .rename("kms_key_id", "kms_key")
    .refers("kms_key", KMS_KEY)
    // the AWS managed key, whose ARN only AWS knows
    .unmanaged(&["kms_key"])
    .take("RepositoryMetadata", "defaultBranch", "default_branch")
    .doc(
        "default_branch",
        "The default branch. AWS takes the first one that is pushed; another must be there before.",
    )
    .unmanaged(&["default_branch"])
    .take("PutRepositoryTriggersInput", "triggers", "triggers")
    .rename("triggers.destination_arn", "destination")
    .refers("triggers.destination", TOPIC)
    .setting("force_delete", Type::Bool, "Delete the repository though it has branches in it.")
    .kept("force_delete")
}
