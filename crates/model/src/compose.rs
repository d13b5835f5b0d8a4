//! Fields that the structure of AWS's create call does not have, or has in
//! another form; and the way back to what creation takes.

use recon_shapes::{Service, service};
use serde_json::Value;

use crate::kind::Kind;
use crate::schema::{Field, Order, Struct, Type, from_shape, to_aws};

/// Where the form of a field is said that creation does not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elsewhere {
    /// AWS's name of the field.
    pub field: &'static str,
    pub shape: &'static str,
    /// The structure's member; none where the field is the whole structure.
    pub member: Option<&'static str>,
}

impl Kind {
    /// Adds a field whose form another structure of the service says: something
    /// that AWS keeps behind a call of its own.
    pub fn take(mut self, shape: &'static str, member: &'static str, name: &str) -> Self {
        let found = from_shape(self.model(), shape).fields.into_iter().find(|field| field.aws == member);
        let Some(mut field) = found else {
            unreachable!("{}: {shape} has no {member}; a kind's file names what AWS's model has", self.name)
        };
        field.name = name.to_string();
        field.required = false;
        self.elsewhere.push(Elsewhere { field: member, shape, member: Some(member) });
        self.add(field)
    }

    /// The same where a whole structure is the field; `aws` is its name in AWS's document.
    pub fn take_whole(mut self, shape: &'static str, aws: &'static str, name: &str) -> Self {
        let field = Field::new(name, aws, Type::Struct(from_shape(self.model(), shape)));
        self.elsewhere.push(Elsewhere { field: aws, shape, member: None });
        self.add(field)
    }

    /// Adds a setting of recon's own, which AWS never sees.
    pub fn setting(self, name: &str, ty: Type, words: &str) -> Self {
        let mut field = Field::new(name, "", ty);
        field.doc = words.into();
        self.add(field)
    }

    /// A setting that the end of the resource must know, also when it is declared no more.
    pub fn kept(self, name: &str) -> Self {
        self.at(name, |field| field.kept = true)
    }

    /// Gives a field of AWS's a form of its own.
    pub fn replace(mut self, field: Field) -> Self {
        if let Some(structure) = self.spec.ty.structure_mut() {
            structure.fields.retain(|other| other.name != field.name);
        }
        self.add(field)
    }

    /// A list of structures of a name and a value, as the map that it is.
    pub fn pairs(self, path: &str, key: &str, value: &str) -> Self {
        self.at(path, |field| {
            let item = Box::new(Field::new("", "", text()));
            field.ty = Type::Pairs { key: key.into(), value: value.into(), item };
        })
    }

    /// A text of JSON or of free form that AWS's model marks as secret, and that is none.
    pub fn public(self, paths: &[&str]) -> Self {
        paths.iter().fold(self, |kind, path| kind.at(path, |field| field.secret = false))
    }

    /// Fields that AWS does not answer with.
    pub fn write_only(self, paths: &[&str]) -> Self {
        paths.iter().fold(self, |kind, path| kind.at(path, |field| field.write_only = true))
    }

    /// Entries of a map that are secret, by their keys.
    pub fn secret_entries(self, path: &str, keys: &[&str]) -> Self {
        self.at(path, |field| {
            field.entries = keys.iter().map(|key| secret(key)).collect();
        })
    }

    /// Takes members out of structures inside the document: their paths, each with the reason.
    pub fn leave_out_inside(mut self, paths: &[(&'static str, &'static str)]) -> Self {
        for (path, why) in paths {
            let Some((parent, member)) = path.rsplit_once('.') else {
                unreachable!("{}: {path} is at the top, where `leave_out` does it", self.name)
            };
            self = self.at(parent, |field| {
                if let Some(structure) = field.ty.structure_mut() {
                    structure.fields.retain(|field| field.name != member);
                }
            });
            self.left_out.push((path, why));
        }
        self
    }

    /// AWS's document for the create call: what creation takes of the spec.
    /// Fields behind other calls are not in it.
    pub fn creation(&self, spec: &Value) -> Value {
        let taken = &self.model().shape(self.shape).members;
        let mut document = to_aws(self.fields(), spec);
        if let Some(members) = document.as_object_mut() {
            members.retain(|member, _| taken.contains_key(member));
        }
        document
    }

    #[allow(clippy::expect_used)]
    fn model(&self) -> &'static Service {
        service(self.service).expect("a kind is built from its service's model")
    }
}

/// Any text.
pub(crate) fn text() -> Type {
    Type::Text { allowed: Vec::new() }
}

/// One of these words.
pub(crate) fn one_of(words: &[&str]) -> Type {
    Type::Text { allowed: words.iter().map(ToString::to_string).collect() }
}

/// A structure that AWS's model does not have as one.
pub(crate) fn structure(fields: Vec<Field>) -> Type {
    Type::Struct(Struct { fields, shorthand: None })
}

/// A list whose items mean the same in every order, unless `order` says more.
pub(crate) fn list(item: Type, order: Order) -> Type {
    Type::List { item: Box::new(Field::new("", "", item)), order }
}

fn secret(key: &str) -> Field {
    let mut field = Field::new(key, key, text());
    field.secret = true;
    field
}
