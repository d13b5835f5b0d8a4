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
        .at(&at("authenticate_oidc_config.client_secret"), |field| field.secret = true)
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

/// One form for an action: a forward to one group is a forward with one weight.
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
    let single = action.remove("target_group");
    let config = action.entry("forward_config").or_insert_with(|| json!({}));
    let Some(config) = config.as_object_mut() else { return };
    if let Some(group) = single {
        config.entry("target_groups").or_insert_with(|| json!([{ "target_group": group }]));
    }
    if let Some([only]) = config.get_mut("target_groups").and_then(Value::as_array_mut).map(Vec::as_mut_slice)
    {
        // all of it, whatever the number
        only["weight"] = json!(1);
    }
}
