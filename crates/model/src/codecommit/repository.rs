//! `codecommit.repository`: facts in AWS's API reference, CreateRepository,
//! UpdateDefaultBranch and PutRepositoryTriggers.

use std::collections::BTreeSet;

use crate::kind::Kind;
use crate::schema::Type;
use crate::targets::{KMS_KEY, TOPIC};
use crate::{KindId, Part, Resource, Stack, Tree};

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

/// The branches of a repository that pipelines of its stack read.
pub fn branches_read(stack: &Stack, repository: &Resource) -> BTreeSet<String> {
    let pipelines = stack.resources.values().filter(|resource| resource.kind == KindId::CodepipelinePipeline);
    let stages = pipelines.flat_map(|pipeline| items(pipeline.spec.get("stages")));
    let configurations =
        stages.flat_map(|stage| items(stage.get("actions"))).filter_map(|a| a.get("configuration"));
    let read = configurations.filter_map(|configuration| {
        let own = match configuration.get("RepositoryName")? {
            Tree::Template(parts) => {
                matches!(parts.as_slice(), [Part::Ref(named)] if named.target == repository.address)
            }
            name => name.as_str() == Some(&*repository.name()),
        };
        configuration.get("BranchName")?.as_str().filter(|_| own).map(str::to_string)
    });
    read.collect()
}

fn items(tree: Option<&Tree>) -> &[Tree] {
    if let Some(Tree::List(items)) = tree { items } else { &[] }
}
