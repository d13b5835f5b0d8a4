//! The books of the matrix as one JSON document, for `tests/moto`: every stack
//! written out, and what a plan must show of it.

use recon_acceptance::head;
use recon_acceptance::matrix::{Base, Behind, Book, Document, Row, lines};
use serde_json::{Value, json};

fn main() {
    let mut scenes = Vec::new();
    for kind in Book::all() {
        scenes.extend(Book::read(&kind).bases.iter().map(|base| scene(&kind, base)));
    }
    println!("{}", json!({ "head": head("test"), "scenes": scenes }));
}

fn scene(kind: &str, base: &Base) -> Value {
    let prepared =
        |p: &recon_acceptance::matrix::Prepared| json!({ "call": p.call, "input": p.input, "keep": p.keep });
    json!({
        "kind": kind,
        "base": base.name,
        "resource": base.resource,
        "toml": Document::new(&base.whole(), &base.resource).text(),
        "account": base.account.iter().map(prepared).collect::<Vec<_>>(),
        "change": base.change.iter().map(|row| change(base, row)).collect::<Vec<_>>(),
        "replace": base.replace.iter().map(|row| replace(base, row)).collect::<Vec<_>>(),
        "behind": base.behind.iter().map(|behind| by_hand(base, behind)).collect::<Vec<_>>(),
    })
}

fn change(base: &Base, row: &Row) -> Value {
    let shows = row.expected(&base.resource, "update");
    let back = row.back.as_ref().map(|back| lines(back, &base.resource, "update"));
    json!({
        "field": row.field,
        "toml": base.edited(row).text(),
        "shows": shows,
        "back": back.unwrap_or(shows.clone()),
        "notice": row.notice,
    })
}

fn replace(base: &Base, row: &Row) -> Value {
    let code = row.code.as_deref().unwrap_or("CREATE_ONLY");
    json!({ "field": row.field, "toml": base.edited(row).text(), "code": code })
}

fn by_hand(base: &Base, behind: &Behind) -> Value {
    let shows = behind.shows.clone().unwrap_or_else(|| vec![behind.field.clone()]);
    json!({
        "field": behind.field,
        "call": behind.call,
        "input": behind.input,
        "shows": lines(&shows, &base.resource, "update"),
    })
}
