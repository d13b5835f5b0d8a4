//! Where a field of a plan was written.
//!
//! The differ names items of a list by their key (`container_definitions[api]`),
//! the loader by their position: here the one becomes the other.

use recon_model::load::Span;
use recon_model::schema::{Field, Order, Type};
use recon_model::{Resource, Scalar, Tree, join};

/// The place of the field, or of the nearest thing around it.
pub fn span(resource: &Resource, path: &str) -> Span {
    resource.span_of(&by_position(&resource.kind.kind().spec, &resource.spec, path))
}

fn by_position(spec: &Field, tree: &Tree, path: &str) -> String {
    let (mut out, mut field, mut tree, mut rest) = (String::new(), spec, tree, path);
    while let Some((name, after)) = rest.split_once('[')
        && !name.is_empty()
    {
        // through the structures before the list
        for name in name.trim_start_matches('.').split('.') {
            let (Some(child), Some(below)) = (field.child(name), tree.get(name)) else {
                return join(&out, rest);
            };
            (field, tree) = (child, below);
            out = join(&out, name);
        }
        let (Some((key, after)), Type::List { item, order }, Tree::List(items)) =
            (after.split_once(']'), &field.ty, tree)
        else {
            return out;
        };
        let Some(at) = position(order, items, key) else { return out };
        out = format!("{out}[{at}]");
        (field, tree, rest) = (item, &items[at], after);
    }
    match rest.trim_start_matches('.') {
        "" => out,
        rest => join(&out, rest),
    }
}

fn position(order: &Order, items: &[Tree], key: &str) -> Option<usize> {
    let named = |item: &Tree, field: &str| match item.get(field) {
        Some(Tree::Scalar(Scalar::Text(text))) => text == key,
        Some(Tree::Scalar(value)) => value.as_u64().is_some_and(|number| key.parse() == Ok(number)),
        _ => false,
    };
    match order {
        Order::By(field) => items.iter().position(|item| named(item, field)),
        Order::Sequence => key.parse().ok().filter(|at| *at < items.len()),
        // the differ pairs what is left over: its numbers are not positions
        Order::Set => (items.len() == 1).then_some(0),
    }
}
