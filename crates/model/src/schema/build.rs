//! Fields out of AWS's shapes.

use recon_shapes::{Member, Service, Shape, ShapeType, snake_case};

use super::{Doc, Field, Order, Struct, Type};

/// Deeper than any document of these services; a shape that holds itself ends here.
const DEPTH: usize = 12;

/// The fields of a structure of AWS's model.
pub fn from_shape(service: &Service, shape: &str) -> Struct {
    structure(service, shape, DEPTH)
}

fn structure(service: &Service, name: &str, depth: usize) -> Struct {
    let shape = service.shape(name);
    let fields = shape.members.iter().filter(|_| depth > 0).map(|(aws, member)| {
        let mut field = Field::new(&snake_case(aws), aws, of(service, member, depth - 1));
        field.doc = Doc::aws(service, name, aws);
        field.required = shape.required.contains(aws);
        field.secret = service.shape_of(member).sensitive;
        field
    });
    Struct { fields: fields.collect(), shorthand: None }
}

fn of(service: &Service, member: &Member, depth: usize) -> Type {
    let shape = service.shape_of(member);
    match shape.kind {
        ShapeType::Boolean => Type::Bool,
        ShapeType::Integer | ShapeType::Long | ShapeType::Timestamp => Type::Int,
        ShapeType::Float | ShapeType::Double => Type::Float,
        ShapeType::String | ShapeType::Blob => Type::Text { allowed: shape.allowed.clone() },
        ShapeType::Structure => Type::Struct(structure(service, &member.shape, depth)),
        ShapeType::Map => Type::Map(Box::new(item(service, shape.value.as_ref(), depth))),
        ShapeType::List => match pair(service, shape) {
            Some((key, value)) => {
                let element = shape.member.as_ref().map(|m| service.shape_of(m));
                let value_member = element.and_then(|e| e.members.get(&value));
                Type::Pairs { item: Box::new(item(service, value_member, depth)), key, value }
            }
            None => Type::List {
                item: Box::new(item(service, shape.member.as_ref(), depth)),
                order: order(service, shape),
            },
        },
    }
}

fn item(service: &Service, member: Option<&Member>, depth: usize) -> Field {
    let ty = member.map_or(Type::Text { allowed: Vec::new() }, |member| of(service, member, depth));
    let mut field = Field::new("", "", ty);
    field.secret = member.is_some_and(|member| service.shape_of(member).sensitive);
    field
}

/// A list of structures of just a name and a value is a map to its reader.
fn pair(service: &Service, list: &Shape) -> Option<(String, String)> {
    let member = list.member.as_ref()?;
    if member.shape == "QueryStringKeyValuePair" {
        return None; // a query may name one key twice
    }
    let element = service.shape_of(member);
    let names: Vec<&str> = element.members.keys().map(String::as_str).collect();
    let (key, value) = match names[..] {
        ["Key", "Value"] | ["key", "value"] | ["name", "value"] => (names[0], names[1]),
        _ => return None,
    };
    let text =
        |name: &str| element.members.get(name).is_some_and(|m| service.shape_of(m).kind == ShapeType::String);
    (text(key) && text(value)).then(|| (key.to_string(), value.to_string()))
}

/// Lists are sets unless a kind says that their order means something; lists
/// of named things are matched by name.
fn order(service: &Service, list: &Shape) -> Order {
    let element = list.member.as_ref().map(|member| service.shape_of(member));
    match element {
        Some(shape) if shape.required.iter().any(|name| snake_case(name) == "name") => {
            Order::By("name".into())
        }
        _ => Order::Set,
    }
}
