//! `recon output`: what others want to know of the stack.

use std::collections::BTreeMap;

use recon_model::load::nearest;
use recon_model::{Looked, Reference, Snapshot, Stack};
use serde_json::{Value, json};

use crate::args::OutputArgs;
use crate::console::Console;
use crate::engine::with_outputs;
use crate::render::outputs;
use crate::{Exit, Failure};

/// Of each output, its value if the account has it.
pub type Outputs = BTreeMap<String, Option<String>>;

pub fn run(args: &OutputArgs, console: &Console) -> Result<Exit, Failure> {
    with_outputs(&args.stack, args.name.as_deref(), console, async |account| {
        let outputs = values(&account.stack, &account.snapshot);
        console.calls(&account.session.calls());
        let missing: Vec<&str> =
            outputs.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| name.as_str()).collect();
        match args.name {
            Some(_) => console.result(&outputs::document(&outputs), |_| outputs::bare(&outputs)),
            None => console.result(&outputs::document(&outputs), |_| outputs::list(&outputs)),
        }
        if missing.is_empty() {
            return Ok(Exit::Clean);
        }
        console.say(&format!(
            "not there yet: {}; `{}` makes it\n",
            missing.join(", "),
            args.stack.again("apply")
        ));
        Ok(Exit::Error)
    })
}

/// The stack with nothing in it but what the outputs need.
pub fn needed(mut stack: Stack, name: Option<&str>) -> Result<Stack, Failure> {
    if let Some(name) = name {
        if !stack.outputs.contains_key(name) {
            return Err(unknown(&stack, name));
        }
        stack.outputs.retain(|other, _| other == name);
    }
    let named: Vec<_> =
        stack.outputs.values().flat_map(|tree| tree.references()).map(|(_, r)| r.target.clone()).collect();
    let needed = stack.with_needs(&named);
    stack.resources.retain(|address, _| needed.contains(address));
    stack.lookups.retain(|address, _| needed.contains(address));
    Ok(stack)
}

fn unknown(stack: &Stack, name: &str) -> Failure {
    let names: Vec<&str> = stack.outputs.keys().map(String::as_str).collect();
    let failure = Failure::new(format!("there is no output `{name}` in the stack `{}`", stack.name));
    match (nearest(name, names.iter().copied()), names.is_empty()) {
        (Some(near), _) => failure.help(format!("did you mean `{near}`?")),
        (None, false) => failure.help(format!("there are: {}", names.join(", "))),
        (None, true) => failure.help("declare some: [outputs] with name = \"${…}\""),
    }
}

fn values(stack: &Stack, snapshot: &Snapshot) -> Outputs {
    let known = |reference: &Reference| known(stack, snapshot, reference).ok_or(());
    let value = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    let one = |tree: &recon_model::Tree| tree.fill(&known).ok().map(value);
    stack.outputs.iter().map(|(name, tree)| (name.clone(), one(tree))).collect()
}

/// Only what is there and the stack's own: nothing that is merely declared.
fn known(stack: &Stack, snapshot: &Snapshot, reference: &Reference) -> Option<Value> {
    if let Some(Looked::Up(value)) = snapshot.lookups.get(&reference.target) {
        return Some(value.clone());
    }
    let found = snapshot.found(&reference.target)?;
    found.owner.as_ref().filter(|owner| owner.stack == stack.name)?;
    match found.export(&reference.attribute) {
        Some(text) => Some(json!(text)),
        None => stack.declared(reference),
    }
}
