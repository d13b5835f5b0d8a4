//! Why a command could not do its work.

use recon_aws::{AwsError, ConnectError, Kind};
use recon_model::load;

use crate::render::findings::Line;

/// What is told on standard error before recon ends with 1.
#[derive(Debug)]
pub enum Failure {
    /// The stack's folder is wrong, in these places.
    Stack(Box<load::Failed>),
    /// AWS would refuse it, or it could not work.
    Findings(Box<Findings>),
    /// Anything else.
    Said {
        /// What is wrong, lower case.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
}

/// What a check found before a plan was made.
#[derive(Debug)]
pub struct Findings {
    pub lines: Vec<Line>,
    pub sources: load::Sources,
}

impl Failure {
    pub fn new(message: impl Into<String>) -> Self {
        Failure::Said { message: message.into(), help: None }
    }

    pub fn help(self, words: impl Into<String>) -> Self {
        match self {
            Failure::Said { message, .. } => Failure::Said { message, help: Some(words.into()) },
            at_its_place => at_its_place,
        }
    }
}

impl From<load::Failed> for Failure {
    fn from(failed: load::Failed) -> Self {
        Failure::Stack(Box::new(failed))
    }
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        let help = "or try it without an account: add --sandbox";
        match error {
            ConnectError::NoCredentials(_) => Failure::new(error.to_string()).help(help),
            ConnectError::NoRegion | ConnectError::Endpoint(_) => Failure::new(error.to_string()),
        }
    }
}

impl From<AwsError> for Failure {
    fn from(error: AwsError) -> Self {
        let help = match error.kind {
            Kind::Credentials => Some("renew them: `aws sso login`, or another AWS_PROFILE"),
            Kind::Unreachable => Some("check the network, the proxy and AWS_ENDPOINT_URL"),
            Kind::AccessDenied => Some("these credentials lack that permission"),
            Kind::Throttled => Some("try again later, or with a smaller --parallelism"),
            Kind::Transient => Some("AWS's own failure: try again"),
            Kind::Refused => None,
        };
        let failure = Failure::new(format!("AWS did not answer as hoped: {error}"));
        match help {
            Some(help) => failure.help(help),
            None => failure,
        }
    }
}
