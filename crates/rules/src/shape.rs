//! What AWS's own service model says of every field: lengths, ranges, patterns.
//!
//! Names, types, required members and enumerations were judged when the stack
//! was read; here the document that creates the resource is held against the
//! model, and a violation is brought back to the place in the TOML.

use std::collections::BTreeMap;

use recon_model::schema::{Type, to_aws};
use recon_model::{Elsewhere, Kind, Part};
use recon_shapes::{Service, Violation, service, validate};
use serde_json::Value;

use crate::at::At;
use crate::cx::Cx;
use crate::marked;
use crate::rule::{By, Family, Rule, Severity};
use crate::sink::Sink;

pub const FAMILY: Family = Family { name: "shape", title: "AWS's service models", rules: &[&SHAPE_001] };

pub static SHAPE_001: Rule = Rule {
    id: "SHAPE-001",
    severity: Severity::Error,
    title: "a value that AWS's service model does not take",
    doc: "AWS publishes a model of each service: how long a text may be, which characters it may have, how large a \
          number is, how many items a list holds. The SDKs check little of it; AWS answers with a ValidationException \
          or its like. Fields with a rule of their own are reported under that rule.",
    fix: "keep within what AWS takes",
    source: "AWS's service models, as botocore ships them",
    bad: r#"
[iam.role.task]
description = "naïve \u0007 words"
"#,
    good: r#"
[iam.role.task]
description = "naïve words"
"#,
    by: By::Check(shapes),
};

fn shapes(cx: &Cx<'_>, out: &mut Sink<'_>) {
    let own = own_rules();
    for resource in cx.all() {
        let kind = resource.item().resource.kind.kind();
        let Some(model) = service(kind.service) else { continue };
        let document = to_aws(kind.fields(), &filled(&resource));
        for violation in violations(model, kind, document) {
            let Some(place) = back(&resource, &violation.path).filter(is_judged) else { continue };
            let rule = own.get(&(kind.name, plain(place.path()))).copied();
            say(&mut out.of(rule.unwrap_or(&SHAPE_001)), &place, &violation);
        }
    }
}

/// What the creating call does not take, and what the calls do not take that stand beside it.
fn violations(model: &Service, kind: &Kind, mut document: Value) -> Vec<Violation> {
    let mut found = Vec::new();
    for Elsewhere { field, shape, member } in &kind.elsewhere {
        let own = member.map_or(Some(*shape), |member| Some(&*model.shape(shape).members.get(member)?.shape));
        if let (Some(own), Some(value)) = (own, document.get(*field)) {
            found.extend(validate(model, own, value).into_iter().map(|violation| {
                let path = match violation.path.as_str() {
                    "" => (*field).to_string(),
                    inside if inside.starts_with('[') => format!("{field}{inside}"),
                    inside => format!("{field}.{inside}"),
                };
                Violation { path, ..violation }
            }));
        }
    }
    if let (Some(map), shape) = (document.as_object_mut(), model.shape(kind.shape)) {
        map.retain(|name, _| shape.members.contains_key(name));
    }
    found.extend(validate(model, kind.shape, &document));
    found
}

fn say(out: &mut Sink<'_>, place: &At<'_>, violation: &Violation) {
    let name = place.path().rsplit('.').next().unwrap_or_default();
    out.at(place, format!("{name}: {}", violation.problem)).label("AWS does not take this");
}

/// Rules that name the fields whose violations are theirs.
fn own_rules() -> BTreeMap<(&'static str, String), &'static Rule> {
    let mut own = BTreeMap::new();
    for rule in crate::rules() {
        if let By::Model(fields) | By::Both(fields, _) = rule.by {
            own.extend(fields.iter().map(|(kind, path)| ((*kind, (*path).to_string()), rule)));
        }
    }
    own
}

/// A path without the positions in lists.
fn plain(path: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in path.chars() {
        match c {
            '[' => inside = true,
            ']' => inside = false,
            _ if inside => {}
            _ => out.push(c),
        }
    }
    out
}

/// Scalars that were written out, and the sizes of lists and tables. Tags are
/// a rule's own: services say different things of them, and mean the same.
fn is_judged(at: &At<'_>) -> bool {
    if at.path() == "tags" || at.path().starts_with("tags.") {
        return false;
    }
    match at.field().map(|field| &field.ty) {
        Some(Type::Struct(_)) | None => false,
        Some(Type::List { .. } | Type::Map(_) | Type::Pairs { .. } | Type::Document(_)) => true,
        // what another resource is called is judged there
        Some(_) => at.is_literal(),
    }
}

/// The document with every text filled in that is known.
fn filled(root: &At<'_>) -> Value {
    let text = |parts: &[Part]| root.fill(parts).unwrap_or_else(|| marked::text(parts));
    marked::filled(root.item().declared(), &text)
}

/// The place in the TOML's document that an AWS path means.
fn back<'c>(root: &At<'c>, path: &str) -> Option<At<'c>> {
    let mut at = root.clone();
    let mut rest = path;
    while !rest.is_empty() {
        (at, rest) = step(&at, rest)?;
        rest = rest.strip_prefix('.').unwrap_or(rest);
    }
    Some(at)
}

fn step<'c, 'p>(at: &At<'c>, rest: &'p str) -> Option<(At<'c>, &'p str)> {
    if let Some(inside) = rest.strip_prefix('[') {
        let (number, rest) = inside.split_once(']')?;
        let position: usize = number.parse().ok()?;
        return match at.field().map(|field| &field.ty) {
            // a list of pairs at AWS is a table here; key or value, it is one entry
            Some(Type::Pairs { .. }) => Some((at.entries().nth(position)?.1, "")),
            _ => Some((at.items().nth(position)?, rest)),
        };
    }
    match at.field().map(|field| &field.ty) {
        Some(Type::Map(_)) => {
            let fits =
                |key: &str| rest.strip_prefix(key).is_some_and(|r| r.is_empty() || r.starts_with(['.', '[']));
            let (key, place) = at.entries().find(|(key, _)| fits(key))?;
            Some((place, &rest[key.len()..]))
        }
        Some(Type::Struct(structure)) => {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let field = structure.fields.iter().find(|field| field.aws == rest[..end])?;
            Some((at.key(&field.name), &rest[end..]))
        }
        _ => None,
    }
}
