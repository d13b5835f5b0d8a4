//! What AWS can answer together: how a kind is asked for many of it at once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use recon_aws::{AwsError, Kind, ReadOp, Reader};
use serde_json::Value;

/// A question that takes many names.
pub struct Batch {
    pub op: ReadOp,
    /// Names a call, as AWS limits them.
    pub most: usize,
    /// The call's input, of what all names stand in and the names.
    pub input: fn(&str, &[String]) -> Value,
    /// Where the answer has its items, and what of an item is its name.
    pub items: (&'static str, &'static str),
    /// What AWS describes for a while after its end is not there.
    pub there: fn(&Value) -> bool,
    /// Codes that say that what was asked for, or what it stands in, is not there.
    pub gone: &'static [&'static str],
    /// Where one missing name fails the call for all: what tells beforehand.
    pub list: Option<List>,
    /// Where a call for one is as good for a few.
    pub alone: Option<Alone>,
}

/// A list of all there are.
pub enum List {
    /// It tells all that is asked for, and is read in place of calls by names.
    Whole(ReadOp, fn() -> Value),
    /// It has names only, and is read when a call has failed for one of them.
    Names(ReadOp, &'static str),
}

/// A call for one.
pub struct Alone {
    pub op: ReadOp,
    pub input: fn(&str, &str) -> Value,
    pub item: &'static str,
    /// As many are asked for one by one.
    pub most: usize,
}

/// What came back, by name; a name that is not in it is not there.
pub type Answers = HashMap<String, Result<Arc<Value>, AwsError>>;

/// All of it is there.
pub fn always(_: &Value) -> bool {
    true
}

impl Batch {
    /// Asks for these names with as few calls as AWS allows.
    pub async fn ask(&self, reader: &Reader, scope: &str, names: &[String]) -> Answers {
        if let Some(alone) = self.alone.as_ref().filter(|alone| names.len() <= alone.most) {
            return self.each(reader, scope, names, alone).await;
        }
        if let Some(List::Whole(op, input)) =
            self.list.as_ref().filter(|_| names.len() > 1 || self.alone.is_some())
        {
            return match (reader.read_all_once(*op, input()).await, &self.alone) {
                (Ok(answer), _) => self.chosen(&answer, names),
                // who may not list may still ask for each
                (Err(error), Some(alone)) if error.kind == Kind::AccessDenied => {
                    self.each(reader, scope, names, alone).await
                }
                (Err(error), _) => failed(names, &error),
            };
        }
        let chunks = names.chunks(self.most).map(|chunk| self.chunk(reader, scope, chunk));
        futures_util::future::join_all(chunks).await.into_iter().flatten().collect()
    }

    async fn each(&self, reader: &Reader, scope: &str, names: &[String], alone: &Alone) -> Answers {
        let asked = names.iter().map(|name| async move {
            match reader.read_all(alone.op, (alone.input)(scope, name)).await {
                Ok(mut answer) => Some((name.clone(), Ok(Arc::new(answer[alone.item].take())))),
                Err(error) if error.is(self.gone) => None,
                Err(error) => Some((name.clone(), Err(error))),
            }
        });
        futures_util::future::join_all(asked).await.into_iter().flatten().collect()
    }

    async fn chunk(&self, reader: &Reader, scope: &str, names: &[String]) -> Answers {
        match (reader.read_all(self.op, (self.input)(scope, names)).await, &self.list) {
            (Ok(answer), _) => self.index(answer),
            (Err(error), Some(List::Names(op, member))) if error.is(self.gone) && names.len() > 1 => {
                self.listed(reader, scope, names, *op, member).await
            }
            (Err(error), _) if error.is(self.gone) => Answers::new(),
            (Err(error), _) => failed(names, &error),
        }
    }

    /// Those of the names that the list knows.
    async fn listed(
        &self,
        reader: &Reader,
        scope: &str,
        names: &[String],
        op: ReadOp,
        member: &str,
    ) -> Answers {
        let listed = match reader.read_all(op, Value::Object(Default::default())).await {
            Ok(answer) => answer,
            Err(error) => return failed(names, &error),
        };
        let listed: HashSet<&str> =
            listed[member].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let there: Vec<String> =
            names.iter().filter(|name| listed.contains(name.as_str())).cloned().collect();
        if there.is_empty() {
            return Answers::new();
        }
        match reader.read_all(self.op, (self.input)(scope, &there)).await {
            Ok(answer) => self.index(answer),
            Err(error) => failed(&there, &error),
        }
    }

    /// Those of the names that stand in the list of all.
    fn chosen(&self, answer: &Value, names: &[String]) -> Answers {
        let (items, name) = self.items;
        let names: HashSet<&str> = names.iter().map(String::as_str).collect();
        let items = answer[items].as_array().into_iter().flatten().filter(|item| (self.there)(item));
        let wanted = items.filter_map(|item| Some((item[name].as_str()?, item)));
        let wanted = wanted.filter(|(name, _)| names.contains(name));
        wanted.map(|(name, item)| (name.to_string(), Ok(Arc::new(item.clone())))).collect()
    }

    fn index(&self, mut answer: Value) -> Answers {
        let (items, name) = self.items;
        let mut answers = self.refused(&answer);
        let Value::Array(items) = answer[items].take() else { return answers };
        for item in items.into_iter().filter(|item| (self.there)(item)) {
            if let Some(name) = item[name].as_str().map(str::to_string) {
                answers.insert(name, Ok(Arc::new(item)));
            }
        }
        answers
    }

    /// What an answer refuses of single names.
    fn refused(&self, answer: &Value) -> Answers {
        let text = |entry: &Value, member: &str| entry[member].as_str().unwrap_or_default().to_string();
        let errors = answer["errors"].as_array().into_iter().flatten();
        let refused = errors.filter(|entry| !self.gone.contains(&text(entry, "errorCode").as_str()));
        let error = |entry: &Value| AwsError {
            service: self.op.service(),
            operation: self.op.operation(),
            code: text(entry, "errorCode"),
            message: text(entry, "errorMessage"),
            status: None,
            request_id: None,
            kind: Kind::Refused,
        };
        refused.map(|entry| (text(entry, self.items.1), Err(error(entry)))).collect()
    }
}

fn failed(names: &[String], error: &AwsError) -> Answers {
    names.iter().map(|name| (name.clone(), Err(error.clone()))).collect()
}
