//! `recon explain`: what a rule means.

use recon_model::load::nearest;
use recon_rules::{rule, rules};

use crate::args::ExplainArgs;
use crate::console::Console;
use crate::render::findings;
use crate::{Exit, Failure};

pub fn run(args: &ExplainArgs, console: &Console) -> Result<Exit, Failure> {
    let Some(id) = args.rule.as_deref() else {
        console.result(&findings::rules_document(rules()), |_| findings::list(rules()));
        return Ok(Exit::Clean);
    };
    match rule(id) {
        Some(rule) => {
            let document = findings::rules_document([rule].into_iter());
            console.result(&document, |_| findings::rule(rule));
            Ok(Exit::Clean)
        }
        None => {
            let failure = Failure::new(format!("there is no rule {id}"));
            Err(match nearest(id, rules().map(|rule| rule.id)) {
                Some(near) => failure.help(format!("did you mean {near}? `recon explain --list` lists all")),
                None => failure.help("`recon explain --list` lists all"),
            })
        }
    }
}
