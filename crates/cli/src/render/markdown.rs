//! A plan as a comment on a pull request: edited in place, found again by a
//! hidden mark, and the same text from run to run while the plan is the same.

use recon_model::plan::{Plan, Step};

use super::estate::standings;
use super::plan::{about, grouped, kept, notes, place, summary, verdict};
use super::text::{clean, width};
use super::words::count;
use super::{Look, risks, step};
use crate::Failure;
use crate::estate::{Answer, Entry, Estate, Standing};
use crate::seen::Seen;

/// GitHub takes 65,536 characters; a runner may want to add a line of its own.
pub const LIMIT: usize = 60_000;
/// Kept free for what is said of the cut and for the end.
const RESERVE: usize = 2_000;
const COLUMNS: usize = 100;

/// What merging will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// The plan was written to a file, which `recon apply` carries out or refuses.
    Saved,
    /// Nothing was kept: apply will plan anew.
    Anew,
    /// One stack of many: nothing is promised of each.
    None,
}

/// The comment's text.
pub fn plan(command: &str, plan: &Plan, promise: Promise) -> String {
    let mut text = head(command, plan);
    let end = if plan.is_empty() { "" } else { promised(promise) };
    let room = LIMIT.saturating_sub(RESERVE + size(end));
    let steps = grouped(&plan.steps);
    let whole = push_while_fits(&mut text, steps.iter().map(|step| details(step)), room);
    if whole < steps.len() {
        text.push_str("\n**Cut here**, at what a comment can hold: the run's log has the whole plan. Without their fields:\n\n");
        let rest = steps[whole..].iter().map(|step| format!("- {}\n", heading(step)));
        let listed = whole + push_while_fits(&mut text, rest, room + RESERVE / 2);
        if listed < steps.len() {
            text.push_str(&format!("\nNot even listed: {}.\n", count(steps.len() - listed, "step")));
        }
    }
    text.push_str(end);
    text
}

/// How many of the pieces there was room for.
fn push_while_fits(text: &mut String, pieces: impl Iterator<Item = String>, room: usize) -> usize {
    let mut used = size(text);
    let mut taken = 0;
    for piece in pieces {
        used += size(&piece);
        if used > room {
            break;
        }
        text.push_str(&piece);
        taken += 1;
    }
    taken
}

fn promised(promise: Promise) -> &'static str {
    match promise {
        Promise::None => "",
        Promise::Saved => {
            "\nMerging applies exactly this plan: if the account or the folder has changed by then, \
             `recon apply` refuses and nothing is done.\n"
        }
        Promise::Anew => {
            "\nThis plan was not saved: `recon apply` plans anew. With `recon plan --out FILE`, merging \
             applies exactly what stands here.\n"
        }
    }
}

/// What drift tells, as a comment or a message: the verdict first, then the
/// lines that a terminal shows.
pub fn drift(plan: &Plan, seen: &Seen, shown: &str) -> String {
    let mut text = format!("{}\n### recon drift · {}\n\n", mark("drift", &plan.stack), prose(&place(plan)));
    text.push_str(&format!("**{}**, {}\n", prose(&super::drift::result(plan, seen)), seen.at));
    // the first and the last line are said above
    let plain = anstream::adapter::strip_str(shown).to_string();
    let body: Vec<String> = plain.lines().skip(2).map(str::to_string).collect();
    let body = body.split(|line| line.starts_with("result: ")).next().unwrap_or_default();
    let body = &body[..body.len() - body.iter().rev().take_while(|line| line.is_empty()).count()];
    if body.is_empty() {
        return text;
    }
    let fence = fence(body);
    text.push_str(&format!("\n{fence}text\n"));
    let lines = body.iter().map(|line| format!("{line}\n"));
    let taken = push_while_fits(&mut text, lines, LIMIT - RESERVE);
    text.push_str(&format!("{fence}\n"));
    if taken < body.len() {
        text.push_str(&format!(
            "\n**Cut here**, at what a comment can hold: {} more; the run's log has all.\n",
            count(body.len() - taken, "line")
        ));
    }
    text
}

/// Many stacks in one comment: how each stands, then what would change, as far as there is room.
pub fn estate(estate: &Estate, humans: &[String]) -> String {
    let command = &estate.command;
    // no stack is called so: it is one comment for all
    let mut text = format!("<!-- recon:{}:* -->\n", safe(command));
    text.push_str(&format!("### recon {command} · {}\n\n", count(estate.stacks.len(), "stack")));
    text.push_str(&format!("**{}**\n\n", prose(&standings(estate))));
    let told = estate.stacks.iter().zip(humans).filter(|(entry, _)| entry.standing() != Standing::Clean);
    let rows =
        told.clone().map(|(entry, _)| format!("| {} | {} |\n", cell(&entry.folder), cell(&stands(entry))));
    let rows: Vec<String> = rows.collect();
    if rows.is_empty() {
        return text;
    }
    text.push_str("| folder | |\n|---|---|\n");
    let listed = push_while_fits(&mut text, rows.iter().cloned(), LIMIT - RESERVE);
    if listed < rows.len() {
        text.push_str(&format!("\nNot even listed: {}.\n", count(rows.len() - listed, "stack")));
    }
    let pieces: Vec<String> = told.map(|(entry, human)| piece(command, entry, human)).collect();
    let whole = push_while_fits(&mut text, pieces.iter().cloned(), LIMIT - RESERVE / 2);
    if whole < pieces.len() {
        text.push_str("\n**Cut here**, at what a comment can hold: the run's log has all stacks.\n");
    }
    text
}

/// One stack of many, without the mark of its own comment.
fn piece(command: &str, entry: &Entry, human: &str) -> String {
    let body = match &entry.result {
        Answer::Plan(found) => plan(command, found, Promise::None),
        Answer::Drift(found) => drift(&found.plan, &found.seen, human),
        Answer::Errors(_) => {
            let plain = anstream::adapter::strip_str(human).to_string();
            let lines: Vec<String> = plain.trim_end().lines().map(str::to_string).collect();
            let fence = fence(&lines);
            return format!(
                "\n#### {}\n\n{fence}text\n{}\n{fence}\n",
                prose(&entry.folder),
                lines.join("\n")
            );
        }
    };
    let body: Vec<&str> = body.lines().skip_while(|line| !line.starts_with("### ")).skip(1).collect();
    format!("\n#### {}\n{}\n", prose(&entry.folder), body.join("\n"))
}

fn stands(entry: &Entry) -> String {
    match entry.result.plan() {
        None => "error".to_string(),
        Some(plan) if plan.is_empty() => verdict("plan", plan).to_string(),
        Some(plan) => summary(plan),
    }
}

/// A text in a table.
fn cell(text: &str) -> String {
    prose(text).replace('|', "\\|")
}

/// Why there is no plan, where a plan was to stand.
pub fn failure(failure: &Failure) -> String {
    let shown = super::failure(failure, Look { width: COLUMNS, full: false });
    let plain = anstream::adapter::strip_str(&shown).to_string();
    let lines: Vec<String> = plain.trim_end().lines().map(str::to_string).collect();
    let fence = fence(&lines);
    let mut text = format!("### recon has no result\n\n{fence}text\n");
    push_while_fits(&mut text, lines.iter().map(|line| format!("{line}\n")), LIMIT - RESERVE);
    text.push_str(&format!("{fence}\n"));
    text
}

/// Finds the comment again: one for each stack and command.
pub fn mark(command: &str, stack: &str) -> String {
    format!("<!-- recon:{command}:{} -->", safe(stack))
}

/// Nothing may end the comment early.
fn safe(name: &str) -> String {
    let safe: String =
        name.chars().map(|c| if c.is_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
    safe.replace("--", "__")
}

/// What is never cut: where, how much, what can hurt, what to know.
fn head(command: &str, plan: &Plan) -> String {
    let mut text =
        format!("{}\n### recon {command} · {}\n\n", mark(command, &plan.stack), prose(&about(plan)));
    let found = risks::of(plan);
    if !found.is_empty() {
        text.push_str("> [!CAUTION]\n");
        let lines: Vec<String> =
            found.iter().map(|(word, words)| format!("> **{word}** {}", prose(words))).collect();
        text.push_str(&lines.join("  \n"));
        text.push_str("\n\n");
    }
    let notes: Vec<String> = notes(plan).map(|note| format!("> {}", prose(&note))).collect();
    if !notes.is_empty() {
        text.push_str(&format!("> [!NOTE]\n{}\n\n", notes.join("  \n")));
    }
    let unchanged = kept(command, plan).map(|kept| format!(" · {kept}")).unwrap_or_default();
    if plan.is_empty() {
        text.push_str(&format!("**{}**{unchanged}\n", verdict(command, plan)));
    } else {
        text.push_str(&format!("**Plan: {}**{unchanged}\n\n", summary(plan)));
    }
    text
}

fn heading(one: &Step) -> String {
    let (symbol, _) = step::symbol(&one.action);
    let words = [step::remark(one), one.action.word().to_string(), step::right(one)];
    let words: Vec<String> = words.iter().filter(|word| !word.is_empty()).map(|word| bare(word)).collect();
    format!("<code>{symbol} {}</code> {}", literal(&clean(&one.address.to_string())), words.join(" · "))
}

fn details(one: &Step) -> String {
    let body: Vec<String> = lines(one);
    if body.is_empty() {
        return format!("{}<br/>\n", heading(one));
    }
    let fence = fence(&body);
    format!(
        "<details><summary>{}</summary>\n\n{fence}diff\n{}\n{fence}\n\n</details>\n",
        heading(one),
        body.join("\n")
    )
}

/// The terminal's lines, what is added and taken marked where `diff` looks for it.
pub fn lines(one: &Step) -> Vec<String> {
    let look = Look { width: COLUMNS, full: false };
    let body = step::body(one, look);
    let plain = body.iter().map(|line| anstream::adapter::strip_str(line).to_string());
    let marked = plain.map(|line| {
        let line = line.strip_prefix("      ").map(str::to_string).unwrap_or(line);
        let inner = line.trim_start();
        let indent = width(&line) - width(inner);
        match inner.split_at_checked(2) {
            Some((sign @ ("+ " | "- "), rest)) => {
                format!("{}{}{rest}", sign.trim_end(), " ".repeat(indent + 1))
            }
            _ if inner.contains(" → ") => format!("! {line}"),
            _ => format!("  {line}"),
        }
    });
    marked.collect()
}

/// Longer than any run of backticks within.
fn fence(lines: &[String]) -> String {
    let run = |line: &String| line.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(lines.iter().map(run).max().unwrap_or(0).max(2) + 1)
}

fn size(text: &str) -> usize {
    // as JavaScript counts, in which GitHub does
    text.encode_utf16().count()
}

/// Text inside a tag.
pub fn html(text: &str) -> String {
    clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A sentence with others' words in it: nothing in them is Markdown, calls a
/// person or links anywhere.
pub fn prose(text: &str) -> String {
    clean(text).split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// A sentence inside a tag, where backticks are none: GitHub still looks for people
/// and for Markdown there.
fn bare(text: &str) -> String {
    let word = |word: &str| match speaks(word) {
        true => format!("<code>{}</code>", literal(word)),
        false => html(word),
    };
    clean(text).split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Every letter of it stands for itself, in Markdown as in HTML.
fn literal(text: &str) -> String {
    let one = |c: char| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' | '-' | ' ' | '/' => c.to_string(),
        c if c.is_ascii() => format!("&#{};", u32::from(c)),
        c => c.to_string(),
    };
    text.chars().map(one).collect()
}

fn word(word: &str) -> String {
    if !speaks(word) {
        return word.to_string();
    }
    let ticks = fence(&[word.to_string()]);
    let ticks = if word.contains('`') { ticks } else { "`".to_string() };
    let pad = if word.starts_with('`') || word.ends_with('`') { " " } else { "" };
    format!("{ticks}{pad}{word}{pad}{ticks}")
}

/// Would a renderer make something of it?
fn speaks(word: &str) -> bool {
    word.contains(['@', '`', '<', '>', '&', '|', '[', ']', '\\', '*', '~', '#'])
        || word.starts_with('_')
        || word.trim_end_matches([',', '.', ':', ';']).ends_with('_')
        || word.contains("://")
        || word.starts_with("www.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_words_are_no_markdown() {
        assert_eq!(prose("a plain sentence: ok."), "a plain sentence: ok.");
        assert_eq!(prose("ask @root"), "ask `@root`");
        assert_eq!(prose("<img src=x>"), "`<img` `src=x>`");
        assert_eq!(prose("a`b"), "```a`b```");
        assert_eq!(prose("see [x](http://y) now"), "see `[x](http://y)` now");
        assert_eq!(prose("two\nlines"), "`two\\nlines`");
    }

    #[test]
    fn a_mark_cannot_be_left() {
        assert_eq!(mark("plan", "a--><script>"), "<!-- recon:plan:a____script_ -->");
    }

    #[test]
    fn a_fence_is_longer_than_what_it_holds() {
        assert_eq!(fence(&["a ```` b".to_string()]), "`````");
        assert_eq!(fence(&["plain".to_string()]), "```");
    }
}
