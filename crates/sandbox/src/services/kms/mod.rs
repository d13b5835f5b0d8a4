//! kms in the sandbox.

mod alias;
mod key;
pub(crate) mod policy;
mod rotation;
mod spec;
mod tagging;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;
use crate::services::holdings::{Holdings, View, arns};
use crate::tags::Tags;

/// What kms holds in one region.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {
    /// By id.
    pub keys: BTreeMap<String, Key>,
    /// By name (`alias/…`).
    pub aliases: BTreeMap<String, Alias>,
}

/// One key and what hangs on it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct Key {
    /// In AWS's form.
    pub metadata: Value,
    pub policy: String,
    pub tags: Tags,
    /// Days between rotations and the time of the next one; none where rotation is off.
    pub rotation: Option<(u64, f64)>,
}

/// Where an alias points.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct Alias {
    pub target: String,
    pub created: f64,
    pub updated: f64,
}

/// Why a key cannot encrypt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    Unknown,
    Disabled,
    NotForEncryption,
}

impl State {
    /// The key of that id, ARN or alias.
    pub fn key(&self, id_or_arn_or_alias: &str) -> Option<&Value> {
        let name = id_or_arn_or_alias.rsplit_once(':').map_or(id_or_arn_or_alias, |(_, name)| name);
        let id = match self.aliases.get(name) {
            Some(alias) => &alias.target,
            None => name.strip_prefix("key/").unwrap_or(name),
        };
        let key = &self.keys.get(id)?.metadata;
        let arn = text(key, "Arn");
        let home = &arn[..arn.rfind(':').map_or(0, |colon| colon + 1)];
        (!id_or_arn_or_alias.starts_with("arn:") || id_or_arn_or_alias.starts_with(home)).then_some(key)
    }

    /// The key, if it can encrypt what another service stores.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn usable(&self, id_or_arn_or_alias: &str) -> Result<&Value, Unusable> {
        let key = self.key(id_or_arn_or_alias).ok_or(Unusable::Unknown)?;
        if text(key, "KeySpec") != "SYMMETRIC_DEFAULT" {
            return Err(Unusable::NotForEncryption);
        }
        if key["Enabled"] != json!(true) { Err(Unusable::Disabled) } else { Ok(key) }
    }
}

/// The ARN of the key that AWS keeps for a service (`alias/aws/SERVICE`): it
/// comes into being when the service first needs it.
pub(crate) fn managed(cx: &mut Context<'_>, service: &str) -> String {
    let name = format!("alias/aws/{service}");
    if let Some(key) = cx.here.kms.key(&name) {
        return text(key, "Arn").to_string();
    }
    let description = format!("Default key that protects my {service} data when no other key is defined");
    let mut metadata = key::metadata(cx, &json!({"Description": description}));
    metadata["KeyManager"] = json!("AWS");
    let (id, arn) = (text(&metadata, "KeyId").to_string(), text(&metadata, "Arn").to_string());
    let policy = policy::of_account(cx);
    cx.here.kms.aliases.insert(name, Alias { target: id.clone(), created: cx.now, updated: cx.now });
    cx.here.kms.keys.insert(id, Key { metadata, policy, ..Key::default() });
    arn
}

impl Holdings for State {
    fn remains(&self, view: &View<'_>) -> Vec<String> {
        let own = |id: &str| self.keys.get(id).is_some_and(|key| key.metadata["KeyManager"] != "AWS");
        let waits = |key: &Key| text(&key.metadata, "KeyState").starts_with("Pending");
        let keys = self.keys.iter().filter(|(id, key)| own(id) && !waits(key));
        let aliases = self.aliases.iter().filter(|(_, alias)| own(&alias.target));
        let alias_arns = aliases.map(|(name, _)| view.arn("kms", name));
        arns(keys.map(|(_, key)| &key.metadata), "Arn").into_iter().chain(alias_arns).collect()
    }

    fn tagged(&self, _: &View<'_>) -> Vec<(String, Tags)> {
        let pair = |key: &Key| (text(&key.metadata, "Arn").to_string(), key.tags.clone());
        self.keys.values().map(pair).collect()
    }
}

pub(crate) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Value, Refusal> {
    key::forget_deleted(cx);
    match operation {
        "CreateKey" => key::create(cx, input),
        "DescribeKey" => key::describe(cx, input),
        "ListKeys" => key::list(cx, input),
        "EnableKey" => key::enable(cx, input, true),
        "DisableKey" => key::enable(cx, input, false),
        "UpdateKeyDescription" => key::set_description(cx, input),
        "ScheduleKeyDeletion" => key::schedule_deletion(cx, input),
        "CancelKeyDeletion" => key::cancel_deletion(cx, input),
        "GetKeyPolicy" => policy::get(cx, input),
        "PutKeyPolicy" => policy::put(cx, input),
        "EnableKeyRotation" => rotation::enable(cx, input),
        "DisableKeyRotation" => rotation::disable(cx, input),
        "GetKeyRotationStatus" => rotation::status(cx, input),
        "CreateAlias" => alias::create(cx, input),
        "UpdateAlias" => alias::update(cx, input),
        "DeleteAlias" => alias::delete(cx, input),
        "ListAliases" => alias::list(cx, input),
        "TagResource" => tagging::tag(cx, input),
        "UntagResource" => tagging::untag(cx, input),
        "ListResourceTags" => tagging::list(cx, input),
        _ => Err(Refusal::unknown_operation("kms", operation)),
    }
}
