use std::path::Path;

use recon::{Failure, render};
use recon_model::load::{self, load};

use super::build::*;

fn failure(folder: &Path) -> Failure {
    load(folder, &load::Options::default()).unwrap_err().into()
}

#[test]
fn every_mistake_is_shown_at_its_place() {
    let failure = failure(Path::new("tests/it/broken"));
    let text = plain(&render::failure(&failure, NARROW));
    snapshot("problems", "broken", &text);
    snapshot("problems", "broken.json", &render::errors(&failure));
}

#[test]
fn other_places_are_shown_beside_the_first() {
    let text = plain(&render::failure(&failure(Path::new("tests/it/twice")), NARROW));
    snapshot("problems", "twice", &text);
}

#[test]
fn a_missing_folder_has_no_place_and_says_what_to_do() {
    let text = plain(&render::failure(&failure(Path::new("nowhere")), NARROW));
    assert_eq!(
        text,
        "error: nowhere cannot be read: there is no such file\n\
         help: name the stack's folder with -C FOLDER\n\n1 error\n"
    );
}

#[test]
fn a_hostile_file_cannot_drive_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let toml = "[stack]\nname = \"a\"\nregion = \"eu-west-1\"\n# \u{202e}\u{9b}31m\n\
                [ecs.cluster.\"\\u001b[2J\"]\nnme = \"\\u001b[31m\u{202e}\"\n";
    std::fs::write(folder.path().join("stack.toml"), toml).unwrap();
    let text = plain(&render::failure(&failure(folder.path()), NARROW));
    let bad = |c: &char| c.is_control() && *c != '\n' || *c == '\u{202e}';
    assert_eq!(text.chars().find(bad), None, "{text:?}");
    assert!(text.contains("nme"), "{text}");
}
