//! Which file writes which kind. No wildcard: a new kind does not compile
//! before it can be written.

use recon_model::{Found, KindId};

use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};
use crate::{
    autoscaling, cloudwatch, codebuild, codecommit, codedeploy, codepipeline, ecr, ecs, elb, events, iam,
    kms, logs, notifications, s3, servicediscovery, sns,
};

/// Makes it. What others need of it is known when this returns.
pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    match item.kind {
        KindId::EcsCluster => ecs::cluster::create(cx, item).await,
        KindId::EcsTaskDefinition => ecs::task_definition::create(cx, item).await,
        KindId::EcsService => ecs::service::create(cx, item).await,
        KindId::ElbLoadBalancer => elb::load_balancer::create(cx, item).await,
        KindId::ElbTargetGroup => elb::target_group::create(cx, item).await,
        KindId::ElbListener => elb::listener::create(cx, item).await,
        KindId::ElbListenerRule => elb::listener_rule::create(cx, item).await,
        KindId::IamRole => iam::role::create(cx, item).await,
        KindId::CodedeployApplication => codedeploy::application::create(cx, item).await,
        KindId::CodedeployDeploymentGroup => codedeploy::deployment_group::create(cx, item).await,
        KindId::CodedeployDeploymentConfig => codedeploy::deployment_config::create(cx, item).await,
        KindId::LogsLogGroup => logs::log_group::create(cx, item).await,
        KindId::CodecommitRepository => codecommit::repository::create(cx, item).await,
        KindId::EcrRepository => ecr::repository::create(cx, item).await,
        KindId::CodebuildProject => codebuild::project::create(cx, item).await,
        KindId::CodepipelinePipeline => codepipeline::pipeline::create(cx, item).await,
        KindId::EventsRule => events::rule::create(cx, item).await,
        KindId::S3Bucket => s3::bucket::create(cx, item).await,
        KindId::ServicediscoveryNamespace => servicediscovery::namespace::create(cx, item).await,
        KindId::KmsKey => kms::key::create(cx, item).await,
        KindId::IamPolicy => iam::policy::create(cx, item).await,
        KindId::IamUser => iam::user::create(cx, item).await,
        KindId::IamGroup => iam::group::create(cx, item).await,
        KindId::IamServiceCredential => iam::service_credential::create(cx, item).await,
        KindId::SnsTopic => sns::topic::create(cx, item).await,
        KindId::NotificationsRule => notifications::rule::create(cx, item).await,
        KindId::AutoscalingTarget => autoscaling::target::create(cx, item).await,
        KindId::AutoscalingPolicy => autoscaling::policy::create(cx, item).await,
        KindId::CloudwatchAlarm => cloudwatch::alarm::create(cx, item).await,
    }
}

/// Brings the fields of `changed` to what is declared.
pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    match item.kind {
        KindId::EcsCluster => ecs::cluster::update(cx, item, live, changed).await,
        KindId::EcsTaskDefinition => ecs::task_definition::update(cx, item, live, changed).await,
        KindId::EcsService => ecs::service::update(cx, item, live, changed).await,
        KindId::ElbLoadBalancer => elb::load_balancer::update(cx, item, live, changed).await,
        KindId::ElbTargetGroup => elb::target_group::update(cx, item, live, changed).await,
        KindId::ElbListener => elb::listener::update(cx, item, live, changed).await,
        KindId::ElbListenerRule => elb::listener_rule::update(cx, item, live, changed).await,
        KindId::IamRole => iam::role::update(cx, item, live, changed).await,
        KindId::CodedeployApplication => codedeploy::application::update(cx, item, live, changed).await,
        KindId::CodedeployDeploymentGroup => {
            codedeploy::deployment_group::update(cx, item, live, changed).await
        }
        KindId::CodedeployDeploymentConfig => {
            codedeploy::deployment_config::update(cx, item, live, changed).await
        }
        KindId::LogsLogGroup => logs::log_group::update(cx, item, live, changed).await,
        KindId::CodecommitRepository => codecommit::repository::update(cx, item, live, changed).await,
        KindId::EcrRepository => ecr::repository::update(cx, item, live, changed).await,
        KindId::CodebuildProject => codebuild::project::update(cx, item, live, changed).await,
        KindId::CodepipelinePipeline => codepipeline::pipeline::update(cx, item, live, changed).await,
        KindId::EventsRule => events::rule::update(cx, item, live, changed).await,
        KindId::S3Bucket => s3::bucket::update(cx, item, live, changed).await,
        KindId::ServicediscoveryNamespace => {
            servicediscovery::namespace::update(cx, item, live, changed).await
        }
        KindId::KmsKey => kms::key::update(cx, item, live, changed).await,
        KindId::IamPolicy => iam::policy::update(cx, item, live, changed).await,
        KindId::IamUser => iam::user::update(cx, item, live, changed).await,
        KindId::IamGroup => iam::group::update(cx, item, live, changed).await,
        KindId::IamServiceCredential => iam::service_credential::update(cx, item, live, changed).await,
        KindId::SnsTopic => sns::topic::update(cx, item, live, changed).await,
        KindId::NotificationsRule => notifications::rule::update(cx, item, live, changed).await,
        KindId::AutoscalingTarget => autoscaling::target::update(cx, item, live, changed).await,
        KindId::AutoscalingPolicy => autoscaling::policy::update(cx, item, live, changed).await,
        KindId::CloudwatchAlarm => cloudwatch::alarm::update(cx, item, live, changed).await,
    }
}

/// Takes away what an update left, because others might still have used it.
pub async fn tidy(cx: &Cx<'_>, item: &Item<'_>) -> Result<(), Failure> {
    match item.kind {
        KindId::EcsCluster => ecs::cluster::tidy(cx, item).await,
        // nothing of theirs is used by others
        KindId::EcsTaskDefinition
        | KindId::EcsService
        | KindId::ElbLoadBalancer
        | KindId::ElbTargetGroup
        | KindId::ElbListener
        | KindId::ElbListenerRule
        | KindId::IamRole
        | KindId::CodedeployApplication
        | KindId::CodedeployDeploymentGroup
        | KindId::CodedeployDeploymentConfig
        | KindId::LogsLogGroup
        | KindId::CodecommitRepository
        | KindId::EcrRepository
        | KindId::CodebuildProject
        | KindId::CodepipelinePipeline
        | KindId::EventsRule
        | KindId::S3Bucket
        | KindId::ServicediscoveryNamespace
        | KindId::KmsKey
        | KindId::IamPolicy
        | KindId::IamUser
        | KindId::IamGroup
        | KindId::IamServiceCredential
        | KindId::SnsTopic
        | KindId::NotificationsRule
        | KindId::AutoscalingTarget
        | KindId::AutoscalingPolicy
        | KindId::CloudwatchAlarm => Ok(()),
    }
}

/// Ends it, and returns when it is gone. `forced`: with all that it holds.
pub async fn delete(cx: &Cx<'_>, kind: KindId, live: &Found, forced: bool) -> Result<(), Failure> {
    match kind {
        KindId::EcsCluster => ecs::cluster::delete(cx, live).await,
        KindId::EcsTaskDefinition => ecs::task_definition::delete(cx, live).await,
        KindId::EcsService => ecs::service::delete(cx, live).await,
        KindId::ElbLoadBalancer => elb::load_balancer::delete(cx, live).await,
        KindId::ElbTargetGroup => elb::target_group::delete(cx, live).await,
        KindId::ElbListener => elb::listener::delete(cx, live).await,
        KindId::ElbListenerRule => elb::listener_rule::delete(cx, live).await,
        KindId::IamRole => iam::role::delete(cx, live).await,
        KindId::CodedeployApplication => codedeploy::application::delete(cx, live).await,
        KindId::CodedeployDeploymentGroup => codedeploy::deployment_group::delete(cx, live).await,
        KindId::CodedeployDeploymentConfig => codedeploy::deployment_config::delete(cx, live).await,
        KindId::LogsLogGroup => logs::log_group::delete(cx, live).await,
        KindId::CodecommitRepository => codecommit::repository::delete(cx, live, forced).await,
        KindId::EcrRepository => ecr::repository::delete(cx, live, forced).await,
        KindId::CodebuildProject => codebuild::project::delete(cx, live).await,
        KindId::CodepipelinePipeline => codepipeline::pipeline::delete(cx, live).await,
        KindId::EventsRule => events::rule::delete(cx, live).await,
        KindId::S3Bucket => s3::bucket::delete(cx, live, forced).await,
        KindId::ServicediscoveryNamespace => servicediscovery::namespace::delete(cx, live).await,
        KindId::KmsKey => kms::key::delete(cx, live).await,
        KindId::IamPolicy => iam::policy::delete(cx, live).await,
        KindId::IamUser => iam::user::delete(cx, live).await,
        KindId::IamGroup => iam::group::delete(cx, live).await,
        KindId::IamServiceCredential => iam::service_credential::delete(cx, live).await,
        KindId::SnsTopic => sns::topic::delete(cx, live).await,
        KindId::NotificationsRule => notifications::rule::delete(cx, live).await,
        KindId::AutoscalingTarget => autoscaling::target::delete(cx, live).await,
        KindId::AutoscalingPolicy => autoscaling::policy::delete(cx, live).await,
        KindId::CloudwatchAlarm => cloudwatch::alarm::delete(cx, live).await,
    }
}

/// Waits for what AWS does after the call returned. Nobody else waits for it.
pub async fn settle(cx: &Cx<'_>, item: &Item<'_>, exports: &Exports) -> Result<String, Failure> {
    match item.kind {
        KindId::EcsService => ecs::service::settle(cx, item, exports).await,
        KindId::ElbLoadBalancer => elb::load_balancer::settle(cx, item, exports).await,
        KindId::EcsTaskDefinition => {
            Ok(format!("revision {}", exports.get("revision").map_or("?", String::as_str)))
        }
        KindId::EcsCluster
        | KindId::ElbTargetGroup
        | KindId::ElbListener
        | KindId::ElbListenerRule
        | KindId::IamRole
        | KindId::CodedeployApplication
        | KindId::CodedeployDeploymentGroup
        | KindId::CodedeployDeploymentConfig
        | KindId::LogsLogGroup
        | KindId::CodecommitRepository
        | KindId::EcrRepository
        | KindId::CodebuildProject
        | KindId::CodepipelinePipeline
        | KindId::EventsRule
        | KindId::S3Bucket
        | KindId::ServicediscoveryNamespace
        | KindId::KmsKey
        | KindId::IamPolicy
        | KindId::IamUser
        | KindId::IamGroup
        | KindId::IamServiceCredential
        | KindId::SnsTopic
        | KindId::NotificationsRule
        | KindId::AutoscalingTarget
        | KindId::AutoscalingPolicy
        | KindId::CloudwatchAlarm => Ok(String::new()),
    }
}
