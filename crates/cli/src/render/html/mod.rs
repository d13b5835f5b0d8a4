//! A plan as one page that stands alone: the graph, filters, the same text.
//! It asks the network for nothing, and its own policy says so.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use recon_model::Stack;
use recon_model::plan::{Plan, Step};

use super::graph::{Picture, drawing};
use super::plan::{about, grouped, kept, notes, summary, verdict};
use super::text::clean;
use super::{markdown, risks, step};

const STYLE: &str = include_str!("page.css");
const GRAPH_STYLE: &str = include_str!("../graph/graph.css");
const SCRIPT: &str = include_str!("page.js");
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/// The page of a plan; the stack, where it is at hand, completes the graph.
pub fn plan(command: &str, plan: &Plan, stack: Option<&Stack>) -> String {
    let picture = Picture::of_plan(plan, stack);
    let title = format!("recon {command} · {}", about(plan));
    let body = html! {
        header {
            h1 { "recon " (command) " " span.about { (about(plan)) } }
            p.summary {
                @if plan.is_empty() { (verdict(command, plan)) } @else { "Plan: " (summary(plan)) }
                @if let Some(kept) = kept(command, plan) { span.quiet { " · " (kept) } }
            }
            (told(plan))
        }
        main {
            section #steps aria-label="steps" {
                (filters(plan))
                ol { @for one in grouped(&plan.steps) { (entry(one)) } }
                p #none hidden { "nothing matches the filter" }
            }
            (graph(&picture, true))
        }
    };
    page(&title, &body)
}

/// A page with the graph alone.
pub fn graph_page(picture: &Picture) -> String {
    let body = html! {
        header { h1 { "recon graph " span.about { (clean(&picture.title)) } } }
        main { (graph(picture, false)) }
    };
    page(&format!("recon graph · {}", clean(&picture.title)), &body)
}

fn page(title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) (PreEscaped(GRAPH_STYLE)) }
            }
            body { (body) script { (PreEscaped(SCRIPT)) } }
        }
    };
    let mut text = page.into_string();
    text.push('\n');
    text
}

fn told(plan: &Plan) -> Markup {
    let (found, notes): (_, Vec<String>) = (risks::of(plan), notes(plan).collect());
    html! {
        @if !found.is_empty() {
            ul.risks { @for (word, words) in &found { li { strong { (word) } " " (clean(words)) } } }
        }
        @if !notes.is_empty() { ul.notes { @for note in &notes { li { (clean(note)) } } } }
    }
}

fn filters(plan: &Plan) -> Markup {
    let counts = plan.summary;
    let actions = [
        ("replace", counts.replace),
        ("update", counts.update),
        ("create", counts.create),
        ("adopt", counts.adopt),
        ("delete", counts.delete),
        ("blocked", counts.blocked),
    ];
    html! {
        div.filters role="group" aria-label="filters" {
            @for (action, count) in actions.iter().filter(|(_, count)| *count > 0) {
                label.chip.(action) {
                    input type="checkbox" checked data-action=(action);
                    " " (action) " " b { (count) }
                }
            }
            input #search type="search" placeholder="filter by text   /" aria-label="filter by text";
        }
        p.keys { kbd { "j" } " " kbd { "k" } " step · " kbd { "Enter" } " open · " kbd { "e" } " all · " kbd { "/" } " filter" }
    }
}

fn entry(one: &Step) -> Markup {
    let action = one.action.word();
    let (symbol, _) = step::symbol(&one.action);
    let address = clean(&one.address.to_string());
    html! {
        li.(action) data-action=(action) data-address=(address) {
            details {
                summary {
                    code.sign { (symbol) } " " b { (address) }
                    " " span.remark { (step::remark(one)) }
                    " " span.place { (step::right(one)) }
                }
                pre { @for line in markdown::lines(one) { (diff_line(&line)) } }
                @if !one.needs.is_empty() {
                    p.needs {
                        "after "
                        @for (i, need) in one.needs.iter().enumerate() {
                            @if i > 0 { ", " }
                            a href="#" data-to=(clean(&need.to_string())) { (clean(&need.to_string())) }
                        }
                    }
                }
            }
        }
    }
}

fn diff_line(line: &str) -> Markup {
    let class = match line.chars().next() {
        Some('+') => "plus",
        Some('-') => "minus",
        Some('!') => "turn",
        _ => "",
    };
    html! { span.(class) { (line) "\n" } }
}

fn graph(picture: &Picture, steps: bool) -> Markup {
    html! {
        section #graph aria-label="graph" {
            p.keys {
                "an arrow goes from what comes first to what waits for it"
                @if steps { "; click a box for its step" } @else { "; click a box for what hangs on it" }
            }
            div.canvas { (drawing(picture, false)) }
        }
    }
}
