//! The one list of kinds. A kind that another crate does not handle does not
//! compile: `observe` and `apply` match on [`KindId`] without a wildcard.

use std::sync::LazyLock;

use crate::kind::Kind;

macro_rules! kinds {
    ($($id:ident = $name:literal in $path:path;)*) => {
        /// Every kind of resource that recon manages.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum KindId {
            $(#[doc = $name] $id,)*
        }

        impl KindId {
            pub const ALL: &[KindId] = &[$(KindId::$id),*];

            pub const fn name(self) -> &'static str {
                match self {
                    $(KindId::$id => $name,)*
                }
            }

            /// What the engine knows of the kind, built at its first use.
            pub fn kind(self) -> &'static Kind {
                match self {
                    $(KindId::$id => {
                        static KIND: LazyLock<Kind> = LazyLock::new($path);
                        &KIND
                    })*
                }
            }

            pub fn named(name: &str) -> Option<KindId> {
                match name {
                    $($name => Some(KindId::$id),)*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    EcsCluster = "ecs.cluster" in crate::ecs::cluster::kind;
    EcsTaskDefinition = "ecs.task_definition" in crate::ecs::task_definition::kind;
    EcsService = "ecs.service" in crate::ecs::service::kind;
    ElbLoadBalancer = "elb.load_balancer" in crate::elb::load_balancer::kind;
    ElbTargetGroup = "elb.target_group" in crate::elb::target_group::kind;
    ElbListener = "elb.listener" in crate::elb::listener::kind;
    ElbListenerRule = "elb.listener_rule" in crate::elb::listener_rule::kind;
    IamRole = "iam.role" in crate::iam::role::kind;
    CodedeployApplication = "codedeploy.application" in crate::codedeploy::application::kind;
    CodedeployDeploymentGroup = "codedeploy.deployment_group" in crate::codedeploy::deployment_group::kind;
    CodedeployDeploymentConfig = "codedeploy.deployment_config" in crate::codedeploy::deployment_config::kind;
    LogsLogGroup = "logs.log_group" in crate::logs::log_group::kind;
    CodecommitRepository = "codecommit.repository" in crate::codecommit::repository::kind;
    EcrRepository = "ecr.repository" in crate::ecr::repository::kind;
    CodebuildProject = "codebuild.project" in crate::codebuild::project::kind;
    CodepipelinePipeline = "codepipeline.pipeline" in crate::codepipeline::pipeline::kind;
    EventsRule = "events.rule" in crate::events::rule::kind;
    S3Bucket = "s3.bucket" in crate::s3::bucket::kind;
    ServicediscoveryNamespace = "servicediscovery.namespace" in crate::servicediscovery::namespace::kind;
    KmsKey = "kms.key" in crate::kms::key::kind;
    IamPolicy = "iam.policy" in crate::iam::policy::kind;
    IamUser = "iam.user" in crate::iam::user::kind;
    IamGroup = "iam.group" in crate::iam::group::kind;
    IamServiceCredential = "iam.service_credential" in crate::iam::service_credential::kind;
    SnsTopic = "sns.topic" in crate::sns::topic::kind;
    NotificationsRule = "notifications.rule" in crate::notifications::rule::kind;
    AutoscalingTarget = "autoscaling.target" in crate::autoscaling::target::kind;
    AutoscalingPolicy = "autoscaling.policy" in crate::autoscaling::policy::kind;
    CloudwatchAlarm = "cloudwatch.alarm" in crate::cloudwatch::alarm::kind;
}
