//! What several readings of one run ask alike, asked once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::sync::OnceCell;

use crate::error::{AwsError, Call};

type Answer = Arc<OnceCell<Result<Arc<Value>, AwsError>>>;
/// Service, operation and input.
type Question = (&'static str, &'static str, String);

/// Answers about the account as a whole, for all stacks of a run. It forgets
/// nothing: whoever changes the account has no use for it.
#[derive(Debug, Default)]
pub struct Shared(Mutex<HashMap<Question, Answer>>);

impl Shared {
    /// The place of an answer, to be filled by whoever comes first.
    pub(crate) fn place(&self, call: Call, input: &Value) -> Answer {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(places.entry((call.service, call.operation, input.to_string())).or_default())
    }
}
