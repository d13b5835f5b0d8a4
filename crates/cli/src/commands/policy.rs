//! `recon policy`: what whoever runs recon must be allowed.

use recon_rules::runner::{Phase, policy, policy_for};
use serde_json::Value;

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
    console.out(&render::json(&document));
    if let Some(hint) = too_long(&document) {
        console.say(&hint);
    }
    Ok(Exit::Clean)
}

fn too_long(document: &Value) -> Option<String> {
    let length = document.to_string().len();
    (length > MANAGED).then(|| {
        format!(
            "{length} characters: a managed policy of IAM takes {MANAGED}. An inline policy of a role takes 10240; \
             or attach the statements as two policies.\n"
        )
    })
}
