//! What can hurt, before anything else.

use recon_model::Address;
use recon_model::plan::{Action, Because, Notice, Plan, ReplaceOrder, Step};

use super::layout::hanging;
use super::style::{RISK, paint};
use super::text::clean;
use super::words::few;
use super::{Look, policy};

/// Named in a line at most; the steps below name all.
const NAMED: usize = 4;

/// Kinds that carry traffic: while one is gone, there is no service.
const SERVING: &[(&str, &str)] = &[
    ("ecs.service", "service"),
    ("elb.load_balancer", "load balancer"),
    ("elb.listener", "listener"),
    ("elb.listener_rule", "rule"),
];

/// Kinds whose end takes something along that no apply brings back.
const HOLDING: &[(&str, &str)] = &[
    ("codecommit.repository", "its source code"),
    ("ecr.repository", "its images"),
    ("logs.log_group", "its log events"),
    ("s3.bucket", "its objects"),
    ("kms.key", "everything encrypted with it"),
];

/// What can hurt, each a word and a sentence, graver first.
pub fn of(plan: &Plan) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    found.extend(outages(plan));
    found.extend(list("DELETE", plan, |step| matches!(step.action, Action::Delete(_))));
    found.extend(losses(plan));
    found.extend(widening(plan));
    found.extend(list("UNREADABLE", plan, |step| blocked_by(step, &["UNREADABLE", "LOOKUP"])));
    found.extend(list("NOT OWNED", plan, |step| blocked_by(step, &["NOT_OWNED", "OWNED_BY_OTHER"])));
    found.extend(plan.notices.iter().filter(|notice| is_risk(notice)).map(told));
    found
}

/// The same in lines.
pub fn lines(plan: &Plan, look: Look) -> Vec<String> {
    let line = |(word, text): (String, String)| -> Vec<String> {
        let lead = format!("! {word:<13} ");
        let mut lines = hanging(&lead, &clean(&text), look.width);
        if let Some(first) = lines.first_mut() {
            *first = first.replacen(&lead, &paint(RISK, &lead), 1);
        }
        lines
    };
    of(plan).into_iter().flat_map(line).collect()
}

/// Does the notice stand among the risks?
pub fn is_risk(notice: &Notice) -> bool {
    notice.code.contains("INVARIANT") || notice.code == "BLIND"
}

fn told(notice: &Notice) -> (String, String) {
    let about = notice.address.as_ref().map(|address| format!("{address}: ")).unwrap_or_default();
    let word = if notice.code == "BLIND" { "UNREADABLE" } else { "INVARIANT" };
    (word.to_string(), format!("{about}{}", notice.text))
}

fn word_for(table: &[(&'static str, &'static str)], address: &Address) -> Option<&'static str> {
    table.iter().find(|(kind, _)| *kind == address.kind).map(|(_, word)| *word)
}

fn outages(plan: &Plan) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut others = Vec::new();
    for step in &plan.steps {
        let replaced = if let Action::Replace(_, order) = &step.action { Some(order) } else { None };
        match (step.outage(), replaced, word_for(SERVING, &step.address)) {
            (Some(seconds), _, _) => {
                let word = word_for(SERVING, &step.address).unwrap_or("service");
                let text =
                    format!("{}: no {word} meanwhile; --allow-outage, or a yes when asked", step.address);
                found.push((format!("OUTAGE {}", about(seconds)), text));
            }
            (None, Some(ReplaceOrder::DeleteFirst), Some(word)) if step.stages.is_empty() => found.push((
                "OUTAGE".to_string(),
                format!("{}: deleted before it is created again, no {word} in between", step.address),
            )),
            (None, Some(_), _) => others.push(step.address.to_string()),
            (None, None, _) => {}
        }
    }
    if !others.is_empty() {
        found.push((format!("REPLACE {}", others.len()), few(&others, NAMED)));
    }
    found
}

/// `~12 min`.
pub fn about(seconds: u64) -> String {
    if seconds < 60 { format!("~{} s", seconds.max(5)) } else { format!("~{} min", seconds.div_ceil(60)) }
}

fn list(word: &str, plan: &Plan, is: impl Fn(&Step) -> bool) -> Option<(String, String)> {
    let names: Vec<String> =
        plan.steps.iter().filter(|step| is(step)).map(|step| step.address.to_string()).collect();
    (!names.is_empty()).then(|| (format!("{word} {}", names.len()), few(&names, NAMED)))
}

fn losses(plan: &Plan) -> Vec<(String, String)> {
    let ends = |step: &&Step| matches!(step.action, Action::Delete(_) | Action::Replace(..));
    let line = |step: &Step| {
        let what = word_for(HOLDING, &step.address)?;
        Some(("DATA LOSS".to_string(), format!("{}: {what} cannot be brought back", step.address)))
    };
    plan.steps.iter().filter(ends).filter_map(line).collect()
}

fn blocked_by(step: &Step, codes: &[&str]) -> bool {
    let one_of = |because: &Because| codes.contains(&because.code.as_str());
    matches!(&step.action, Action::Blocked(because) if because.iter().any(one_of))
}

/// Roles and policies that will allow more than they do.
fn widening(plan: &Plan) -> Vec<(String, String)> {
    let touched =
        |step: &&Step| matches!(step.action, Action::Update(_) | Action::Replace(..) | Action::Adopt(_));
    let line = |step: &Step| {
        let more: Vec<String> = step.fields.iter().flat_map(|change| policy::widens(step, change)).collect();
        (!more.is_empty())
            .then(|| ("IAM WIDENS".to_string(), format!("{}: {}", step.address, few(&more, NAMED))))
    };
    plan.steps.iter().filter(touched).filter_map(line).collect()
}
