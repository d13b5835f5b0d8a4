//! Who watches a deployment.

use crate::pipe::{Action, actions, pipelines};
use crate::rule::{By, Rule, Severity};

pub static PL_035: Rule = Rule {
    id: "PL-035",
    severity: Severity::Advice,
    title: "a deployment that nobody and nothing watches",
    doc: "No approval comes before it, no alarm stops it, and nothing is rolled back when it fails: whatever was pushed \
          is what runs.",
    fix: "a Manual action before it, or in the deployment group auto_rollback_configuration and alarm_configuration",
    source: "AWS: CodePipeline user guide, manage approval actions; CodeDeploy user guide, redeploy and roll back",
    bad: r#"
[codedeploy.deployment_group.api.auto_rollback_configuration]
enabled = false
"#,
    good: r#"
[codedeploy.deployment_group.api.auto_rollback_configuration]
enabled = true
"#,
    by: By::Check(|cx, out| {
        for pipeline in pipelines(cx) {
            let all = actions(&pipeline);
            for deploy in all.iter().filter(|action| action.is("CodeDeployToECS") || action.is("ECS")) {
                let approved = all.iter().any(|action| action.is("Manual") && action.before(deploy));
                if !approved && is_watched(deploy) == Some(false) {
                    out.at(&deploy.at, format!("{} deploys what nobody has looked at", deploy.name()));
                }
            }
        }
    }),
};

/// Does something stop or undo it? `None` where that is not the stack's to say.
fn is_watched(deploy: &Action<'_>) -> Option<bool> {
    if deploy.is("ECS") {
        let configuration = deploy.service()?.get("deployment_configuration");
        let switches = ["deployment_circuit_breaker.enable", "alarms.enable"];
        return Some(switches.iter().any(|switch| configuration.get(switch).flag()));
    }
    let group = deploy.deployment_group()?;
    let switches = ["auto_rollback_configuration.enabled", "alarm_configuration.enabled"];
    Some(switches.iter().any(|switch| group.get(switch).flag()))
}
