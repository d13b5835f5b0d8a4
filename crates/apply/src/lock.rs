//! One run at a time on a stack, by a log group that only one run can create.
//!
//! Why a log group: its creation is atomic, its name is unique in account and
//! region, it takes tags when it is made, costs nothing and needs no resource of
//! the stack; the stack's own bucket may be what this very run makes or deletes,
//! and two kinds of locks would not know of each other.

use std::collections::BTreeMap;
use std::time::Duration;

use recon_aws::{AwsError, ReadOp, Session, WriteOp};
use recon_model::names;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::journal::{Head, doubtful, rfc3339};

const CREATE: WriteOp = WriteOp::new("logs", "CreateLogGroup");
const DELETE: WriteOp = WriteOp::new("logs", "DeleteLogGroup");
const TAGS: ReadOp = ReadOp::new("logs", "ListTagsForResource");

const HELD: &[&str] = &["ResourceAlreadyExistsException"];
const GONE: &[&str] = &["ResourceNotFoundException"];
/// Two that create it at once.
const BUSY: &[&str] = &["OperationAbortedException"];
/// Tries to get hold of a lock that comes and goes.
const TRIES: usize = 5;

/// Who holds a lock, as its tags say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holder {
    pub run: String,
    pub command: String,
    pub who: String,
    pub host: String,
    pub since: String,
}

/// What came of taking it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    Ours,
    By(Holder),
}

impl Holder {
    /// This run.
    pub fn of(head: &Head, who: &str) -> Self {
        Self {
            run: head.run.clone(),
            command: head.command.clone(),
            who: who.to_string(),
            host: format!("{} (process {})", head.host, head.pid),
            since: rfc3339(head.at),
        }
    }

    fn tags(&self) -> BTreeMap<String, String> {
        let fields = [&self.run, &self.command, &self.who, &self.host, &self.since];
        NAMES.iter().zip(fields).map(|(name, text)| ((*name).to_string(), tag(text))).collect()
    }

    fn read(tags: &Value) -> Self {
        let text = |name: &str| tags[name].as_str().unwrap_or("unknown").to_string();
        let [run, command, who, host, since] = NAMES.map(text);
        Self { run, command, who, host, since }
    }
}

const NAMES: [&str; 5] =
    ["recon:lock:run", "recon:lock:command", "recon:lock:who", "recon:lock:host", "recon:lock:since"];

/// What a tag's value may hold.
fn tag(text: &str) -> String {
    let fits = |c: char| c.is_alphanumeric() || " _.:/=+-@".contains(c);
    text.chars().map(|c| if fits(c) { c } else { '_' }).take(256).collect()
}

/// Takes the lock of a stack, unless somebody holds it.
///
/// # Errors
/// When AWS lets nobody know whether it is free.
pub async fn take(session: &Session, stack: &str, holder: &Holder) -> Result<Taken, AwsError> {
    let input = json!({"logGroupName": names::lock(stack), "tags": holder.tags()});
    let mut tries = 1;
    loop {
        let error = match session.writer().write(CREATE, input.clone()).await {
            Ok(_) => return Ok(Taken::Ours),
            Err(error) => error,
        };
        if error.is(HELD) {
            match look(session, stack).await? {
                // an answer that got lost
                Some(other) if other.run == holder.run => return Ok(Taken::Ours),
                Some(other) => return Ok(Taken::By(other)),
                None if tries < TRIES => {}
                None => return Err(error),
            }
        } else if doubtful(&error) {
            // it may be ours all the same
            let held = look(session, stack).await.ok().flatten();
            return if held.is_some_and(|held| held.run == holder.run) {
                Ok(Taken::Ours)
            } else {
                Err(error)
            };
        } else if !error.is(BUSY) || tries == TRIES {
            return Err(error);
        }
        tries += 1;
        sleep(Duration::from_secs(1)).await;
    }
}

/// Who holds the lock of a stack.
///
/// # Errors
/// When AWS does not tell.
pub async fn look(session: &Session, stack: &str) -> Result<Option<Holder>, AwsError> {
    let (account, region) = (session.account().await?, session.region());
    let arn = format!("arn:{}:logs:{region}:{account}:log-group:{}", session.partition(), names::lock(stack));
    match session.reader().read(TAGS, json!({"resourceArn": arn})).await {
        Ok(answer) => Ok(Some(Holder::read(&answer["tags"]))),
        Err(error) if error.is(GONE) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Gives a lock back, or takes that of a dead holder away. Was it there?
///
/// # Errors
/// When AWS does not do it.
pub async fn release(session: &Session, stack: &str) -> Result<bool, AwsError> {
    match session.writer().write(DELETE, json!({"logGroupName": names::lock(stack)})).await {
        Ok(_) => Ok(true),
        Err(error) if error.is(GONE) => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holder_is_told_by_tags() {
        let holder = Holder {
            run: "20260101T000000Z-1".into(),
            command: "apply".into(),
            who: "arn:aws:iam::123456789012:user/a".into(),
            host: "ci (process 7)".into(),
            since: "2026-01-01T00:00:00Z".into(),
        };
        let tags = json!(holder.tags());
        assert_eq!(tags["recon:lock:host"], "ci _process 7_");
        assert_eq!(Holder::read(&tags).who, holder.who);
        assert_eq!(Holder::read(&Value::Null).who, "unknown");
    }
}
