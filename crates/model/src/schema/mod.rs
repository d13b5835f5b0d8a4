//! What a document of a kind may hold, and what a change in it means.
//!
//! Fields come from AWS's own shapes ([`build`]); a kind adds what AWS's model
//! does not say: what cannot change, defaults, order, references.

mod build;
mod convert;
mod doc;

use serde_json::Value;

pub use build::from_shape;
pub use convert::{from_aws, to_aws};
pub use doc::Doc;

/// One field of a document.
#[derive(Debug, Clone)]
pub struct Field {
    /// Name in the TOML: AWS's in snake_case, unless the kind renames it.
    pub name: String,
    /// AWS's own name; empty for a setting of recon's that AWS never sees.
    pub aws: String,
    pub ty: Type,
    /// First sentence of AWS's documentation, or the kind's own words.
    pub doc: Doc,
    pub required: bool,
    /// Why a change of this field needs a replacement, as a reason's code.
    pub create_only: Option<&'static str>,
    /// What AWS has where nothing is said. Left out on either side, it equals this.
    pub default: Option<Value>,
    /// A field left out of the TOML is not compared. For fields without a
    /// default that AWS or another owner fills in.
    pub unmanaged: bool,
    pub reference: Option<RefTo>,
    /// The value is never shown, and never compared with a masked answer.
    pub secret: bool,
    /// AWS takes it and does not answer with it: there is nothing to compare it with.
    pub write_only: bool,
    /// A setting of recon's that the end of the resource must know: it stands in a
    /// tag of the resource too, for when the resource is declared no more.
    pub kept: bool,
    /// Entries of a map that are more than its item says, by their keys.
    pub entries: Vec<Field>,
    /// Brings two spellings of one value to the same form before comparing.
    pub normal: Option<fn(&Value) -> Value>,
}

/// The type of a field.
#[derive(Debug, Clone)]
pub enum Type {
    Bool,
    Int,
    Float,
    Text {
        allowed: Vec<String>,
    },
    List {
        item: Box<Field>,
        order: Order,
    },
    /// A map with keys of the user's own.
    Map(Box<Field>),
    /// A list of key and value at AWS, a map here: tags, attributes, environment.
    Pairs {
        key: String,
        value: String,
        item: Box<Field>,
    },
    Struct(Struct),
    /// JSON text at AWS, compared by meaning.
    Document(DocumentForm),
}

/// A structure, and the member that a bare text stands for.
#[derive(Debug, Clone, Default)]
pub struct Struct {
    pub fields: Vec<Field>,
    /// `deployment_controller = "ECS"` for `{ type = "ECS" }`.
    pub shorthand: Option<String>,
}

/// Does the order of a list mean something?
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    Sequence,
    Set,
    /// Items are matched by that field.
    By(String),
}

/// What a document's text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentForm {
    /// An IAM policy: several spellings mean the same.
    Policy,
    /// Any JSON; arrays keep their order.
    Json,
    /// An EventBridge pattern: arrays are sets.
    Pattern,
}

/// A field that names another resource.
#[derive(Debug, Clone)]
pub struct RefTo {
    /// Kinds (or lookups) whose label may stand here; the first is the default.
    pub kinds: &'static [&'static str],
    /// The target's attribute that AWS wants here.
    pub attribute: &'static str,
    /// AWS refuses to delete the target while this resource names it.
    pub holds: bool,
    /// The value stays the same when the target is replaced under its name.
    pub stable: bool,
    /// A text that names something outside the stack, turned into AWS's value.
    pub outside: Option<fn(&str, &Home) -> Option<String>>,
}

/// Where a stack lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    pub region: String,
    /// Twelve digits; empty where the stack does not say and nobody has asked AWS.
    pub account: String,
}

impl Struct {
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl Field {
    pub fn new(name: &str, aws: &str, ty: Type) -> Self {
        Self {
            name: name.to_string(),
            aws: aws.to_string(),
            ty,
            doc: Doc::default(),
            required: false,
            create_only: None,
            default: None,
            unmanaged: false,
            reference: None,
            secret: false,
            write_only: false,
            kept: false,
            entries: Vec::new(),
            normal: None,
        }
    }

    /// The field below, by its name; list items and map values are passed through.
    pub fn child(&self, name: &str) -> Option<&Field> {
        self.ty.structure()?.field(name)
    }

    /// The field of a map's entry, by its key.
    pub fn entry(&self, key: &str) -> Option<&Field> {
        match &self.ty {
            Type::Map(item) | Type::Pairs { item, .. } => {
                Some(self.entries.iter().find(|entry| entry.name == key).unwrap_or(item))
            }
            _ => None,
        }
    }

    /// The field at a path as the differ writes it: `load_balancers[0].container_port`.
    pub fn at<'a>(&'a self, path: &str) -> Option<&'a Field> {
        let mut field = self;
        for segment in path.split(['.', '[']).filter(|s| !s.is_empty() && !s.ends_with(']')) {
            field = match field.entry(segment) {
                Some(entry) => entry,
                None => field.child(segment)?,
            };
        }
        Some(field)
    }
}

impl Type {
    /// The structure that this type is, or that its items are.
    pub fn structure(&self) -> Option<&Struct> {
        match self {
            Type::Struct(structure) => Some(structure),
            Type::List { item, .. } | Type::Map(item) => item.ty.structure(),
            _ => None,
        }
    }

    pub fn structure_mut(&mut self) -> Option<&mut Struct> {
        match self {
            Type::Struct(structure) => Some(structure),
            Type::List { item, .. } | Type::Map(item) => item.ty.structure_mut(),
            _ => None,
        }
    }

    /// In words, for an error message.
    pub fn name(&self) -> &'static str {
        match self {
            Type::Bool => "true or false",
            Type::Int => "an integer",
            Type::Float => "a number",
            Type::Text { .. } => "a text",
            Type::List { .. } => "a list",
            Type::Map(_) | Type::Pairs { .. } => "a table",
            Type::Struct(_) => "a table",
            Type::Document(_) => "a document: a table, JSON text, or { file = \"…\" }",
        }
    }
}
