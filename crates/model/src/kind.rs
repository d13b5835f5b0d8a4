//! A kind of resource: its fields, what identifies it, what it offers to others.

use std::fmt;

use recon_shapes::service;
use serde_json::Value;

use crate::compose::Elsewhere;
use crate::schema::{DocumentForm, Field, Home, Order, RefTo, Struct, Type, from_shape};

/// Everything that the engine knows of a kind. Built once, by the kind's file.
#[derive(Debug)]
pub struct Kind {
    /// `ecs.service`.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub doc: &'static str,
    /// Its CloudFormation type, where there is one.
    pub cfn: Option<&'static str>,
    /// The service that it belongs to, by botocore's name.
    pub service: &'static str,
    /// AWS's structure that says what a new one is.
    pub shape: &'static str,
    pub spec: Field,
    /// Fields that AWS keeps behind other calls than creation.
    pub elsewhere: Vec<Elsewhere>,
    /// Fields that together name it in AWS.
    pub identity: &'static [&'static str],
    /// Attributes that others may refer to, besides `name`.
    pub exports: &'static [&'static str],
    /// Attributes that AWS gives anew with every update (a task definition's ARN).
    pub renewed: &'static [&'static str],
    /// Lists whose items other resources use: what is wanted no more goes when they let go of it.
    pub lent: &'static [&'static str],
    /// How a replacement is ordered when both names can live side by side.
    pub replacement: Replacement,
    /// May carry the tags that say whose it is.
    pub tagged: bool,
    /// Members of AWS's create call that the TOML does not offer, each with why.
    pub left_out: Vec<(&'static str, &'static str)>,
    /// Fields that somebody else moves, given the spec.
    pub moved_by_others: Option<fn(&Value) -> Vec<Moved>>,
    /// Brings a spec, desired or live, to the form in which the two are compared.
    pub canonical: Option<fn(&mut Value)>,
    /// All that it reads and changes, where that is less than the document.
    pub canonical_of: Option<&'static [&'static str]>,
    /// Fills in what others decide, from what is there (`None`: nothing yet).
    pub inherits: Option<Inherits>,
    /// Says of a changed field whether it forces a replacement in this case.
    pub forces: Option<Forces>,
}

/// `(desired, live)`: completes the desired document.
pub type Inherits = fn(&mut Value, Option<&Value>);

/// `(field, desired, live)` to the reason why no call could change it in place.
pub type Forces = fn(&str, &Value, &Value) -> Option<Reason>;

/// Why a field forces a replacement in this very case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub code: &'static str,
    pub text: String,
}

/// A field with another owner, and who that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub field: &'static str,
    pub by: &'static str,
}

/// Order of the two halves of a replacement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replacement {
    /// Always delete first: the two cannot coexist whatever their names.
    DeleteFirst,
    /// Create first when the identity differs, delete first when it is the same.
    CreateFirst,
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Kind {
    /// A kind whose fields are the members of an AWS structure.
    ///
    /// # Panics
    /// When the service model lacks the shape: a mistake in the kind's file,
    /// which every test of the kind meets.
    #[allow(clippy::expect_used)]
    pub fn new(
        name: &'static str,
        service_name: &'static str,
        shape: &'static str,
        doc: &'static str,
    ) -> Self {
        let model = service(service_name).expect("kinds name services that the shapes crate has");
        let mut spec = Field::new(name, "", Type::Struct(from_shape(model, shape)));
        spec.doc = doc.into();
        Self {
            name,
            doc,
            cfn: None,
            service: service_name,
            shape,
            spec,
            elsewhere: Vec::new(),
            identity: &["name"],
            exports: &["arn"],
            renewed: &[],
            lent: &[],
            replacement: Replacement::CreateFirst,
            tagged: true,
            left_out: Vec::new(),
            moved_by_others: None,
            canonical: None,
            canonical_of: None,
            inherits: None,
            forces: None,
        }
    }

    /// The structure of the kind's documents.
    pub fn fields(&self) -> &Struct {
        match &self.spec.ty {
            Type::Struct(structure) => structure,
            _ => unreachable!("a kind's spec is a structure from the start"),
        }
    }

    pub fn cfn(mut self, name: &'static str) -> Self {
        self.cfn = Some(name);
        self
    }

    pub fn identity(mut self, fields: &'static [&'static str]) -> Self {
        self.identity = fields;
        self
    }

    pub fn exports(mut self, attributes: &'static [&'static str]) -> Self {
        self.exports = attributes;
        self
    }

    pub fn renewed(mut self, attributes: &'static [&'static str]) -> Self {
        self.renewed = attributes;
        self
    }

    pub fn lent(mut self, lists: &'static [&'static str]) -> Self {
        self.lent = lists;
        self
    }

    pub fn delete_first(mut self) -> Self {
        self.replacement = Replacement::DeleteFirst;
        self
    }

    pub fn untagged(mut self) -> Self {
        self.tagged = false;
        self
    }

    pub fn canonical(mut self, form: fn(&mut Value)) -> Self {
        self.canonical = Some(form);
        self
    }

    /// A form that reads and changes these fields only.
    pub fn canonical_of(mut self, fields: &'static [&'static str], form: fn(&mut Value)) -> Self {
        self.canonical_of = Some(fields);
        self.canonical(form)
    }

    pub fn moved_by_others(mut self, who: fn(&Value) -> Vec<Moved>) -> Self {
        self.moved_by_others = Some(who);
        self
    }

    pub fn inherits(mut self, complete: Inherits) -> Self {
        self.inherits = Some(complete);
        self
    }

    pub fn forces(mut self, decide: Forces) -> Self {
        self.forces = Some(decide);
        self
    }

    /// Takes members of AWS's structure out of the TOML, each with the reason.
    pub fn leave_out(mut self, members: &[(&'static str, &'static str)]) -> Self {
        for (path, why) in members {
            let (inside, member) = path.rsplit_once('.').unwrap_or(("", path));
            let remove = |field: &mut Field| {
                let structure = field.ty.structure_mut();
                let fields = structure.map(|structure| &mut structure.fields);
                let before = fields.as_ref().map_or(0, |fields| fields.len());
                let left = fields.map_or(0, |fields| {
                    fields.retain(|field| field.name != member);
                    fields.len()
                });
                debug_assert!(left < before, "no member {path}");
            };
            if inside.is_empty() {
                remove(&mut self.spec);
            } else {
                self = self.at(inside, remove);
            }
            self.left_out.push((path, why));
        }
        self
    }

    /// Adds a field that AWS keeps behind another call than creation.
    #[allow(clippy::should_implement_trait)] // a builder says what it adds
    pub fn add(mut self, field: Field) -> Self {
        if let Some(structure) = self.spec.ty.structure_mut() {
            structure.fields.push(field);
        }
        self
    }

    /// Changes the field at a path of names; lists and maps are passed through.
    pub fn at(mut self, path: &str, change: impl FnOnce(&mut Field)) -> Self {
        let mut field = Some(&mut self.spec);
        for name in path.split('.') {
            field = field
                .and_then(|field| field.ty.structure_mut())
                .and_then(|structure| structure.fields.iter_mut().find(|field| field.name == name));
        }
        match field {
            Some(field) => change(field),
            None => {
                unreachable!("{}: no field {path}; a kind's file names fields that its shape has", self.name)
            }
        }
        self
    }

    /// Gives a field another name in the TOML than AWS's.
    pub fn rename(self, path: &str, name: &str) -> Self {
        self.at(path, |field| field.name = name.to_string())
    }

    pub fn required(self, paths: &[&str]) -> Self {
        paths.iter().fold(self, |kind, path| kind.at(path, |field| field.required = true))
    }

    pub fn optional(self, paths: &[&str]) -> Self {
        paths.iter().fold(self, |kind, path| kind.at(path, |field| field.required = false))
    }

    /// Fields that no call changes: another value is another resource.
    pub fn create_only(self, paths: &[&str]) -> Self {
        paths.iter().fold(self, |kind, path| kind.at(path, |field| field.create_only = Some("CREATE_ONLY")))
    }

    pub fn default(self, path: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        self.at(path, |field| field.default = Some(value))
    }

    pub fn unmanaged(self, paths: &[&str]) -> Self {
        paths.iter().fold(self, |kind, path| kind.at(path, |field| field.unmanaged = true))
    }

    pub fn sequence(self, paths: &[&str]) -> Self {
        paths.iter().fold(self, |kind, path| kind.order(path, Order::Sequence))
    }

    pub fn matched_by(self, path: &str, key: &str) -> Self {
        self.order(path, Order::By(key.to_string()))
    }

    fn order(self, path: &str, wanted: Order) -> Self {
        self.at(path, |field| {
            if let Type::List { order, .. } = &mut field.ty {
                *order = wanted;
            }
        })
    }

    pub fn shorthand(self, path: &str, member: &str) -> Self {
        self.at(path, |field| {
            if let Some(structure) = field.ty.structure_mut() {
                structure.shorthand = Some(member.to_string());
            }
        })
    }

    pub fn document(self, path: &str, form: DocumentForm) -> Self {
        self.at(path, |field| field.ty = Type::Document(form))
    }

    /// The field names another resource (or each item of it does).
    pub fn refers(self, path: &str, to: RefTo) -> Self {
        self.at(path, |field| match &mut field.ty {
            Type::List { item, .. } => item.reference = Some(to),
            _ => field.reference = Some(to),
        })
    }

    pub fn normal(self, path: &str, form: fn(&Value) -> Value) -> Self {
        self.at(path, |field| field.normal = Some(form))
    }

    pub fn doc(self, path: &str, words: &str) -> Self {
        self.at(path, |field| field.doc = words.into())
    }
}

/// A field that names a resource of one of these kinds by that attribute.
pub const fn to(kinds: &'static [&'static str], attribute: &'static str) -> RefTo {
    RefTo { kinds, attribute, holds: false, stable: false, outside: None }
}

impl RefTo {
    /// AWS refuses to delete the target while it is named here.
    pub const fn holding(mut self) -> Self {
        self.holds = true;
        self
    }

    /// Some texts name what is not in the stack.
    pub const fn or(mut self, outside: fn(&str, &Home) -> Option<String>) -> Self {
        self.outside = Some(outside);
        self
    }

    /// AWS looks the name up at use: a target of the same name serves as well.
    pub const fn by_name(mut self) -> Self {
        self.stable = true;
        self
    }
}
