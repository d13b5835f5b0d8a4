//! What a CodeDeploy deployment leaves behind: the service runs the new task
//! definition behind the other target group, and the listeners forward there.

use serde_json::{Value, json};

use super::codedeploy::Landing;
use super::elbv2;
use crate::context::Context;
use crate::form::{items, text};

/// Lets every deployment have its effect that is over by now.
pub(crate) fn land(cx: &mut Context<'_>) {
    for landing in cx.here.codedeploy.land(cx.now) {
        // None: the service is gone meanwhile, and there is nothing to be moved
        let _ = shift(cx, &landing);
    }
}

fn shift(cx: &mut Context<'_>, landing: &Landing) -> Option<()> {
    let service = cx.here.ecs.service(&landing.cluster, &landing.service)?;
    let before = text(service, "taskDefinition").to_string();
    let blue = text(&service["loadBalancers"][0], "targetGroupArn").to_string();
    let green = other(cx, landing, &blue)?;
    let definition = landing.task_definition.as_deref().unwrap_or(&before);
    let ecs = &mut cx.here.ecs;
    ecs.deploy(&landing.cluster, &landing.service, definition, Some(&green), cx.ids, landing.at).ok()?;
    for listener in &landing.listeners {
        turn(cx, listener, &blue, &green);
    }
    Some(())
}

/// ARN of the target group of the pair that the service is not behind.
fn other(cx: &Context<'_>, landing: &Landing, blue: &str) -> Option<String> {
    let groups = landing.target_groups.iter().filter_map(|name| cx.here.elbv2.target_group_named(name));
    let mut arns = groups.map(|group| text(group, "TargetGroupArn"));
    arns.find(|arn| *arn != blue).map(str::to_string)
}

/// Everything on the listener that forwards to blue forwards to green.
fn turn(cx: &mut Context<'_>, listener: &str, blue: &str, green: &str) {
    let describe = json!({ "ListenerArn": listener });
    let Ok(rules) = elbv2::handle(cx, "DescribeRules", &describe) else { return };
    for rule in items(&rules, "Rules") {
        let Some(actions) = turned(&rule["Actions"], blue, green) else { continue };
        let (operation, input) = match rule["IsDefault"] == true {
            true => ("ModifyListener", json!({"ListenerArn": listener, "DefaultActions": actions})),
            false => ("ModifyRule", json!({"RuleArn": rule["RuleArn"], "Actions": actions})),
        };
        // a listener that may not forward there stays as it is
        let _ = elbv2::handle(cx, operation, &input);
    }
}

/// The actions with green in the place of blue; `None` where they do not lead to blue.
fn turned(actions: &Value, blue: &str, green: &str) -> Option<Value> {
    let leads = |action: &Value| {
        let groups = items(&action["ForwardConfig"], "TargetGroups");
        groups.iter().any(|group| group["TargetGroupArn"] == blue)
    };
    let list = actions.as_array().filter(|list| list.iter().any(leads))?;
    let turn = |action: &Value| match leads(action) {
        true => json!({"Type": "forward", "Order": action["Order"], "TargetGroupArn": green}),
        false => action.clone(),
    };
    Some(list.iter().map(turn).collect())
}
