//! The books of the matrix as one JSON document, for `tests/moto`: every stack
//! written out, and what a plan must show of it.

use recon_acceptance::matrix::{Base, Behind, Book, Document, Row, lines};
use recon_acceptance::{head, stack};
use recon_rules::Severity;
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
        "toml": text(Document::new(&base.whole(), &base.resource)),
        "account": base.account.iter().map(prepared).collect::<Vec<_>>(),
        "change": base.change.iter().map(|row| change(base, row)).collect::<Vec<_>>(),
        "replace": base.replace.iter().map(|row| replace(base, row)).collect::<Vec<_>>(),
        "behind": base.behind.iter().map(|behind| by_hand(base, behind)).collect::<Vec<_>>(),
    })
}

/// The stack as TOML. One field at a time is changed here, whatever the rules
/// think of what comes of it; what AWS thinks is what the scene is for.
fn text(mut document: Document) -> String {
    for finding in recon_rules::check(&stack(&document.text())) {
        if let (Severity::Error, Some(address)) = (finding.severity, &finding.address) {
            document.allow(address, finding.rule.id, "a scene of the matrix");
        }
    }
    document.text()
}

fn change(base: &Base, row: &Row) -> Value {
    let shows = row.expected(&base.resource, "update");
    let back = row.back.as_ref().map(|back| lines(back, &base.resource, "update"));
    json!({
        "field": row.field,
        "toml": text(base.edited(row)),
        "shows": shows,
        "back": back.unwrap_or(shows.clone()),
        "notice": row.notice,
    })
}

fn replace(base: &Base, row: &Row) -> Value {
    let code = row.code.as_deref().unwrap_or("CREATE_ONLY");
    json!({ "field": row.field, "toml": text(base.edited(row)), "code": code })
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
