//! What services tell of what they hold: to searches by tag, and to whoever asks
//! what is left of an account.

use serde_json::Value;

use crate::context::Context;
use crate::form::text;
use crate::tags::Tags;

/// Where and when somebody looks at a service's state.
pub(crate) struct View<'a> {
    pub account: &'a str,
    pub region: &'a str,
    pub now: f64,
}

impl<'a> View<'a> {
    pub fn of(cx: &Context<'a>) -> Self {
        Self { account: cx.account, region: cx.region, now: cx.now }
    }

    /// `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{resource}", self.region, self.account)
    }
}

/// Every service's state says this of itself; one that does not, does not compile.
pub(crate) trait Holdings {
    /// ARNs of what lives. What AWS only remembers for a while is not among them,
    /// nor what AWS keeps for itself.
    fn remains(&self, view: &View<'_>) -> Vec<String>;

    /// ARN and tags of what the Resource Groups Tagging API knows.
    fn tagged(&self, _view: &View<'_>) -> Vec<(String, Tags)> {
        Vec::new()
    }
}

/// The text members of that name: ARNs out of documents.
pub(crate) fn arns<'a>(documents: impl IntoIterator<Item = &'a Value>, member: &str) -> Vec<String> {
    documents.into_iter().map(|document| text(document, member).to_string()).collect()
}
