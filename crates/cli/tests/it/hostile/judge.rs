//! What no form of an output may hold, whoever wrote the text in it.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use recon::render::text::is_hidden;
use serde_json::Value;

/// Texts of a stranger's: for terminals, build logs, Markdown, HTML, and what ends a quote.
pub const PAYLOADS: &[&str] = &[
    "\u{1b}[2J\u{1b}]0;x\u{7}\u{9b}2J\u{202e}\u{200b}\r\n::set-output name=a::b\n##vso[task.x]y ##[add-mask]z",
    "::add-mask::x",
    "`c` **b** @root <!-- x --> <img src=x onerror=alert(1)> [a](http://evil.example) | ![a](http://evil.example)",
    "\" onload=\"alert(1) ' \\ --> ]]> </summary><script>alert(1)</script>",
];

/// Of `--format FORM`, all that was printed.
pub fn harmless(what: &str, form: &str, out: &str, err: &str) {
    for text in [out, err] {
        let hidden = text.chars().find(|c| *c != '\n' && is_hidden(*c));
        assert_eq!(hidden, None, "{what} {form}: a mark that is not shown\n{text}");
        assert!(!text.contains("##[") && !text.contains("##vso"), "{what} {form}: obeyed by a log\n{text}");
        let ours = |line: &str| {
            form == "github"
                && ["::error ", "::warning ", "::notice "].iter().any(|own| line.starts_with(own))
        };
        let command = text.lines().find(|line| line.trim_start().starts_with("::") && !ours(line));
        assert_eq!(command, None, "{what} {form}: a command");
    }
    match form {
        "json" | "sarif" => {
            let parsed = serde_json::from_str::<Value>(out);
            assert!(out.is_empty() || parsed.is_ok(), "{what} {form}: {parsed:?}\n{out}");
        }
        "markdown" => markdown(what, out),
        "html" | "svg" => markup(what, out),
        "dot" | "mermaid" => out.lines().for_each(|line| quoted(what, form, line)),
        _ => {}
    }
}

/// No link, no picture, no person, no tag but recon's own.
fn markdown(what: &str, text: &str) {
    let mut in_block = false;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => panic!("{what}: {event:?}\n{text}"),
            Event::Html(html) | Event::InlineHtml(html) => own_tags(what, &html),
            Event::Start(Tag::CodeBlock(_)) => in_block = true,
            Event::End(TagEnd::CodeBlock) => in_block = false,
            Event::Text(words) if !in_block => {
                assert!(!words.contains("@root"), "{what}: calls a person: {words}\n{text}")
            }
            _ => {}
        }
    }
}

fn own_tags(what: &str, html: &str) {
    let mut rest = html;
    let mut in_code = false;
    while let Some((words, after)) = rest.split_once('<') {
        assert!(in_code || !words.contains("@root"), "{what}: calls a person: {html}");
        let (tag, after) = after.split_once('>').unwrap_or((after, ""));
        let own = ["details", "/details", "summary", "/summary", "code", "/code", "br/"].contains(&tag);
        let mark = tag.starts_with("!-- recon:") && tag.ends_with(" --");
        assert!(own || mark, "{what}: <{tag}> in {html}");
        in_code = tag == "code" || (in_code && tag != "/code");
        rest = after;
    }
    assert!(in_code || !rest.contains("@root"), "{what}: calls a person: {html}");
}

/// A reader of XML finds no element and no attribute of a stranger's.
fn markup(what: &str, text: &str) {
    for word in ["<img", "<script>alert", "onload=\"", "onerror=\"", "]]>", "<!-- "] {
        assert!(!text.contains(word), "{what}: {word}\n{text}");
    }
}

/// Every quote that is opened on a line is closed on it, and nothing stands behind it.
fn quoted(what: &str, form: &str, line: &str) {
    let mut outside = String::new();
    let (mut inside, mut escaped) = (false, false);
    for c in line.chars() {
        match c {
            '"' if !escaped => inside = !inside,
            _ if !inside => outside.push(c),
            _ => {}
        }
        escaped = c == '\\' && !escaped && form == "dot";
    }
    assert!(!inside, "{what} {form}: a quote is open: {line}");
    for word in ["alert", "evil", "root", "mask", "set-output"] {
        assert!(!outside.contains(word), "{what} {form}: outside of quotes: {line}");
    }
}
