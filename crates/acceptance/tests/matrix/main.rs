//! Every field of every kind: another value shows in the plan as exactly that
//! field, comes about, and nothing is left to do; the same when somebody else
//! made the change, and when the field is taken out of the TOML. A field that
//! no call can change replaces the resource, and says so.
//!
//! One file per kind beside this one; `recon_acceptance::matrix` reads them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod coverage;
mod run;

use recon_model::KindId;

macro_rules! kinds {
    ($($test:ident: $name:literal;)*) => {
        const TESTED: &[&str] = &[$($name),*];
        $(
            #[tokio::test(start_paused = true)]
            async fn $test() {
                run::kind($name).await;
            }
        )*
    };
}

kinds! {
    every_field_of_a_cluster: "ecs.cluster";
    every_field_of_a_task_definition: "ecs.task_definition";
    every_field_of_a_service: "ecs.service";
    every_field_of_a_target_group: "elb.target_group";
    every_field_of_a_load_balancer: "elb.load_balancer";
    every_field_of_a_listener: "elb.listener";
    every_field_of_a_listener_rule: "elb.listener_rule";
    every_field_of_a_role: "iam.role";
    every_field_of_a_log_group: "logs.log_group";
    every_field_of_a_deploy_application: "codedeploy.application";
    every_field_of_a_deployment_group: "codedeploy.deployment_group";
    every_field_of_a_deployment_config: "codedeploy.deployment_config";
    every_field_of_a_source_repository: "codecommit.repository";
    every_field_of_an_image_repository: "ecr.repository";
    every_field_of_a_build_project: "codebuild.project";
    every_field_of_a_pipeline: "codepipeline.pipeline";
    every_field_of_an_event_rule: "events.rule";
    every_field_of_a_bucket: "s3.bucket";
    every_field_of_a_policy: "iam.policy";
    every_field_of_a_user: "iam.user";
    every_field_of_a_group: "iam.group";
    every_field_of_a_credential: "iam.service_credential";
    every_field_of_a_namespace: "servicediscovery.namespace";
    every_field_of_a_topic: "sns.topic";
    every_field_of_a_notification_rule: "notifications.rule";
    every_field_of_a_scaling_target: "autoscaling.target";
    every_field_of_a_scaling_policy: "autoscaling.policy";
    every_field_of_an_alarm: "cloudwatch.alarm";
    every_field_of_a_key: "kms.key";
}

#[test]
fn every_kind_has_its_matrix() {
    let missing: Vec<&str> =
        KindId::ALL.iter().map(|kind| kind.name()).filter(|name| !TESTED.contains(name)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}
