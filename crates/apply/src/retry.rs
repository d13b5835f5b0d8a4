//! How long a refusal may only mean "not everywhere yet".
//!
//! By error code: a text is no interface. A wrong trust policy and a new one
//! look the same, so patience is short unless this run wrote to IAM.

use std::time::Duration;

use recon_aws::{AwsError, WriteOp};

/// One line of the table: service, operations (empty: all), codes, seconds,
/// and whether it only counts after this run has written to IAM.
struct Line {
    service: &'static str,
    operations: &'static [&'static str],
    codes: &'static [&'static str],
    seconds: u64,
    after_iam: bool,
}

const fn line(
    service: &'static str,
    operations: &'static [&'static str],
    codes: &'static [&'static str],
    seconds: u64,
) -> Line {
    Line { service, operations, codes, seconds, after_iam: false }
}

const fn after_iam(mut line: Line) -> Line {
    line.after_iam = true;
    line
}

/// Sources: the services' API references, and what other tools of the field wait for.
const TABLE: &[Line] = &[
    line("iam", &[], &["ConcurrentModification", "EntityTemporarilyUnmodifiable"], 120),
    line("iam", &["DeleteRole", "DeletePolicy", "DeleteUser", "DeleteGroup"], &["DeleteConflict"], 60),
    after_iam(line("iam", &["CreateRole", "UpdateAssumeRolePolicy"], &["MalformedPolicyDocument"], 120)),
    after_iam(line("iam", &[], &["NoSuchEntity"], 30)),
    after_iam(line(
        "codedeploy",
        &["CreateDeploymentGroup", "UpdateDeploymentGroup"],
        &["InvalidRoleException", "InvalidECSServiceException"],
        300,
    )),
    line(
        "codedeploy",
        &["CreateDeploymentGroup", "UpdateDeploymentGroup"],
        &["InvalidTriggerConfigException"],
        60,
    ),
    line("codedeploy", &["DeleteDeploymentConfig"], &["DeploymentConfigInUseException"], 60),
    line("ecs", &["CreateService"], &["ClusterNotFoundException"], 120),
    after_iam(line("ecs", &["RegisterTaskDefinition"], &["ClientException"], 30)),
    line(
        "ecs",
        &["DeleteCluster"],
        &["ClusterContainsServicesException", "ClusterContainsTasksException", "UpdateInProgressException"],
        600,
    ),
    line(
        "ecs",
        &["UpdateCluster", "PutClusterCapacityProviders"],
        &["UpdateInProgressException", "ResourceInUseException"],
        300,
    ),
    line("elbv2", &["DeleteTargetGroup"], &["ResourceInUse"], 120),
    after_iam(line("ecr", &["SetRepositoryPolicy"], &["InvalidParameterException"], 120)),
    after_iam(line("codebuild", &["CreateProject", "UpdateProject"], &["InvalidInputException"], 120)),
    after_iam(line(
        "codepipeline",
        &["CreatePipeline", "UpdatePipeline"],
        &["InvalidStructureException"],
        120,
    )),
    line("codepipeline", &[], &["ConcurrentModificationException"], 60),
    line("events", &[], &["ConcurrentModificationException"], 60),
    line("events", &["PutTargets"], &["ResourceNotFoundException"], 60),
    line("s3", &[], &["OperationAborted"], 120),
    after_iam(line("s3", &["PutBucketPolicy"], &["MalformedPolicy"], 120)),
    line("application-autoscaling", &[], &["ConcurrentUpdateException"], 60),
    line(
        "application-autoscaling",
        &["PutScalingPolicy", "PutScheduledAction"],
        &["ObjectNotFoundException"],
        60,
    ),
    line("codestar-notifications", &[], &["ConcurrentModificationException"], 60),
    after_iam(line("kms", &["CreateKey", "PutKeyPolicy"], &["MalformedPolicyDocumentException"], 120)),
    line("servicediscovery", &[], &["DuplicateRequest"], 120),
    line("logs", &[], &["OperationAbortedException", "ServiceUnavailableException"], 60),
];

/// Operations that make one more each time, and take neither name nor token to
/// tell a repetition by.
const DOUBLING: &[(&str, &str)] = &[
    ("ecs", "RegisterTaskDefinition"),
    ("iam", "CreatePolicyVersion"),
    ("iam", "CreateServiceSpecificCredential"),
    ("kms", "CreateKey"),
];

/// Whether a second call would have a second effect.
pub fn doubles(op: WriteOp) -> bool {
    DOUBLING.contains(&(op.service(), op.operation()))
}

/// How long to go on asking, or `None` when the refusal is final.
pub fn patience(op: WriteOp, error: &AwsError, iam_written: bool) -> Option<Duration> {
    TABLE
        .iter()
        .filter(|line| line.service == op.service())
        .filter(|line| line.operations.is_empty() || line.operations.contains(&op.operation()))
        .filter(|line| error.is(line.codes))
        .filter(|line| iam_written || !line.after_iam)
        .map(|line| Duration::from_secs(line.seconds))
        .max()
}
