//! Actions of listeners and rules.

use serde_json::{Map, Value, json};

use crate::kind::{Kind, to};
use crate::schema::RefTo;

/// A listener or rule must let go of a target group before it can be deleted.
const TARGET_GROUP: RefTo = to(&["elb.target_group"], "arn").holding();

/// What the actions of that field may say.
pub(super) fn fields(kind: Kind, field: &str) -> Kind {
    let at = |path: &str| format!("{field}.{path}");
    kind.rename(&at("target_group_arn"), "target_group")
        .refers(&at("target_group"), TARGET_GROUP)
        .rename(&at("forward_config.target_groups.target_group_arn"), "target_group")
        .refers(&at("forward_config.target_groups.target_group"), TARGET_GROUP)
        .matched_by(&at("forward_config.target_groups"), "target_group")
        .default(&at("forward_config.target_groups.weight"), 1)
        .default(&at("forward_config.target_group_stickiness_config.enabled"), false)
        .default(&at("redirect_config.protocol"), "#{protocol}")
        .default(&at("redirect_config.port"), "#{port}")
        .default(&at("redirect_config.host"), "#{host}")
        .default(&at("redirect_config.path"), "/#{path}")
        .default(&at("redirect_config.query"), "#{query}")
        .default(&at("fixed_response_config.content_type"), "text/plain")
        .default(&at("authenticate_oidc_config.session_cookie_name"), "AWSELBAuthSessionCookie")
        .default(&at("authenticate_oidc_config.scope"), "openid")
        .default(&at("authenticate_oidc_config.session_timeout"), 604_800)
        .default(&at("authenticate_oidc_config.on_unauthenticated_request"), "authenticate")
        .at(&at("authenticate_oidc_config.client_secret"), |field| {
            field.secret = true;
            field.write_only = true;
        })
        .unmanaged(&[
            &at("authenticate_oidc_config.client_secret"),
            &at("authenticate_oidc_config.use_existing_client_secret"),
        ])
        .default(&at("authenticate_cognito_config.session_cookie_name"), "AWSELBAuthSessionCookie")
        .default(&at("authenticate_cognito_config.scope"), "openid")
        .default(&at("authenticate_cognito_config.session_timeout"), 604_800)
        .default(&at("authenticate_cognito_config.on_unauthenticated_request"), "authenticate")
        .sequence(&[field])
}

/// One form for an action: a forward to one group names it, whatever its weight.
pub(super) fn canonical(spec: &mut Value, field: &str) {
    let actions = spec.get_mut(field).and_then(Value::as_array_mut).into_iter().flatten();
    for (i, action) in actions.filter_map(Value::as_object_mut).enumerate() {
        action.entry("order").or_insert_with(|| json!(i + 1));
        if action.get("type").is_some_and(|ty| ty == "forward") {
            forward(action);
        }
    }
}

fn forward(action: &mut Map<String, Value>) {
    let config = action.get("forward_config").cloned().unwrap_or_default();
    let sticky = config["target_group_stickiness_config"]["enabled"] == true;
    let groups = config["target_groups"].as_array().map(Vec::as_slice).unwrap_or_default();
    let single = match groups {
        [] => action.get("target_group").cloned(),
        [only] => Some(only["target_group"].clone()),
        _ => None,
    };
    match single {
        Some(group) if !sticky => {
            action.remove("forward_config");
            action.insert("target_group".into(), group);
        }
        Some(group) => {
            action.remove("target_group");
            action["forward_config"]["target_groups"] = json!([{ "target_group": group }]);
        }
        None => {
            action.remove("target_group");
        }
    }
}
