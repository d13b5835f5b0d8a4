//! Which fields of a kind the rows change, and which nobody does.

use std::collections::{BTreeMap, BTreeSet};

use recon_acceptance::matrix::Book;
use recon_model::schema::{Field, Type};
use recon_model::{Kind, Resource, Tree, join};

/// Every field of AWS's that is no structure of further ones.
pub fn fields(kind: &Kind) -> BTreeSet<String> {
    fn walk(field: &Field, path: &str, out: &mut BTreeSet<String>) {
        match field.ty.structure() {
            Some(structure) => {
                for field in structure.fields.iter().filter(|field| !field.aws.is_empty()) {
                    walk(field, &join(path, &field.name), out);
                }
            }
            None => {
                out.insert(path.to_string());
            }
        }
    }
    let mut out = BTreeSet::new();
    walk(&kind.spec, "", &mut out);
    out
}

/// The fields in which two documents differ.
pub fn differing(kind: &Kind, one: &Resource, other: &Resource) -> BTreeSet<String> {
    let (one, other) = (values(kind, one), values(kind, other));
    let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    keys.into_iter().filter(|key| one.get(*key) != other.get(*key)).cloned().collect()
}

/// Every value of a document under its field's plain path.
fn values(kind: &Kind, resource: &Resource) -> BTreeMap<String, Vec<String>> {
    fn walk(field: &Field, tree: &Tree, path: &str, out: &mut BTreeMap<String, Vec<String>>) {
        match (&field.ty, tree) {
            (Type::Struct(structure), Tree::Map(map)) => {
                for (key, tree) in map {
                    if let Some(field) = structure.field(key) {
                        walk(field, tree, &join(path, key), out);
                    }
                }
            }
            (Type::Map(item), Tree::Map(map)) if item.ty.structure().is_some() => {
                map.values().for_each(|tree| walk(item, tree, path, out));
            }
            (Type::List { item, .. }, Tree::List(items)) if item.ty.structure().is_some() => {
                items.iter().for_each(|tree| walk(item, tree, path, out));
            }
            _ => out.entry(path.to_string()).or_default().push(format!("{tree:?}")),
        }
    }
    let mut out = BTreeMap::new();
    walk(&kind.spec, &resource.spec, "", &mut out);
    out
}

/// Fields that no row changes and no exception explains; exceptions that explain nothing.
pub fn gaps(book: &Book, kind: &Kind, changed: &BTreeSet<String>) -> Vec<String> {
    let all = fields(kind);
    let excepted = |field: &str| {
        let covers = |path: &&String| field == path.as_str() || field.starts_with(&format!("{path}."));
        book.exceptions.keys().find(covers)
    };
    let left: Vec<&String> = all.iter().filter(|field| !changed.contains(*field)).collect();
    let mut gaps: Vec<String> = left
        .iter()
        .filter(|field| excepted(field).is_none())
        .map(|field| format!("{}: no row changes `{field}`, and no exception says why", kind.name))
        .collect();
    let used: BTreeSet<&String> = left.iter().filter_map(|field| excepted(field)).collect();
    gaps.extend(
        book.exceptions
            .iter()
            .filter(|(path, reason)| !used.contains(path) || reason.is_empty())
            .map(|(path, _)| format!("{}: the exception `{path}` explains nothing", kind.name)),
    );
    gaps
}
