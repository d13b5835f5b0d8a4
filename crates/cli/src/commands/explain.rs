//! `recon explain`: what a rule means.

use recon_model::load::nearest;
use recon_rules::{rule, rules};

use crate::args::ExplainArgs;
use crate::console::Console;
use crate::render::findings;
use crate::{Exit, Failure};

pub fn run(args: &ExplainArgs, console: &Console) -> Result<Exit, Failure> {
    let Some(id) = args.rule.as_deref().filter(|_| !args.list) else {
        let line = |rule: &recon_rules::Rule| {
            format!("{:<10} {:<8} {}\n", rule.id, rule.severity.to_string(), rule.title)
        };
        console.out(&rules().map(line).collect::<String>());
        return Ok(Exit::Clean);
    };
    match rule(id) {
        Some(rule) => {
            console.out(&findings::rule(rule));
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
