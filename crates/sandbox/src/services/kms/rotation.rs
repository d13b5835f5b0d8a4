//! Rotation of key material, for symmetric keys only.

use serde_json::{Value, json};

use super::Key;
use super::key::{changeable, own};
use crate::context::Context;
use crate::form::given;
use crate::refusal::Refusal;

const USUAL_DAYS: u64 = 365;

pub(super) fn enable(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let now = cx.now;
    let key = rotatable(changeable(cx, input)?)?;
    let days = input["RotationPeriodInDays"].as_u64().unwrap_or(USUAL_DAYS);
    // the same period again does not put the next rotation off
    if key.rotation.is_none_or(|(before, _)| before != days) {
        key.rotation = Some((days, (now + days as f64 * 86_400.0).floor()));
    }
    Ok(json!({}))
}

pub(super) fn disable(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    rotatable(changeable(cx, input)?)?.rotation = None;
    Ok(json!({}))
}

pub(super) fn status(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let key = own(cx, input)?;
    // while a key waits for its deletion, nothing rotates
    let rotation = key.rotation.filter(|_| key.metadata["KeyState"] != json!("PendingDeletion"));
    Ok(given(json!({
        "KeyId": key.metadata["KeyId"],
        "KeyRotationEnabled": rotation.is_some(),
        "RotationPeriodInDays": rotation.map(|(days, _)| days),
        "NextRotationDate": rotation.map(|(_, date)| date),
    })))
}

fn rotatable(key: &mut Key) -> Result<&mut Key, Refusal> {
    let own_material = key.metadata["Origin"] == json!("AWS_KMS");
    if key.metadata["KeySpec"] != json!("SYMMETRIC_DEFAULT") || !own_material {
        let message = "rotation is for symmetric encryption keys with material of AWS's own";
        return Err(Refusal::bad("UnsupportedOperationException", message));
    }
    if key.metadata["Enabled"] != json!(true) {
        let arn = key.metadata["Arn"].as_str().unwrap_or_default();
        return Err(Refusal::bad("DisabledException", format!("{arn} is disabled.")));
    }
    Ok(key)
}
