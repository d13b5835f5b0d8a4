//! What a service's handler may see and touch during one call.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::services::{Global, Regional};

/// One call's view of the account: its region, the time, the state of all services.
pub struct Context<'a> {
    pub account: &'a str,
    pub region: &'a str,
    /// Seconds since 1970, on the sandbox's clock.
    pub now: f64,
    pub ids: &'a mut Ids,
    /// What all regions share (IAM, the names of buckets).
    pub global: &'a mut Global,
    /// Services of the call's region. They may look at each other.
    pub here: &'a mut Regional,
}

impl Context<'_> {
    /// `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{resource}", self.region, self.account)
    }

    /// The moment as AWS writes it in XML and in strings.
    pub fn timestamp(&self) -> serde_json::Value {
        serde_json::json!(self.now.floor())
    }
}

/// Ids as AWS makes them up, from a counter: the same calls give the same ids.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
pub struct Ids {
    next: u64,
}

impl Ids {
    /// That many hex digits.
    pub fn hex(&mut self, digits: usize) -> String {
        self.next += 1;
        let hash = Sha256::digest(self.next.to_be_bytes());
        hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>()[..digits.min(64)].to_string()
    }

    /// A UUID in form.
    pub fn uuid(&mut self) -> String {
        let h = self.hex(32);
        format!("{}-{}-{}-{}-{}", &h[..8], &h[8..12], &h[12..16], &h[16..20], &h[20..])
    }

    /// That many capitals and digits, as IAM's ids end.
    pub fn upper(&mut self, length: usize) -> String {
        self.hex(length).to_uppercase()
    }
}
