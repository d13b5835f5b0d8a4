//! Keys: made, read, switched on and off, deleted after a time.

use serde_json::{Value, json};

use super::{Key, policy, spec, tagging};
use crate::context::Context;
use crate::form::{default, given, put, size, text};
use crate::page::page;
use crate::refusal::Refusal;

const DAY: f64 = 86_400.0;

pub(super) fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    spec::check(input)?;
    let tags = tagging::parse(&input["Tags"]);
    tagging::check(&tags)?;
    let policy = match input["Policy"].as_str() {
        Some(text) => policy::check(cx, text, input["BypassPolicyLockoutSafetyCheck"] == json!(true))?,
        None => policy::of_account(cx),
    };
    let metadata = metadata(cx, input);
    let key = Key { metadata: metadata.clone(), policy, tags, rotation: None };
    cx.here.kms.keys.insert(text(&metadata, "KeyId").to_string(), key);
    Ok(json!({"KeyMetadata": metadata}))
}

/// A new key as DescribeKey shows it.
pub(super) fn metadata(cx: &mut Context<'_>, input: &Value) -> Value {
    let multi_region = input["MultiRegion"] == json!(true);
    let id = if multi_region { format!("mrk-{}", cx.ids.hex(32)) } else { cx.ids.uuid() };
    let arn = cx.arn("kms", &format!("key/{id}"));
    let external = text(input, "Origin") == "EXTERNAL";
    let mut metadata = json!({
        "AWSAccountId": cx.account,
        "KeyId": id,
        "Arn": arn,
        "CreationDate": cx.timestamp(),
        "Enabled": !external,
        "KeyState": if external { "PendingImport" } else { "Enabled" },
        "KeyManager": "CUSTOMER",
        "MultiRegion": multi_region,
    });
    for (member, value) in [("Description", ""), ("Origin", "AWS_KMS"), ("KeyUsage", "ENCRYPT_DECRYPT")] {
        put(&mut metadata, member, input[member].clone());
        default(&mut metadata, member, json!(value));
    }
    spec::fill_in(input, &mut metadata);
    if multi_region {
        let primary = json!({"Arn": arn, "Region": cx.region});
        metadata["MultiRegionConfiguration"] =
            json!({"MultiRegionKeyType": "PRIMARY", "PrimaryKey": primary, "ReplicaKeys": []});
    }
    if !external && metadata["KeySpec"] == json!("SYMMETRIC_DEFAULT") {
        metadata["CurrentKeyMaterialId"] = json!(cx.ids.hex(64));
    }
    metadata
}

/// DescribeKey alone takes aliases, too.
pub(super) fn describe(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let id = text(input, "KeyId");
    let key = cx.here.kms.key(id).ok_or_else(|| unknown(cx, id))?;
    Ok(json!({"KeyMetadata": key}))
}

pub(super) fn list(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let entry = |key: &Key| json!({"KeyId": key.metadata["KeyId"], "KeyArn": key.metadata["Arn"]});
    let all: Vec<Value> = cx.here.kms.keys.values().map(entry).collect();
    marked("Keys", all, input, 100)
}

pub(super) fn enable(cx: &mut Context<'_>, input: &Value, enabled: bool) -> Result<Value, Refusal> {
    let key = changeable(cx, input)?;
    if key.metadata["KeyState"] == json!("PendingImport") {
        return Err(invalid_state(key, "is pending import."));
    }
    key.metadata["Enabled"] = json!(enabled);
    key.metadata["KeyState"] = json!(if enabled { "Enabled" } else { "Disabled" });
    Ok(json!({}))
}

pub(super) fn set_description(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    changeable(cx, input)?.metadata["Description"] = input["Description"].clone();
    Ok(json!({}))
}

pub(super) fn schedule_deletion(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let days = size(input, "PendingWindowInDays", 30);
    if !(7..=30).contains(&days) {
        let message = "PendingWindowInDays must be between 7 and 30";
        return Err(Refusal::bad("ValidationException", message));
    }
    let date = json!((cx.now + days as f64 * DAY).floor());
    let key = changeable(cx, input)?;
    key.metadata["Enabled"] = json!(false);
    key.metadata["KeyState"] = json!("PendingDeletion");
    key.metadata["DeletionDate"] = date.clone();
    Ok(json!({
        "KeyId": key.metadata["Arn"],
        "DeletionDate": date,
        "KeyState": "PendingDeletion",
        "PendingWindowInDays": days,
    }))
}

/// A key that is saved from deletion stays disabled.
pub(super) fn cancel_deletion(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let key = own(cx, input)?;
    if key.metadata["KeyState"] != json!("PendingDeletion") {
        return Err(invalid_state(key, "is not pending deletion."));
    }
    put(&mut key.metadata, "DeletionDate", Value::Null);
    key.metadata["KeyState"] = json!("Disabled");
    Ok(json!({"KeyId": key.metadata["Arn"]}))
}

/// Keys whose time is over, and the aliases that point at them.
pub(super) fn forget_deleted(cx: &mut Context<'_>) {
    let now = cx.now;
    let kms = &mut cx.here.kms;
    kms.keys.retain(|_, key| key.metadata["DeletionDate"].as_f64().is_none_or(|date| now < date));
    let keys = &kms.keys;
    kms.aliases.retain(|_, alias| keys.contains_key(&alias.target));
}

/// The key of an id or ARN; an alias is not enough to change a key by.
pub(super) fn own<'a>(cx: &'a mut Context<'_>, input: &Value) -> Result<&'a mut Key, Refusal> {
    let id = text(input, "KeyId");
    let refusal = unknown(cx, id);
    if id.contains("alias/") {
        return Err(Refusal::bad("NotFoundException", format!("Invalid keyId {id}")));
    }
    let found = cx.here.kms.key(id).map(|key| text(key, "KeyId").to_string()).unwrap_or_default();
    cx.here.kms.keys.get_mut(&found).ok_or(refusal)
}

/// The same, if nothing stands against changing it.
pub(super) fn changeable<'a>(cx: &'a mut Context<'_>, input: &Value) -> Result<&'a mut Key, Refusal> {
    let key = own(cx, input)?;
    if key.metadata["KeyState"] == json!("PendingDeletion") {
        return Err(invalid_state(key, "is pending deletion."));
    }
    if key.metadata["KeyManager"] == json!("AWS") {
        let arn = text(&key.metadata, "Arn");
        let message = format!("{arn} is an AWS managed key: only AWS changes it");
        return Err(Refusal::bad("AccessDeniedException", message));
    }
    Ok(key)
}

pub(super) fn invalid_state(key: &Key, what: &str) -> Refusal {
    Refusal::bad("KMSInvalidStateException", format!("{} {what}", text(&key.metadata, "Arn")))
}

pub(super) fn unknown(cx: &Context<'_>, id: &str) -> Refusal {
    let message = if id.starts_with("arn:") && id.contains(":alias/") {
        format!("Alias {id} is not found.")
    } else if id.starts_with("alias/") {
        format!("Alias {} is not found.", cx.arn("kms", id))
    } else if id.starts_with("arn:") {
        format!("Key '{id}' does not exist")
    } else {
        format!("Key '{}' does not exist", cx.arn("kms", &format!("key/{id}")))
    };
    Refusal::bad("NotFoundException", message)
}

/// A page in KMS's form.
pub(super) fn marked(member: &str, all: Vec<Value>, input: &Value, usual: usize) -> Result<Value, Refusal> {
    let (items, next) = page(all, &input["Marker"], size(input, "Limit", usual))
        .ok_or_else(|| Refusal::bad("InvalidMarkerException", "Could not deserialize marker"))?;
    Ok(given(json!({member: items, "Truncated": next.is_some(), "NextMarker": next})))
}
