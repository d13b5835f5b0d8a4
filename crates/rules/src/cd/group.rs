//! Deployment groups as such.

use super::groups;
use crate::rule::{By, Rule, Severity};

pub static CD_007: Rule = Rule {
    id: "CD-007",
    severity: Severity::Error,
    title: "a deployment style that ECS does not have",
    doc: "\"For ECS deployment, the deployment type must be BLUE_GREEN, and deployment option must be \
          WITH_TRAFFIC_CONTROL.\"",
    fix: "deployment_style = { deployment_type = \"BLUE_GREEN\", deployment_option = \"WITH_TRAFFIC_CONTROL\" }",
    source: "AWS: CodeDeploy answers so to CreateDeploymentGroup",
    bad: r#"
[codedeploy.deployment_group.api.deployment_style]
deployment_type = "IN_PLACE"
"#,
    good: r#"
[codedeploy.deployment_group.api.deployment_style]
deployment_type = "BLUE_GREEN"
"#,
    by: By::Check(|cx, out| {
        for group in groups(cx) {
            let style = group.get("deployment_style");
            let wanted = [("deployment_type", "BLUE_GREEN"), ("deployment_option", "WITH_TRAFFIC_CONTROL")];
            for (field, word) in wanted {
                let at = style.get(field);
                if let Some(own) = at.text().filter(|own| own != word) {
                    out.at(&at, format!("ECS is deployed {word}, not {own}"));
                }
            }
        }
    }),
};

pub static CD_008: Rule = Rule {
    id: "CD-008",
    severity: Severity::Error,
    title: "blue/green settings of another platform",
    doc: "An ECS deployment starts its own tasks: \"For ECS deployment group, greenFleetProvisioningOption must not be \
          specified\". (AWS also refuses a group without any blue/green configuration; recon fills that in.)",
    fix: "remove green_fleet_provisioning_option",
    source: "AWS: CodeDeploy answers so to CreateDeploymentGroup",
    bad: r#"
[codedeploy.deployment_group.api.blue_green_deployment_configuration]
green_fleet_provisioning_option = { action = "COPY_AUTO_SCALING_GROUP" }
"#,
    good: r#"
[codedeploy.deployment_group.api.blue_green_deployment_configuration]
deployment_ready_option = { action_on_timeout = "CONTINUE_DEPLOYMENT" }
"#,
    by: By::Check(|cx, out| {
        for group in groups(cx) {
            let at = group.get("blue_green_deployment_configuration.green_fleet_provisioning_option");
            if at.exists() {
                out.at(&at, "ECS has no fleet of instances to provision");
            }
        }
    }),
};

pub static CD_026: Rule = Rule {
    id: "CD-026",
    severity: Severity::Error,
    title: "a name that CodeDeploy does not take",
    doc: "Names of applications and deployment groups have 1 to 100 letters, digits and `+ = , . @ _ -`. The console \
          makes AppECS-CLUSTER-SERVICE and DgpECS-CLUSTER-SERVICE of them, cut at 47 characters each.",
    fix: "rename it",
    source: "AWS API: codedeploy CreateApplication, CreateDeploymentGroup",
    bad: r#"
[codedeploy.application.api]
name = "the api"
"#,
    good: r#"
[codedeploy.application.api]
name = "the-api"
"#,
    by: By::Model(&[
        ("codedeploy.application", "name"),
        ("codedeploy.deployment_group", "name"),
        ("codedeploy.deployment_config", "name"),
    ]),
};
