//! What the documents promise, done line by line.

use std::path::Path;

use super::behaviour::Place;

/// A command of a `console` block, the exit code that the block names, and the lines below it.
struct Line {
    command: String,
    code: i32,
    shows: Vec<String>,
}

/// `$ recon …`, ended by `# exit 2` where it is not 0.
fn lines(text: &str) -> Vec<Line> {
    let mut found: Vec<Line> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match (line, inside) {
            ("```console", _) => inside = true,
            ("```", _) => inside = false,
            (line, true) => match line.strip_prefix("$ ") {
                Some(command) => {
                    let (command, code) = command.split_once(" # exit ").unwrap_or((command, "0"));
                    found.push(Line {
                        command: command.trim().into(),
                        code: code.parse().unwrap(),
                        shows: Vec::new(),
                    });
                }
                None => found.last_mut().unwrap().shows.push(line.to_string()),
            },
            _ => {}
        }
    }
    found
}

/// Does the output show these lines, in this order? `…` stands for anything.
fn shows(output: &str, wanted: &[String]) -> Result<(), String> {
    let mut rest = output.lines();
    for line in wanted.iter().filter(|line| line.trim() != "…" && !line.is_empty()) {
        let parts: Vec<&str> = line.split('…').map(str::trim).collect();
        let fits = |found: &str| {
            let mut at = 0;
            parts.iter().all(|part| found[at..].find(part).map(|n| at += n + part.len()).is_some())
        };
        if !rest.any(fits) {
            return Err(format!("{line}\nis not in, or not in this order:\n{output}"));
        }
    }
    Ok(())
}

fn run(document: &str) -> usize {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(document);
    let all = lines(&std::fs::read_to_string(path).unwrap());
    let place = Place::empty();
    for Line { command, code, shows: wanted } in &all {
        let output = std::process::Command::new("sh")
            .args(["-c", &command.replace("recon ", concat!(env!("CARGO_BIN_EXE_recon"), " "))])
            .current_dir(place.path(""))
            .env_remove("AWS_REGION")
            .env("COLUMNS", "80")
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap();
        let text =
            String::from_utf8_lossy(&output.stdout).to_string() + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(*code), "$ {command}\n{text}");
        shows(&text, wanted).unwrap_or_else(|problem| panic!("$ {command}\n{problem}"));
    }
    all.len()
}

#[test]
fn the_first_hour_is_what_it_says() {
    assert!(run("first-hour.md") > 10);
}
