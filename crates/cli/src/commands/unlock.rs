//! `recon unlock`: the lock of a dead holder.

use recon_apply::lock;
use serde_json::json;

use crate::args::UnlockArgs;
use crate::ask;
use crate::console::Console;
use crate::engine::with_connected;
use crate::guarded::holds;
use crate::{Exit, Failure};

pub fn run(args: &UnlockArgs, console: &Console) -> Result<Exit, Failure> {
    with_connected(&args.stack, async |connected| {
        let (session, stack) = (&connected.session, &connected.stack.name);
        let Some(holder) = lock::look(session, stack).await? else {
            let document = json!({ "format": 1, "stack": stack, "result": "free" });
            console.result(&document, |_| format!("nobody holds the stack `{stack}`\n"));
            return Ok(Exit::Clean);
        };
        console.say(&format!("the stack `{stack}` is locked\n{}\n", holds(&holder)));
        if !args.auto_approve {
            if !ask::somebody_is_there() {
                return Err(Failure::new("nothing was done: there is no terminal on which to ask")
                    .help("make sure that its holder is dead, then add --auto-approve"));
            }
            let question =
                "\nIf its holder is still at work, two runs will get in each other's way. Take it away?";
            if !ask::confirmed(console, question) {
                return Err(Failure::new("nothing was done: the answer was not `yes`"));
            }
        }
        // whoever came meanwhile is not the one that was shown
        if lock::look(session, stack).await?.as_ref() != Some(&holder) {
            return Err(Failure::new("nothing was done: somebody else holds it by now"));
        }
        lock::release(session, stack).await?;
        connected.keep()?;
        let document = json!({ "format": 1, "stack": stack, "result": "unlocked", "run": holder.run });
        console.result(&document, |_| format!("the stack `{stack}` is free\n"));
        Ok(Exit::Clean)
    })
}
