//! `docs/kinds` says what the kinds say.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};

use recon_model::KindId;
use recon_model::describe::{index, page};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/kinds")
}

#[test]
fn the_pages_of_the_kinds_are_made_from_the_kinds() {
    let mut pages = vec![("README.md".to_string(), index())];
    pages.extend(KindId::ALL.iter().map(|id| (format!("{}.md", id.name()), page(*id))));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(folder()).unwrap();
        for (name, text) in &pages {
            std::fs::write(folder().join(name), text).unwrap();
        }
    }
    for (name, text) in &pages {
        let there = std::fs::read_to_string(folder().join(name)).unwrap_or_default();
        assert!(there == *text, "docs/kinds/{name} is out of date: UPDATE_DOCS=1 cargo test -p recon-model");
    }
    let there = std::fs::read_dir(folder()).unwrap().count();
    assert_eq!(there, pages.len(), "a page of a kind that is no more");
}
