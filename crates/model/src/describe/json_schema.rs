//! A JSON Schema of the TOML (draft 7, which editors read), for completion and
//! for errors while one types.
//!
//! Nothing is required: a table may be spread over files and overlays, and an
//! editor sees one file. `recon check` knows what is missing.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::own;
use crate::schema::{Field, RefTo, Struct, Type};
use crate::{KindId, lookups};

/// The schema of one TOML file of a stack.
pub fn json_schema() -> Value {
    let mut definitions = Map::new();
    let mut families: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for id in KindId::ALL {
        definitions.insert(id.name().to_string(), resource(*id));
        add(&mut families, id.name(), id.kind().doc);
    }
    for name in lookups::NAMES {
        if let Some(fields) = lookups::fields(name) {
            definitions.insert((*name).to_string(), structure(fields));
            add(&mut families, name, "Found in the account, not made.");
        }
    }
    let mut properties = fixed();
    for (family, kinds) in families {
        properties.insert(family.to_string(), closed(kinds));
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "recon",
        "description": "The desired stack. A file may hold any part of it.",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "definitions": definitions,
    })
}

/// `ecs.service` as a table of labels.
fn add<'n>(families: &mut BTreeMap<&'n str, Map<String, Value>>, name: &'n str, doc: &str) {
    if let Some((family, kind)) = name.split_once('.') {
        let labels = json!({
            "type": "object",
            "description": doc,
            "additionalProperties": { "$ref": format!("#/definitions/{name}") },
        });
        families.entry(family).or_default().insert(kind.to_string(), labels);
    }
}

/// Tables that hold no resources.
fn fixed() -> Map<String, Value> {
    let text = |doc: &str| json!({ "type": "string", "description": doc });
    let tables = json!({
        "stack": {
            "type": "object",
            "description": "Whose all of it is, and where.",
            "additionalProperties": false,
            "properties": {
                "name": text("Marks what belongs to the stack, in the tag `recon:stack`."),
                "region": text("Region; AWS_REGION where it is left out."),
                "account": {
                    "type": "string",
                    "pattern": "^[0-9]{12}$",
                    "description": "recon refuses to touch any other account.",
                },
                "tags": {
                    "type": "object",
                    "description": "Tags of every resource that can carry tags.",
                    "additionalProperties": { "type": "string" },
                },
            },
        },
        "variables": {
            "type": "object",
            "description": "Names and default values; `${var.name}` stands for the value. One that sounds secret, \
                            or says `secret = true`, is shown nowhere.",
        },
        "outputs": {
            "type": "object",
            "description": "What `recon output` prints.",
            "additionalProperties": { "type": "string" },
        },
        "moved": {
            "type": "array",
            "description": "Addresses that were renamed, without touching AWS.",
            "items": {
                "type": "object",
                "additionalProperties": false,
                "required": ["from", "to"],
                "properties": { "from": text("The old address."), "to": text("The new address.") },
            },
        },
    });
    if let Value::Object(tables) = tables { tables } else { Map::new() }
}

fn resource(id: KindId) -> Value {
    let kind = id.kind();
    let mut schema = structure(kind.fields());
    let mut own: Map<String, Value> =
        own(id).map(|(key, doc)| (key.to_string(), own_key(key, doc))).collect();
    if let Some(properties) = schema["properties"].as_object_mut() {
        properties.append(&mut own);
    }
    schema["description"] = json!(kind.doc);
    schema
}

fn own_key(key: &str, doc: &str) -> Value {
    let mut schema = match key {
        "adopt" | "prevent_destroy" => json!({ "type": "boolean" }),
        "unmanaged" | "depends_on" => json!({ "type": "array", "items": { "type": "string" } }),
        "replace" => json!({ "enum": ["delete_first", "create_first"] }),
        "allow" => json!({
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": false,
                "required": ["rule", "reason"],
                "properties": { "rule": { "type": "string" }, "reason": { "type": "string", "minLength": 1 } },
            },
        }),
        _ => json!({ "type": "string" }),
    };
    schema["description"] = json!(doc);
    schema
}

fn structure(structure: &Struct) -> Value {
    closed(structure.fields.iter().map(|field| (field.name.clone(), described(field))).collect())
}

fn closed(properties: Map<String, Value>) -> Value {
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}

fn described(field: &Field) -> Value {
    let mut schema = of(field);
    let mut doc = field.doc.to_string();
    if field.required {
        doc.push_str(" Required.");
    }
    if field.create_only.is_some() {
        doc.push_str(" Another value replaces the resource.");
    }
    if !doc.trim().is_empty() {
        schema["description"] = json!(doc.trim());
    }
    if let Some(default) = &field.default {
        schema["default"] = default.clone();
    }
    schema
}

fn of(field: &Field) -> Value {
    if let Some(to) = &field.reference {
        return reference(to);
    }
    match &field.ty {
        Type::Bool => or_template(json!({ "type": "boolean" })),
        Type::Int => or_template(json!({ "type": "integer" })),
        Type::Float => or_template(json!({ "type": "number" })),
        Type::Text { allowed } if allowed.is_empty() => json!({ "type": ["string", "number", "boolean"] }),
        Type::Text { allowed } => or_template(json!({ "enum": allowed })),
        Type::List { item, .. } => {
            let list = json!({ "type": "array", "items": of(item) });
            match &item.reference {
                Some(to) => json!({ "anyOf": [reference(to), list] }),
                None => list,
            }
        }
        Type::Map(item) => map(field, item),
        Type::Pairs { item, .. } => json!({
            "anyOf": [map(field, item), { "type": "array", "items": { "type": "object" } }]
        }),
        Type::Struct(inner) => {
            let table = structure(inner);
            match inner.shorthand.as_deref().and_then(|name| inner.field(name)) {
                Some(short) => json!({ "anyOf": [of(short), table] }),
                None => table,
            }
        }
        Type::Document(_) => json!({ "type": ["object", "string"] }),
    }
}

fn map(field: &Field, item: &Field) -> Value {
    let known: Map<String, Value> =
        field.entries.iter().map(|entry| (entry.name.clone(), described(entry))).collect();
    json!({ "type": "object", "properties": known, "additionalProperties": of(item) })
}

fn reference(to: &RefTo) -> Value {
    json!({
        "anyOf": [
            { "type": "string", "description": format!("A label of {}.", to.kinds.join(" or ")) },
            {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "additionalProperties": false,
                "properties": {
                    "arn": { "type": "string" },
                    "name": { "type": "string" },
                    "id": { "type": "string" },
                },
            },
        ],
    })
}

/// A variable or a reference may stand for a value of any type.
fn or_template(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "string", "pattern": "\\$\\{" }] })
}
