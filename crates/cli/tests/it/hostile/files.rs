//! Files that the TOML names, of every kind × every way out of the stack's folder.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::{Duration, Instant};

use super::HEAD;
use crate::behaviour::{Place, Ran};
use crate::secrets::all;

const ROLE: &str = "[iam.role.r]\nname = \"r\"\ntrust = { services = [\"codebuild.amazonaws.com\"] }\n";
const PROJECT: &str = "[codebuild.project.b]\nname = \"b\"\nservice_role = \"r\"\nartifacts = \"NO_ARTIFACTS\"\n\
    environment = { type = \"LINUX_CONTAINER\", compute_type = \"BUILD_GENERAL1_SMALL\", image = \"aws/codebuild/amazonlinux-x86_64-standard:5.0\" }\n";

/// A project whose source has such a build specification.
pub fn project(buildspec: &str) -> String {
    format!(
        "{ROLE}{PROJECT}source = {{ type = \"GITHUB\", location = \"https://github.com/me/api.git\", {buildspec} }}\n"
    )
}

/// TOML that names the path.
fn kinds(path: &str) -> Vec<(&'static str, String)> {
    vec![
        ("a task definition", format!("[ecs.task_definition.t]\nfamily = \"t\"\nfile = \"{path}\"\n")),
        ("a policy", format!("[iam.policy.p]\nname = \"p\"\ndocument = {{ file = \"{path}\" }}\n")),
        ("a trust policy", format!("[iam.role.q]\nname = \"q\"\ntrust = {{ file = \"{path}\" }}\n")),
        ("a build specification", project(&format!("buildspec = \"{path}\""))),
        ("a folder of files", format!("{}files = \"{path}\"\n", project("buildspec = \"b.yml\""))),
    ]
}

/// What a stranger would like to read.
const OUTSIDE: &str = "aws_secret = \"hunter2-outside\"\n[default\n";

fn with(place: &Place, toml: &str) -> Ran {
    place.write("desired/stack.toml", &format!("{HEAD}{toml}"));
    let begun = Instant::now();
    let ran = place.recon("plan --sandbox").expect(1);
    assert!(begun.elapsed() < Duration::from_secs(20), "it waited: {toml}");
    assert!(!all(&ran).contains("hunter2"), "{toml}: {}", all(&ran));
    ran
}

#[test]
fn no_kind_of_file_is_read_outside_the_folder() {
    let place = Place::empty();
    place.write("outside/credentials", OUTSIDE);
    place.write("outside/buildspec.yml", OUTSIDE);
    fs::create_dir_all(place.path("desired/deep")).unwrap();
    symlink("../outside/credentials", place.path("desired/link")).unwrap();
    symlink("../outside", place.path("desired/inner")).unwrap();
    symlink("inner", place.path("desired/twice")).unwrap();
    symlink("/dev/zero", place.path("desired/zero")).unwrap();
    let absolute = place.path("outside/credentials").display().to_string();
    for path in [
        "../outside/credentials",
        "deep/../../outside/credentials",
        "./../outside/credentials",
        absolute.as_str(),
        "link",
        "inner/credentials",
        "twice/credentials",
        "/dev/zero",
        "/proc/self/environ",
        "zero",
    ] {
        for (kind, toml) in kinds(path) {
            let ran = with(&place, &toml);
            assert!(ran.err().contains("out of the stack's folder"), "{kind} {path}: {}", ran.err());
        }
    }
}

/// What is no file has no end, or never a beginning.
#[test]
fn what_is_no_file_is_not_read() {
    let place = Place::empty();
    fs::create_dir_all(place.path("desired/folder")).unwrap();
    assert!(Command::new("mkfifo").arg(place.path("desired/pipe")).status().unwrap().success());
    for path in ["pipe", "folder"] {
        for (kind, toml) in kinds(path).into_iter().take(3) {
            let ran = with(&place, &toml);
            assert!(ran.err().contains("is no file"), "{kind} {path}: {}", ran.err());
        }
    }
    fs::rename(place.path("desired/pipe"), place.path("desired/pipe.toml")).unwrap();
    place.write("desired/stack.toml", HEAD);
    place.recon("plan --sandbox").expect(0);
}

/// A password is written beside the file that asks for it, and nowhere else.
#[test]
fn a_password_stays_in_the_folder() {
    let place = Place::empty();
    fs::create_dir_all(place.path("outside")).unwrap();
    fs::create_dir_all(place.path("desired")).unwrap();
    symlink("../outside", place.path("desired/inner")).unwrap();
    for path in ["../outside/password", "/tmp/recon-password", "inner/password", "./../password"] {
        let toml = format!(
            "[iam.user.u]\nname = \"u\"\n[iam.service_credential.c]\nuser = \"u\"\n\
             service_name = \"codecommit.amazonaws.com\"\npassword_file = \"{path}\"\n"
        );
        let ran = with(&place, &toml);
        assert!(ran.err().contains("leads out of the stack's folder"), "{path}: {}", ran.err());
    }
}

#[test]
fn a_stacks_folder_is_no_link_out_of_where_recon_runs() {
    let place = Place::empty();
    place.write("repo/README", "");
    place.write("outside/credentials.toml", OUTSIDE);
    place.write("outside/env/prod.toml", OUTSIDE);
    symlink("../outside", place.path("repo/desired")).unwrap();
    symlink("..", place.path("repo/up")).unwrap();
    for words in ["plan --sandbox", "plan --sandbox -C up/outside", "check", "graph"] {
        let mut command = place.command(words);
        let ran = Ran::of(command.current_dir(place.path("repo"))).expect(1);
        assert!(all(&ran).contains("is a link that leads out of this folder"), "{words}: {}", all(&ran));
        assert!(!all(&ran).contains("hunter2"), "{words}: {}", all(&ran));
    }
    // whoever runs recon may say so
    place.write("outside/credentials.toml", HEAD);
    let mut meant = place.command("plan --sandbox -C ../outside");
    Ran::of(meant.current_dir(place.path("repo"))).expect(0);
}
