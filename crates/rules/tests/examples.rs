//! Every rule's own examples: the wrong one is found, the right one has no
//! error, no warning, nor the rule's own advice. Both are laid over the stack
//! in `tests/base`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "cases/build.rs"]
mod build;
#[path = "examples/correct.rs"]
mod correct;
#[path = "examples/facts.rs"]
mod facts;
#[path = "examples/live.rs"]
mod live;
#[path = "cases/pipeline.rs"]
mod pipeline;
#[path = "examples/plan.rs"]
mod plan;
#[path = "examples/walkthrough.rs"]
mod walkthrough;

use std::fmt::Write;
use std::fs;
use std::path::Path;

use recon_model::load::{Failed, Options, load};
use recon_model::{Stack, load::Sources};
use recon_rules::{By, FAMILIES, Finding, Rule, Severity, advise, docs, rules};

/// Reads the base with an example on top. `# file: NAME` begins another file.
fn read(example: &str) -> Result<Stack, Failed> {
    read_over(example, str::to_string)
}

/// The same, the base written otherwise.
fn read_over(example: &str, base: impl Fn(&str) -> String) -> Result<Stack, Failed> {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir("tests/base").unwrap() {
        let path = entry.unwrap().path();
        let text = base(&fs::read_to_string(&path).unwrap());
        fs::write(folder.path().join(path.file_name().unwrap()), text).unwrap();
    }
    fs::create_dir(folder.path().join("env")).unwrap();
    let mut parts = example.split("# file: ");
    fs::write(folder.path().join("env/example.toml"), parts.next().unwrap()).unwrap();
    for part in parts {
        let (name, text) = part.split_once('\n').unwrap();
        fs::write(folder.path().join(name.trim()), text).unwrap();
    }
    load(folder.path(), &Options { env: Some("example".into()), ..Options::default() })
}

fn place(sources: &Sources, span: recon_model::load::Span) -> String {
    let (line, column) = sources.position(span);
    let file = sources.get(span.file).unwrap().path.file_name().unwrap().to_string_lossy().into_owned();
    if file == "example.toml" { format!("{line}:{column}") } else { format!("{file}:{line}:{column}") }
}

fn line(stack: &Stack, finding: &Finding) -> String {
    let mut out = format!("{} {} {}", finding.rule.id, place(&stack.sources, finding.span), finding.message);
    for (span, words) in &finding.related {
        write!(out, " [{}: {words}]", place(&stack.sources, *span)).unwrap();
    }
    if finding.fix != finding.rule.fix {
        write!(out, " ({})", finding.fix).unwrap();
    }
    out
}

/// What is found in an example, one finding a line.
fn found(rule: &Rule, example: &str) -> Vec<String> {
    match read(example) {
        Ok(stack) => {
            let told = |f: &&Finding| f.severity != Severity::Advice || f.rule == rule;
            advise(&stack).iter().filter(told).map(|finding| line(&stack, finding)).collect()
        }
        Err(failed) => {
            let words = failed.problems.iter().map(|problem| problem.message.clone());
            if rule.by_reader() {
                words.collect()
            } else {
                panic!("{}: {:?}", rule.id, words.collect::<Vec<_>>())
            }
        }
    }
}

trait ByReader {
    fn by_reader(&self) -> bool;
}

impl ByReader for Rule {
    fn by_reader(&self) -> bool {
        matches!(self.by, By::Reader)
    }
}

fn offline() -> impl Iterator<Item = &'static Rule> {
    rules().filter(|rule| !matches!(rule.by, By::Live(_) | By::Plan))
}

#[test]
fn the_base_of_the_examples_has_no_finding() {
    let stack = read("").unwrap_or_else(|failed| panic!("{:#?}", failed.problems));
    let found: Vec<String> = advise(&stack).iter().map(|finding| line(&stack, finding)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn what_is_right_has_no_finding() {
    let wrong: Vec<String> = offline()
        .flat_map(|rule| found(rule, rule.good).into_iter().map(move |line| format!("{}: {line}", rule.id)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_wrong_is_found() {
    for family in FAMILIES {
        let mut shown = String::new();
        for rule in family.rules.iter().filter(|rule| !matches!(rule.by, By::Live(_) | By::Plan)) {
            let lines = found(rule, rule.bad);
            let own = |line: &String| line.starts_with(&format!("{} ", rule.id));
            assert!(rule.by_reader() || lines.iter().any(own), "{}: {lines:#?}", rule.id);
            assert!(!lines.is_empty(), "{} loads", rule.id);
            writeln!(shown, "{}\n{}\n", rule.bad.trim(), lines.join("\n")).unwrap();
        }
        snapshots().bind(|| insta::assert_snapshot!(format!("found_{}", family.name), shown));
    }
}

/// What nobody knows yet has a mark inside recon, and no reader may meet one.
#[test]
fn what_a_finding_says_can_be_written_down_where_no_account_is_given() {
    let nowhere = |text: &str| {
        let text = text.replace("account = \"123456789012\"\n", "");
        text.replace("${stack.account}", "123456789012")
    };
    let mut told = 0;
    for rule in offline() {
        let Ok(stack) = read_over(rule.bad, nowhere) else { continue };
        for finding in advise(&stack) {
            let said = line(&stack, &finding);
            assert!(!said.contains(|c: char| c.is_control() && c != '\n'), "{said:?}");
            told += 1;
        }
    }
    assert!(told > 200, "{told}");
}

#[test]
fn the_list_of_rules_is_written_down() {
    let lines: Vec<String> =
        rules().map(|r| format!("{:10} {:8} {}", r.id, r.severity.to_string(), r.title)).collect();
    snapshots().bind(|| insta::assert_snapshot!("rules", lines.join("\n")));
}

#[test]
fn no_id_is_given_twice_and_every_rule_says_all_that_there_is_to_say() {
    let mut seen = std::collections::BTreeSet::new();
    for rule in rules() {
        assert!(seen.insert(rule.id), "{} is there twice", rule.id);
        for text in [rule.title, rule.doc, rule.fix, rule.source] {
            assert!(!text.trim().is_empty(), "{}", rule.id);
        }
        assert!(rule.title.len() <= 80 && !rule.title.ends_with('.'), "{}: {}", rule.id, rule.title);
        let examples = !rule.bad.is_empty() && !rule.good.is_empty();
        assert_eq!(examples, !matches!(rule.by, By::Live(_) | By::Plan), "{}", rule.id);
    }
}

#[test]
fn the_documentation_says_what_the_rules_say() {
    let folder = Path::new("../../docs/rules");
    let mut pages = vec![("README.md".to_string(), docs::index())];
    pages.extend(FAMILIES.iter().map(|family| (format!("{}.md", family.name), docs::page(family))));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(folder).unwrap();
        for (name, text) in &pages {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    for (name, text) in &pages {
        let there = fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(there == *text, "docs/rules/{name} is out of date: UPDATE_DOCS=1 cargo test -p recon-rules");
    }
    let files = fs::read_dir(folder).unwrap().count();
    assert_eq!(files, pages.len(), "docs/rules has a page of no family");
}

fn snapshots() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}
