//! One resource to be written: its document, resolved.

use std::collections::{BTreeMap, BTreeSet};

use recon_model::schema::{Type, to_aws};
use recon_model::{ADDRESS_TAG, Address, Found, KindId, Reference, Resource, STACK_TAG, setting_tag};
use serde_json::{Map, Value, json};

use crate::cx::{Cx, Failure};

/// A declared resource with every reference replaced by its value.
#[derive(Debug, Clone)]
pub struct Item<'a> {
    pub address: &'a Address,
    pub resource: &'a Resource,
    pub kind: KindId,
    /// The document as declared.
    pub spec: Value,
    /// The same with AWS's defaults and in the form in which it is compared.
    pub canonical: Value,
    /// The user's tags with recon's two.
    pub tags: BTreeMap<String, String>,
}

impl<'a> Item<'a> {
    /// # Errors
    /// When a reference in it is not known yet.
    pub fn new(cx: &Cx<'_>, resource: &'a Resource, live: Option<&Found>) -> Result<Self, Failure> {
        let known = |reference: &Reference| cx.known(reference).ok_or_else(|| reference.clone());
        let mut spec = resource.spec.fill(&known).map_err(Failure::Unknown)?;
        if let Some(inherits) = resource.kind.kind().inherits {
            inherits(&mut spec, live.map(|live| live.spec.value()).as_ref());
        }
        let mut canonical = spec.clone();
        if let Some(form) = resource.kind.kind().canonical {
            form(&mut canonical);
        }
        let mut tags = ownership(cx, &resource.address);
        for (key, value) in spec["tags"].as_object().into_iter().flatten() {
            tags.insert(key.clone(), value.as_str().unwrap_or_default().to_string());
        }
        tags.extend(settings(resource.kind, &spec));
        Ok(Self { address: &resource.address, resource, kind: resource.kind, spec, canonical, tags })
    }

    /// The same for an update: a field that is said no more goes back to what it
    /// is when nothing is said, because AWS leaves alone what an update omits.
    ///
    /// # Errors
    /// When a reference in it is not known yet.
    pub fn updating(
        cx: &Cx<'_>,
        resource: &'a Resource,
        live: &Found,
        changed: &Changed,
    ) -> Result<Self, Failure> {
        let mut item = Self::new(cx, resource, Some(live))?;
        let spec = &resource.kind.kind().spec;
        for path in &changed.paths {
            // a list is written whole: what its items omit is the default again
            let path = path.split('[').next().unwrap_or_default();
            let nothing = item.canonical.pointer(&pointer(path)).filter(|value| !value.is_null());
            let default = || spec.at(path).and_then(|field| field.default.as_ref());
            let value = nothing.or_else(default).cloned();
            // how a list of the resource's own is emptied, its kind knows
            let inner_list = path.contains('.')
                && spec.at(path).is_some_and(|field| matches!(field.ty, Type::List { .. }));
            if let Some(value) = value.or_else(|| inner_list.then(|| json!([]))) {
                say(&mut item.spec, path, value);
            }
        }
        Ok(item)
    }

    /// What is there, with nothing new but whose it is.
    pub fn owning(cx: &Cx<'_>, resource: &'a Resource, live: &Found) -> Self {
        let mut tags = ownership(cx, &resource.address);
        let spec = live.spec.value();
        for (key, value) in spec["tags"].as_object().into_iter().flatten() {
            tags.insert(key.clone(), value.as_str().unwrap_or_default().to_string());
        }
        tags.extend(settings(resource.kind, &spec));
        let canonical = spec.clone();
        Self { address: &resource.address, resource, kind: resource.kind, spec, canonical, tags }
    }

    /// A text of the document.
    pub fn text(&self, field: &str) -> &str {
        self.spec[field].as_str().unwrap_or_default()
    }

    /// AWS's form of the document as declared, tags left out.
    pub fn aws(&self) -> Value {
        self.aws_of(&self.spec)
    }

    fn aws_of(&self, spec: &Value) -> Value {
        let mut spec = spec.clone();
        if let Some(map) = spec.as_object_mut() {
            map.remove("tags");
        }
        to_aws(self.kind.kind().fields(), &spec)
    }

    /// AWS's form of one field, in the form in which it is compared.
    pub fn canonical_aws(&self, field: &str) -> Value {
        self.aws_of(&json!({ field: self.canonical[field] }))
    }

    /// AWS's form of these fields, each with its value or with what it is when
    /// nothing is said: a field taken out of the TOML goes back to that.
    pub fn aws_fields(&self, fields: &BTreeSet<String>, nothing: &[(&str, Value)]) -> Value {
        let mut spec = Map::new();
        for name in fields {
            let Some(field) = self.kind.kind().fields().field(name) else { continue };
            let said = self.spec.get(name).filter(|value| !value.is_null());
            let value = said
                .or_else(|| self.canonical.get(name).filter(|value| !value.is_null()))
                .or(field.default.as_ref())
                .or_else(|| nothing.iter().find(|(n, _)| n == name).map(|(_, value)| value));
            if let Some(value) = value {
                spec.insert(name.clone(), value.clone());
            }
        }
        self.aws_of(&Value::Object(spec))
    }

    /// Tags as `[{Key, Value}]`.
    pub fn upper_tags(&self) -> Value {
        self.tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect()
    }

    /// Tags as `[{key, value}]`.
    pub fn lower_tags(&self) -> Value {
        self.tags.iter().map(|(key, value)| json!({"key": key, "value": value})).collect()
    }
}

/// Recon's two tags.
fn ownership(cx: &Cx<'_>, address: &Address) -> BTreeMap<String, String> {
    BTreeMap::from([
        (STACK_TAG.to_string(), cx.stack.name.clone()),
        (ADDRESS_TAG.to_string(), address.to_string()),
    ])
}

/// The settings of a document that stand in tags.
fn settings(kind: KindId, spec: &Value) -> BTreeMap<String, String> {
    let kept = kind.kind().fields().fields.iter().filter(|field| field.kept);
    let said = |value: &&Value| !value.is_null() && **value != false;
    kept.filter_map(|field| Some((setting_tag(field), spec.get(&field.name).filter(said)?.to_string())))
        .collect()
}

fn pointer(path: &str) -> String {
    format!("/{}", path.replace('.', "/"))
}

/// Puts a value at a path where the document says nothing and has a place for it.
fn say(document: &mut Value, path: &str, value: Value) {
    match (path.split_once('.'), document.as_object_mut()) {
        (Some((key, rest)), Some(map)) => {
            let inner = map.entry(key).or_insert_with(|| json!({}));
            say(inner, rest, value);
        }
        (None, Some(map)) if map.get(path).is_none_or(Value::is_null) => {
            map.insert(path.to_string(), value);
        }
        _ => {}
    }
}

/// What an update has to touch.
#[derive(Debug, Clone, Default)]
pub struct Changed {
    /// Top-level fields that differ.
    pub fields: BTreeSet<String>,
    /// Everything that differs, as the plan's paths.
    pub paths: BTreeSet<String>,
    /// Tags differ, or do not say yet whose the resource is.
    pub tags: bool,
}

impl Changed {
    pub fn has(&self, field: &str) -> bool {
        self.fields.contains(field)
    }

    /// Anything beside tags.
    pub fn any(&self) -> bool {
        !self.fields.is_empty()
    }

    /// Those of `fields` that differ.
    pub fn of(&self, fields: &[&str]) -> BTreeSet<String> {
        self.fields.iter().filter(|field| fields.contains(&field.as_str())).cloned().collect()
    }

    pub fn without(&self, fields: &[&str]) -> BTreeSet<String> {
        self.fields.iter().filter(|field| !fields.contains(&field.as_str())).cloned().collect()
    }
}
