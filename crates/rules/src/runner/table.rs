//! What recon calls, kind by kind: IAM's names of the actions.
//!
//! A test holds the table against the calls that stand in the kind's files of
//! `observe` and `apply`.

use recon_model::KindId;

/// The actions of a kind.
#[derive(Debug)]
pub struct Calls {
    pub kind: KindId,
    /// IAM's prefix.
    pub service: &'static str,
    /// To plan, with spaces between.
    pub read: &'static str,
    /// To create and to change.
    pub write: &'static str,
    /// To delete.
    pub delete: &'static str,
}

const fn calls(
    kind: KindId,
    service: &'static str,
    read: &'static str,
    write: &'static str,
    delete: &'static str,
) -> Calls {
    Calls { kind, service, read, write, delete }
}

/// Actions that IAM judges on `*` only (service authorization reference).
pub const EVERYWHERE: &[&str] = &[
    "application-autoscaling:Describe*",
    "cloudwatch:DescribeAlarms",
    "codedeploy:ListApplications",
    "codestar-notifications:ListNotificationRules",
    "ec2:Describe*",
    "ecs:DeregisterTaskDefinition",
    "ecs:DescribeTaskDefinition",
    "ecs:ListTaskDefinitions",
    "ecs:RegisterTaskDefinition",
    "elasticloadbalancing:Describe*",
    "iam:GetAccountAuthorizationDetails",
    "iam:ListRoles",
    "kms:CreateKey",
    "kms:ListAliases",
    "logs:DescribeLogGroups",
    "servicediscovery:CreateHttpNamespace",
    "servicediscovery:CreatePrivateDnsNamespace",
    "servicediscovery:GetOperation",
    "servicediscovery:ListNamespaces",
    "sns:GetSubscriptionAttributes",
    "sns:SetSubscriptionAttributes",
    "sns:Unsubscribe",
    "tag:GetResources",
];

/// What every plan reads: IAM's dump, and the tags by which the stack finds
/// what it declares no more.
pub const ALWAYS: &[&str] = &["iam:GetAccountAuthorizationDetails", "tag:GetResources"];

/// The dump answers for users and groups; only roles and policies are asked for
/// besides.
pub const TABLE: &[Calls] = &[
    calls(
        KindId::AutoscalingPolicy,
        "application-autoscaling",
        "DescribeScalingPolicies",
        "PutScalingPolicy TagResource UntagResource",
        "DeleteScalingPolicy UntagResource",
    ),
    calls(
        KindId::AutoscalingTarget,
        "application-autoscaling",
        "DescribeScalableTargets DescribeScheduledActions ListTagsForResource",
        "DeleteScheduledAction PutScheduledAction RegisterScalableTarget TagResource UntagResource",
        "DeregisterScalableTarget",
    ),
    calls(
        KindId::CloudwatchAlarm,
        "cloudwatch",
        "DescribeAlarms ListTagsForResource",
        "PutMetricAlarm TagResource UntagResource",
        "DeleteAlarms",
    ),
    calls(
        KindId::CodebuildProject,
        "codebuild",
        "BatchGetProjects",
        "CreateProject CreateWebhook DeleteWebhook UpdateProject UpdateProjectVisibility UpdateWebhook",
        "DeleteProject",
    ),
    calls(
        KindId::CodecommitRepository,
        "codecommit",
        "BatchGetRepositories GetBranch GetRepository GetRepositoryTriggers ListTagsForResource",
        "CreateRepository PutRepositoryTriggers TagResource UntagResource UpdateDefaultBranch \
         UpdateRepositoryDescription UpdateRepositoryEncryptionKey UpdateRepositoryName",
        "DeleteRepository",
    ),
    calls(
        KindId::CodedeployApplication,
        "codedeploy",
        "BatchGetApplications ListApplications ListTagsForResource",
        "CreateApplication TagResource UntagResource",
        "DeleteApplication UntagResource",
    ),
    calls(
        KindId::CodedeployDeploymentConfig,
        "codedeploy",
        "GetDeploymentConfig",
        "CreateDeploymentConfig",
        "DeleteDeploymentConfig",
    ),
    calls(
        KindId::CodedeployDeploymentGroup,
        "codedeploy",
        "BatchGetDeploymentGroups GetDeploymentGroup ListDeployments ListTagsForResource",
        "CreateDeploymentGroup TagResource UntagResource UpdateDeploymentGroup",
        "DeleteDeploymentGroup",
    ),
    calls(
        KindId::CodepipelinePipeline,
        "codepipeline",
        "GetPipeline GetPipelineState ListPipelineExecutions ListTagsForResource",
        "CreatePipeline DisableStageTransition EnableStageTransition TagResource UntagResource \
         UpdatePipeline",
        "DeletePipeline",
    ),
    calls(
        KindId::EcrRepository,
        "ecr",
        "DescribeRepositories GetLifecyclePolicy GetRepositoryPolicy ListImages ListTagsForResource",
        "CreateRepository DeleteLifecyclePolicy DeleteRepositoryPolicy PutImageScanningConfiguration \
         PutImageTagMutability PutLifecyclePolicy SetRepositoryPolicy TagResource UntagResource",
        "DeleteRepository",
    ),
    calls(
        KindId::EcsCluster,
        "ecs",
        "DescribeClusters",
        "CreateCluster PutClusterCapacityProviders TagResource UntagResource UpdateCluster",
        "DeleteCluster",
    ),
    calls(
        KindId::EcsService,
        "ecs",
        "DescribeServiceRevisions DescribeServices",
        "CreateService TagResource UntagResource UpdateService",
        "DeleteService",
    ),
    calls(
        KindId::EcsTaskDefinition,
        "ecs",
        "DescribeTaskDefinition ListTaskDefinitions",
        "RegisterTaskDefinition TagResource UntagResource",
        "DeregisterTaskDefinition",
    ),
    calls(
        KindId::ElbListener,
        "elasticloadbalancing",
        "DescribeListenerAttributes DescribeListenerCertificates DescribeListeners DescribeTags",
        "AddListenerCertificates AddTags CreateListener ModifyListener ModifyListenerAttributes \
         RemoveListenerCertificates RemoveTags",
        "DeleteListener",
    ),
    calls(
        KindId::ElbListenerRule,
        "elasticloadbalancing",
        "DescribeRules DescribeTags",
        "AddTags CreateRule ModifyRule RemoveTags SetRulePriorities",
        "DeleteRule",
    ),
    calls(
        KindId::ElbLoadBalancer,
        "elasticloadbalancing",
        // listeners that nobody declares are looked for below a load balancer
        "DescribeListeners DescribeLoadBalancerAttributes DescribeLoadBalancers DescribeRules \
         DescribeTags",
        "AddTags CreateLoadBalancer ModifyLoadBalancerAttributes RemoveTags SetIpAddressType \
         SetSecurityGroups SetSubnets",
        "DeleteLoadBalancer",
    ),
    calls(
        KindId::ElbTargetGroup,
        "elasticloadbalancing",
        "DescribeTags DescribeTargetGroupAttributes DescribeTargetGroups",
        "AddTags CreateTargetGroup ModifyTargetGroup ModifyTargetGroupAttributes RemoveTags",
        "DeleteTargetGroup",
    ),
    calls(
        KindId::EventsRule,
        "events",
        "DescribeRule ListTagsForResource ListTargetsByRule",
        "PutRule PutTargets RemoveTargets TagResource UntagResource",
        "DeleteRule RemoveTargets",
    ),
    calls(
        KindId::IamGroup,
        "iam",
        "",
        "AddUserToGroup AttachGroupPolicy CreateGroup DeleteGroupPolicy DetachGroupPolicy \
         PutGroupPolicy RemoveUserFromGroup UpdateGroup",
        "DeleteGroup DeleteGroupPolicy DetachGroupPolicy RemoveUserFromGroup",
    ),
    calls(
        KindId::IamPolicy,
        "iam",
        "GetPolicy GetPolicyVersion ListPolicyTags",
        "CreatePolicy CreatePolicyVersion DeletePolicyVersion ListPolicyVersions TagPolicy UntagPolicy",
        "DeletePolicy DeletePolicyVersion ListEntitiesForPolicy ListPolicyVersions",
    ),
    calls(
        KindId::IamRole,
        "iam",
        "ListRoles",
        "AttachRolePolicy CreateRole DeleteRolePermissionsBoundary DeleteRolePolicy DetachRolePolicy \
         PutRolePermissionsBoundary PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy UpdateRole",
        "DeleteRole DeleteRolePolicy DetachRolePolicy UntagRole",
    ),
    calls(
        KindId::IamServiceCredential,
        "iam",
        "ListServiceSpecificCredentials",
        "CreateServiceSpecificCredential DeleteServiceSpecificCredential GetUser TagUser UntagUser \
         UpdateServiceSpecificCredential",
        "DeleteServiceSpecificCredential UntagUser",
    ),
    calls(
        KindId::IamUser,
        "iam",
        "",
        "AttachUserPolicy CreateUser DeleteUserPermissionsBoundary DeleteUserPolicy DetachUserPolicy \
         PutUserPermissionsBoundary PutUserPolicy TagUser UntagUser UpdateUser",
        "DeleteUser DeleteUserPolicy DetachUserPolicy ListGroupsForUser UntagUser",
    ),
    calls(
        KindId::KmsKey,
        "kms",
        "DescribeKey GetKeyPolicy GetKeyRotationStatus ListAliases ListResourceTags",
        "CreateAlias CreateKey DeleteAlias DisableKey DisableKeyRotation EnableKey EnableKeyRotation \
         PutKeyPolicy TagResource UntagResource UpdateAlias UpdateKeyDescription",
        "DeleteAlias ScheduleKeyDeletion",
    ),
    calls(
        KindId::LogsLogGroup,
        "logs",
        "DescribeLogGroups ListTagsForResource",
        "AssociateKmsKey CreateLogGroup DeleteRetentionPolicy DisassociateKmsKey \
         PutLogGroupDeletionProtection PutRetentionPolicy TagResource UntagResource",
        "DeleteLogGroup",
    ),
    calls(
        KindId::NotificationsRule,
        "codestar-notifications",
        "DescribeNotificationRule ListNotificationRules",
        "CreateNotificationRule TagResource UntagResource UpdateNotificationRule",
        "DeleteNotificationRule",
    ),
    calls(
        KindId::S3Bucket,
        "s3",
        "GetBucketLogging GetBucketOwnershipControls GetBucketPolicy GetBucketPublicAccessBlock GetBucketTagging \
         GetBucketVersioning GetEncryptionConfiguration GetLifecycleConfiguration ListBucketVersions",
        "CreateBucket DeleteBucketPolicy PutBucketLogging PutBucketOwnershipControls PutBucketPolicy \
         PutBucketPublicAccessBlock PutBucketTagging PutBucketVersioning PutEncryptionConfiguration \
         PutLifecycleConfiguration",
        "DeleteBucket DeleteObject DeleteObjectVersion",
    ),
    calls(
        KindId::ServicediscoveryNamespace,
        "servicediscovery",
        "GetNamespace ListNamespaces ListTagsForResource",
        "CreateHttpNamespace CreatePrivateDnsNamespace GetOperation TagResource UntagResource \
         UpdateHttpNamespace UpdatePrivateDnsNamespace",
        "DeleteNamespace GetOperation",
    ),
    calls(
        KindId::SnsTopic,
        "sns",
        "GetSubscriptionAttributes GetTopicAttributes ListSubscriptionsByTopic ListTagsForResource",
        "CreateTopic SetSubscriptionAttributes SetTopicAttributes Subscribe TagResource Unsubscribe \
         UntagResource",
        "DeleteTopic",
    ),
];

/// The line of a kind.
pub fn of(kind: KindId) -> Option<&'static Calls> {
    TABLE.iter().find(|calls| calls.kind == kind)
}
