//! What is told of runs that never came to their end.

use recon_apply::journal::{Intent, Past, rfc3339};
use recon_model::plan::{Action, Notice, Plan};

/// A notice for each such run, and one for each of its calls of which nobody
/// knows what came: what is to be seen of it now, and what is not.
pub fn notices(past: &[Past], plan: &Plan, host: &str) -> Vec<Notice> {
    let mut notices = Vec::new();
    for past in past {
        let head = &past.head;
        if past.is_at_work(host) {
            let since = rfc3339(head.at);
            let text =
                format!("`recon {}` is at work here, process {}, since {since}", head.command, head.pid);
            notices.push(Notice { code: "AT_WORK".into(), address: None, text });
            continue;
        }
        let text = format!(
            "`recon {}` of {} on {} never came to its end: {} calls were answered, of {} nobody noted what came",
            head.command,
            rfc3339(head.at),
            head.host,
            past.answered(),
            past.open().count(),
        );
        notices.push(Notice { code: "UNFINISHED".into(), address: None, text });
        notices.extend(past.open().map(|intent| open(intent, plan)));
    }
    notices
}

fn open(intent: &Intent, plan: &Plan) -> Notice {
    let action = plan.step(&intent.address).map(|step| &step.action);
    let seen = match action {
        Some(Action::Keep) => "it is as declared: nothing is left to do",
        Some(Action::Create(_)) => {
            "nothing of it is to be seen, and the plan makes it: if AWS shows it later, there may be two"
        }
        Some(Action::Update(_) | Action::Adopt(_)) => "part of it is there, and the plan does the rest",
        Some(Action::Replace(..)) => "the plan replaces it",
        Some(Action::Delete(_)) => "it is still there, and the plan deletes it",
        Some(Action::Blocked(_)) => "whether it was done cannot be told: see what blocks it",
        None => "it is not to be seen, and the plan has nothing to do there",
    };
    let text = format!("`{}` for {} had no answer: {seen}", intent.op, intent.name);
    Notice { code: "OPEN_CALL".into(), address: Some(intent.address.clone()), text }
}
