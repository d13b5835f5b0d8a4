//! What may be looked up, and by what.

use std::sync::LazyLock;

use crate::schema::{Field, Order, Struct, Type};
use crate::targets::VPC;

/// Every lookup, by its table's name.
pub const NAMES: &[&str] = &["lookup.vpc", "lookup.subnets", "lookup.security_groups", "lookup.kms_alias"];

/// What a lookup answers with.
pub fn exports(name: &str) -> &'static [&'static str] {
    if name == "lookup.kms_alias" { &["arn"] } else { &["id"] }
}

/// The fields by which that lookup finds.
pub fn fields(name: &str) -> Option<&'static Struct> {
    static VPC_FIELDS: LazyLock<Struct> = LazyLock::new(|| {
        structure(vec![
            flag("default", "The region's default VPC."),
            text("id", "The VPC of that id."),
            text("name", "The VPC whose tag `Name` says so."),
            tags(),
        ])
    });
    static SUBNETS: LazyLock<Struct> = LazyLock::new(|| {
        structure(vec![
            vpc(),
            list("ids", "Subnets by id."),
            list("availability_zones", "Only subnets of these zones."),
            list("names", "Subnets whose tag `Name` is one of these."),
            tags(),
        ])
    });
    static GROUPS: LazyLock<Struct> = LazyLock::new(|| {
        structure(vec![
            vpc(),
            list("ids", "Security groups by id."),
            list("names", "Security groups by name."),
            tags(),
        ])
    });
    static KMS_ALIAS: LazyLock<Struct> = LazyLock::new(|| {
        let mut name = text("name", "The alias as AWS writes it: `alias/aws/s3`, `alias/builds`.");
        name.required = true;
        structure(vec![name])
    });
    match name {
        "lookup.vpc" => Some(&VPC_FIELDS),
        "lookup.subnets" => Some(&SUBNETS),
        "lookup.security_groups" => Some(&GROUPS),
        "lookup.kms_alias" => Some(&KMS_ALIAS),
        _ => None,
    }
}

fn structure(fields: Vec<Field>) -> Struct {
    Struct { fields, shorthand: None }
}

fn with(name: &str, ty: Type, doc: &str) -> Field {
    let mut field = Field::new(name, "", ty);
    field.doc = doc.into();
    field
}

fn flag(name: &str, doc: &str) -> Field {
    with(name, Type::Bool, doc)
}

fn text(name: &str, doc: &str) -> Field {
    with(name, Type::Text { allowed: Vec::new() }, doc)
}

fn list(name: &str, doc: &str) -> Field {
    let item = Field::new("", "", Type::Text { allowed: Vec::new() });
    with(name, Type::List { item: Box::new(item), order: Order::Set }, doc)
}

fn tags() -> Field {
    let item = Field::new("", "", Type::Text { allowed: Vec::new() });
    with("tags", Type::Map(Box::new(item)), "Only what carries all of these tags.")
}

fn vpc() -> Field {
    let mut field = text("vpc", "Only what is in that VPC.");
    field.reference = Some(VPC);
    field
}
