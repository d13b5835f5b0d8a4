//! A plan for people: risks first, then what happens, then the counts.

use recon_model::plan::{Action, Notice, Plan, Step, Summary};

use super::layout::hanging;
use super::style::{QUIET, STRONG, paint};
use super::text::clean;
use super::{Look, risks, step, unreadable};

/// The notice of a plan that is about a part of the stack.
pub const LIMITED: &str = "TARGET";

/// The plan; `command` is the word behind `recon`.
pub fn plan(command: &str, plan: &Plan, look: Look) -> String {
    let mut lines = Vec::new();
    if plan.is_empty() && plan.notices.is_empty() {
        // one line that says all
        let kept = kept(command, plan).map(|kept| format!(" · {kept}")).unwrap_or_default();
        lines.push(format!("{} {}{kept}", nothing(command, plan), place(plan)));
    } else {
        lines.push(header(command, plan));
        lines.push(String::new());
        section(&mut lines, risks::lines(plan, look));
        section(&mut lines, notices(plan, look));
        section(&mut lines, step::lines(&grouped(&plan.steps), look));
        if plan.is_empty() {
            lines.push(format!("{} {}", nothing(command, plan), took(command, plan)));
        } else {
            lines.extend(counts(command, plan));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

fn section(lines: &mut Vec<String>, section: Vec<String>) {
    if !section.is_empty() {
        lines.extend(section);
        lines.push(String::new());
    }
}

/// `aws-cicd-test · 123456789012/ap-northeast-2`.
pub fn place(plan: &Plan) -> String {
    let account = if plan.account.is_empty() { "?" } else { &plan.account };
    clean(&format!("{} · {account}/{}", plan.stack, plan.region))
}

fn header(command: &str, plan: &Plan) -> String {
    format!("{} · {}", paint(STRONG, &format!("recon {command}")), about(plan))
}

/// `aws-cicd-test · 123456789012/ap-northeast-2 · 4f2c9e1 · plan 7c1e09ab`.
pub fn about(plan: &Plan) -> String {
    let commit = plan.commit.as_deref().map(|commit| format!(" · {}", clean(commit))).unwrap_or_default();
    format!("{}{commit} · plan {}", place(plan), clean(&plan.id))
}

/// Never a green word where something was hidden or is wrong.
fn nothing(command: &str, plan: &Plan) -> String {
    paint(STRONG, verdict(command, plan))
}

/// The one sentence on a plan without steps.
pub fn verdict(command: &str, plan: &Plan) -> &'static str {
    match command {
        "destroy" => "Nothing to destroy.",
        "adopt" => "Nothing to take over.",
        _ if unreadable(plan) > 0 => "No changes in what could be read.",
        _ if plan.notices.iter().any(risks::is_risk) => "Nothing to do, but not all is well.",
        _ => "No changes.",
    }
}

fn took(command: &str, plan: &Plan) -> String {
    let calls = calls(plan);
    kept(command, plan).map_or(calls.clone(), |kept| format!("{kept} · {calls}"))
}

/// `17 unchanged`, if any. Of what a limited plan left out nobody knows that.
pub fn kept(command: &str, plan: &Plan) -> Option<String> {
    let limited = command == "adopt" || plan.notices.iter().any(|notice| notice.code == LIMITED);
    let word = if limited { "unchanged or left out" } else { "unchanged" };
    Some(plan.summary.keep).filter(|kept| *kept > 0).map(|kept| format!("{kept} {word}"))
}

/// `41 calls`.
pub fn calls(plan: &Plan) -> String {
    if plan.calls.total == 1 { "1 call".to_string() } else { format!("{} calls", plan.calls.total) }
}

fn counts(command: &str, plan: &Plan) -> Vec<String> {
    vec![format!("{} {}", paint(STRONG, "Plan:"), summary(plan)), format!("      {}", took(command, plan))]
}

/// `1 create, 0 update, 1 replace, 0 delete`.
pub fn summary(plan: &Plan) -> String {
    summary_of(&plan.summary)
}

pub fn summary_of(summary: &Summary) -> String {
    let Summary { create, update, replace, delete, adopt, keep: _, blocked } = *summary;
    let mut words = vec![
        format!("{create} create"),
        format!("{update} update"),
        format!("{replace} replace"),
        format!("{delete} delete"),
    ];
    words.extend((adopt > 0).then(|| format!("{adopt} adopt")));
    words.extend((blocked > 0).then(|| format!("{blocked} blocked")));
    words.join(", ")
}

fn notices(plan: &Plan, look: Look) -> Vec<String> {
    let line = |text: String| hanging("note: ", &clean(&text), look.width);
    notes(plan).flat_map(line).map(|line| paint(QUIET, &line)).collect()
}

/// What a reader should know and no risk line says.
pub fn notes(plan: &Plan) -> impl Iterator<Item = String> + '_ {
    plan.notices.iter().filter(|notice| !risks::is_risk(notice)).map(|notice: &Notice| {
        let about = notice.address.as_ref().map(|address| format!("{address}: ")).unwrap_or_default();
        format!("{about}{} [{}]", notice.text, notice.code)
    })
}

/// Steps as people look for them: the graver first, each group in its order.
pub fn grouped(steps: &[Step]) -> Vec<&Step> {
    let grave = |step: &Step| match step.action {
        Action::Replace(..) => 0,
        Action::Update(_) => 1,
        Action::Create(_) => 2,
        Action::Adopt(_) => 3,
        Action::Delete(_) => 4,
        Action::Blocked(_) => 5,
        Action::Keep => 6,
    };
    let mut shown: Vec<&Step> = steps.iter().filter(|step| step.action != Action::Keep).collect();
    shown.sort_by_key(|step| (grave(step), step.order));
    shown
}
