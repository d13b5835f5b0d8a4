//! What is scaled.

use recon_model::KindId::AutoscalingTarget;

use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static MISC_014: Rule = Rule {
    id: "MISC-014",
    severity: Severity::Error,
    title: "limits that leave no room, or a service that there is not",
    doc: "The least number of tasks is not above the most, neither in the target nor in a scheduled action, and what is \
          scaled is service/CLUSTER/SERVICE (ValidationException).",
    fix: "min_capacity at most max_capacity; resource = \"the service's label\"",
    source: "AWS API: application-autoscaling RegisterScalableTarget, MinCapacity, MaxCapacity, ResourceId",
    bad: r#"
[autoscaling.target.api]
resource     = "api"
min_capacity = 4
max_capacity = 2
"#,
    good: r#"
[autoscaling.target.api]
resource     = "api"
min_capacity = 2
max_capacity = 4
"#,
    by: By::Check(scaling),
};

fn scaling(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for target in cx.of(AutoscalingTarget) {
        limits(&target, out);
        for action in target.get("scheduled_actions").items() {
            limits(&action.get("scalable_target_action"), out);
        }
        let at = target.get("resource");
        let Some(id) = at.text().filter(|_| at.is_literal()) else { continue };
        let parts: Vec<&str> = id.split('/').collect();
        let shaped =
            matches!(parts[..], ["service", cluster, name] if !cluster.is_empty() && !name.is_empty());
        if target.get("service_namespace").is("ecs") && !shaped {
            out.at(&at, format!("`{id}` names no ECS service")).label("service/CLUSTER/SERVICE");
        }
    }
}

fn limits(at: &At<'_>, out: &mut Sink<'_>) {
    let (least, most) = (at.get("min_capacity"), at.get("max_capacity"));
    let (Some(min), Some(max)) = (least.int(), most.int()) else { return };
    if min > max {
        out.at(&least, format!("at least {min} tasks and at most {max}")).related(&most, "the most");
    } else if min < 0 {
        out.at(&least, format!("{min} tasks"));
    }
}
