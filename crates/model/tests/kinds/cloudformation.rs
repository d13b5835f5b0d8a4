//! Field policies against CloudFormation's schemas, as `cloudformation.tsv` has
//! them. Where the two disagree, the disagreement stands in `exceptions.rs` with
//! its reason; one that is none any more fails as well.

use std::collections::{BTreeMap, BTreeSet};

use recon_model::schema::Field;
use recon_model::{Kind, KindId};
use recon_shapes::snake_case;

use crate::exceptions::{EXCEPTIONS, RENAMED};

const TABLE: &str = include_str!("../cloudformation.tsv");

/// A type's properties, the top level of each column.
struct Row {
    create_only: BTreeSet<&'static str>,
    conditional: BTreeSet<&'static str>,
    read_only: BTreeSet<&'static str>,
    write_only: BTreeSet<&'static str>,
    mutable: BTreeSet<&'static str>,
}

fn table() -> BTreeMap<&'static str, Row> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#')).skip(1);
    let rows = lines.map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        let [name, _, create_only, conditional, read_only, write_only, mutable] = columns[..] else {
            panic!("seven columns, not {}: {line}", columns.len())
        };
        let top = |column: &'static str| {
            column.split(',').filter(|property| !property.is_empty() && !property.contains('/')).collect()
        };
        let row = Row {
            create_only: top(create_only),
            conditional: top(conditional),
            read_only: top(read_only),
            write_only: top(write_only),
            mutable: top(mutable),
        };
        (name, row)
    });
    rows.collect()
}

/// The field that a property is here.
fn field<'k>(kind: &'k Kind, property: &str) -> Option<&'k Field> {
    let renamed = RENAMED.iter().find(|(name, theirs, _)| *name == kind.name && *theirs == property);
    let name = renamed.map_or_else(|| snake_case(property), |(_, _, ours)| (*ours).to_string());
    kind.fields().field(&name)
}

fn property_of<'r>(kind: &Kind, row: &'r Row, ours: &str) -> Option<&'r str> {
    let all = row.create_only.iter().chain(&row.mutable).chain(&row.conditional);
    all.copied().find(|property| field(kind, property).is_some_and(|field| field.name == ours))
}

/// Everything in which a kind and its type's schema differ.
fn disagreements(kind: &Kind, row: &Row) -> Vec<String> {
    let mut found = Vec::new();
    let mut say = |property: &str, what: &str| found.push(format!("{}: {property} {what}", kind.name));
    for property in row.create_only.iter().chain(&row.mutable) {
        match field(kind, property) {
            None => say(property, "is no field here"),
            Some(field) if row.create_only.contains(property) && field.create_only.is_none() => {
                say(property, "is create-only there and not here");
            }
            Some(_) => {}
        }
    }
    for property in &row.read_only {
        if field(kind, property).is_some() && !row.mutable.contains(property) {
            say(property, "is read-only there and a field here");
        }
    }
    for property in &row.write_only {
        let compared = field(kind, property)
            .is_some_and(|field| !field.write_only && !field.secret && !field.aws.is_empty());
        if compared {
            say(property, "is write-only there and compared here");
        }
    }
    for field in &kind.fields().fields {
        let property = property_of(kind, row, &field.name);
        let replaced = property.is_some_and(|p| row.create_only.contains(p) || row.conditional.contains(p));
        if field.create_only.is_some() && !replaced {
            say(&field.name, "is create-only here and not there");
        }
        if field.write_only && !property.is_some_and(|p| row.write_only.contains(p)) {
            say(&field.name, "is write-only here and not there");
        }
    }
    found
}

#[test]
fn field_policies_agree_with_cloudformations_schemas_or_say_why_not() {
    let table = table();
    let mut found = BTreeSet::new();
    for kind in KindId::ALL.iter().map(|id| id.kind()) {
        match kind.cfn.map(|name| table.get(name).ok_or(name)) {
            Some(Ok(row)) => found.extend(disagreements(kind, row)),
            Some(Err(name)) => {
                found.insert(format!("{}: {name} is not in the table", kind.name));
            }
            None => {
                found.insert(format!("{}: has no type", kind.name));
            }
        }
    }
    let known: BTreeSet<String> = EXCEPTIONS.iter().map(|(what, _)| (*what).to_string()).collect();
    assert_eq!(known.len(), EXCEPTIONS.len(), "an exception stands in the list twice");
    let new: Vec<&String> = found.difference(&known).collect();
    let stale: Vec<&String> = known.difference(&found).collect();
    assert!(new.is_empty(), "disagreements without a reason: {new:#?}");
    assert!(stale.is_empty(), "exceptions that are none any more: {stale:#?}");
    assert!(EXCEPTIONS.iter().all(|(_, reason)| !reason.is_empty()));
}
