//! Which file writes which kind. No wildcard: a new kind does not compile
//! before it can be written.

use recon_model::{Found, KindId};

use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};
use crate::{codedeploy, ecs, elb, iam, logs};

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
        // nothing in one can change: the plan replaces it
        KindId::CodedeployDeploymentConfig => Ok(live.exports.clone()),
        KindId::LogsLogGroup => logs::log_group::update(cx, item, live, changed).await,
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
        | KindId::LogsLogGroup => Ok(()),
    }
}

/// Ends it, and returns when it is gone.
pub async fn delete(cx: &Cx<'_>, kind: KindId, live: &Found) -> Result<(), Failure> {
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
        | KindId::LogsLogGroup => Ok(String::new()),
    }
}
