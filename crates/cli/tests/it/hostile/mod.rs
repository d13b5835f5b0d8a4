//! A pull request from a stranger, planned by a runner with credentials.

use std::fs;
use std::os::unix::fs::symlink;

mod files;
mod judge;
mod printed;

use super::behaviour::{Place, Ran};
use super::secrets::all;

const HEAD: &str = "[stack]\nname = \"s\"\nregion = \"ap-northeast-2\"\naccount = \"123456789012\"\n";

#[test]
fn a_folder_reads_nothing_outside_itself() {
    let place = Place::empty();
    place.write("outside/credentials", "aws_secret = \"hunter2-outside\"\n[default\n");
    place.write("desired/stack.toml", HEAD);
    for (link, to) in [
        ("desired/link.toml", "../outside/credentials"),
        ("desired/env/prod.toml", "../../outside/credentials"),
    ] {
        fs::create_dir_all(place.path(link).parent().unwrap()).unwrap();
        symlink(to, place.path(link)).unwrap();
        let ran = place.recon("plan --sandbox --env prod").expect(1);
        assert!(ran.err().contains("is a link that leads out of the stack's folder"), "{}", ran.err());
        assert!(!all(&ran).contains("hunter2"), "{}", all(&ran));
        fs::remove_file(place.path(link)).unwrap();
    }
    symlink("../outside", place.path("desired/inner")).unwrap();
    let absolute = place.path("outside/credentials").display().to_string();
    for named in ["../outside/credentials", &absolute, "inner/credentials", "./../outside/credentials"] {
        let task = format!("[ecs.task_definition.t]\nfamily = \"t\"\nfile = \"{named}\"\n");
        place.write("desired/stack.toml", &format!("{HEAD}{task}"));
        let ran = place.recon("plan --sandbox").expect(1);
        assert!(ran.err().contains("out of the stack's folder"), "{named}: {}", ran.err());
        assert!(!all(&ran).contains("hunter2"), "{named}: {}", all(&ran));
    }
}

/// The region is part of the name of the host that signed requests go to.
#[test]
fn no_text_of_the_toml_names_a_host() {
    for region in ["x.evil.example/", "evil.example#", "a@evil.example", "eu-central-1.evil", "", "EU", "-a"]
    {
        let place = Place::empty();
        place.write("desired/stack.toml", &HEAD.replace("ap-northeast-2", region));
        let mut command = place.command("plan");
        command.env("AWS_ACCESS_KEY_ID", "x").env("AWS_SECRET_ACCESS_KEY", "x");
        let err = Ran::of(&mut command).expect(1).err();
        assert!(err.contains("no region"), "{region}: {err}");
    }
}

#[test]
fn deep_and_large_documents_end_in_an_error() {
    let deep = |open: &str, close: &str, n: usize| format!("{}{}", open.repeat(n), close.repeat(n));
    let task = "[ecs.task_definition.t]\nfamily = \"t\"\nfile = \"t.json\"\n";
    let build = files::project("buildspec = \"b.yml\"");
    let aliases = (1..30).fold("a0: &a0 [x]\n".to_string(), |text, i| {
        format!("{text}a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 10].join(","))
    });
    let large = "#".repeat(2 * 1024 * 1024);
    for (toml, file, text) in [
        (format!("{HEAD}x = {}", deep("[", "]", 100_000)), "t.json", String::new()),
        (format!("{HEAD}x = {}1{}", "{a=".repeat(50_000), "}".repeat(50_000)), "t.json", String::new()),
        (format!("{HEAD}[{}a]\n", "a.".repeat(100_000)), "t.json", String::new()),
        (format!("{HEAD}{task}"), "t.json", deep("[", "]", 200_000)),
        (format!("{HEAD}{task}"), "t.json", deep("{\"a\":", "}", 100_000)),
        (format!("{HEAD}{task}"), "t.json", large.clone()),
        (format!("{HEAD}{build}"), "b.yml", deep("[", "]", 100_000)),
        (format!("{HEAD}{build}"), "b.yml", "- ".repeat(100_000)),
        (format!("{HEAD}{build}"), "b.yml", aliases),
        (format!("{HEAD}{large}"), "t.json", String::new()),
    ] {
        let place = Place::empty();
        place.write("desired/stack.toml", &toml);
        place.write(&format!("desired/{file}"), &text);
        let ran = place.recon("plan --sandbox").expect(1);
        let first: String = ran.err().chars().chain(ran.out().chars()).take(600).collect();
        assert!(first.contains("error"), "{first}");
        assert!(file != "b.yml" || ran.err().contains("b.yml"), "it was not read: {first}");
    }
    let place = Place::empty();
    for text in [deep("[", "]", 200_000), deep("{\"plan\":", "}", 100_000)] {
        place.write("plan", &text);
        place.recon("show plan").expect(1);
        place.write("plan", &format!("recon-plan 1 x {}\n{text}", text.len()));
        place.recon("show plan").expect(1);
        place.recon("apply plan --sandbox").expect(1);
    }
}
