//! What is right has no finding: the reference stack, every example, and stacks
//! of other shapes (`tests/correct`). `crates/acceptance` builds each of them in
//! the sandbox, so that they are right indeed.

use std::fs;
use std::path::{Path, PathBuf};

use recon_model::load::{Options, load};
use recon_rules::check;

use super::line;

fn findings(folder: &Path) -> Vec<String> {
    let stack = load(folder, &Options::default())
        .unwrap_or_else(|failed| panic!("{}: {:#?}", folder.display(), failed.problems));
    check(&stack).iter().map(|finding| format!("{}: {}", folder.display(), line(&stack, finding))).collect()
}

fn folders(inside: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(inside).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

#[test]
fn the_reference_stack_has_no_finding() {
    let found = findings(Path::new("../../desired"));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_example_has_a_finding() {
    let found: Vec<String> = folders("../../examples").iter().flat_map(|folder| findings(folder)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_correct_stack_has_a_finding() {
    let stacks = folders("tests/correct");
    assert!(stacks.len() >= 10, "{}", stacks.len());
    let found: Vec<String> = stacks.iter().flat_map(|folder| findings(folder)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
