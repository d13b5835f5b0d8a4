//! `recon policy`: what whoever runs recon must be allowed.

use recon_rules::runner::{Phase, policy, policy_for, split};

use super::show;
use crate::args::{PolicyArgs, PolicyFor};
use crate::console::Console;
use crate::engine::load;
use crate::render;
use crate::{Exit, Failure};

/// The characters that a managed policy of IAM may have.
const MANAGED: usize = 6144;

pub fn run(args: &PolicyArgs, console: &Console) -> Result<Exit, Failure> {
    let stack = load(&args.folder, None)?;
    let document = match (args.phase, &args.plan) {
        (PolicyFor::Plan, None) => policy(&stack, Phase::Plan),
        (PolicyFor::Apply, None) => policy(&stack, Phase::Apply),
        (PolicyFor::Destroy, None) => policy(&stack, Phase::Destroy),
        (PolicyFor::Apply, Some(file)) => policy_for(&stack, &show::kept(file)?.0),
        (PolicyFor::Plan | PolicyFor::Destroy, Some(_)) => {
            return Err(Failure::new("only an apply follows a kept plan").help("recon policy apply PLAN"));
        }
    };
    if args.split {
        console.out(&render::json(&split(&document, MANAGED)));
        return Ok(Exit::Clean);
    }
    console.out(&render::json(&document));
    let length = document.to_string().len();
    if length > MANAGED {
        console.say(&format!(
            "{length} characters: a managed policy of IAM takes {MANAGED}; --split prints several that fit\n"
        ));
    }
    Ok(Exit::Clean)
}
