//! What may come back instead of an answer.

use std::fmt;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use http_body_util::LengthLimitError;
use recon_shapes::codec::ErrorAnswer;

use crate::kind::{Kind, kind_of};
use crate::wire::LARGEST;

/// A call that did not succeed, after all retries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsError {
    pub service: &'static str,
    pub operation: &'static str,
    /// AWS's code, or one of recon's own where no answer came.
    pub code: String,
    pub message: String,
    /// HTTP status, `None` where no answer came.
    pub status: Option<u16>,
    pub request_id: Option<String>,
    pub kind: Kind,
}

impl AwsError {
    /// Whether the code is one of `codes`. What "not found" is called differs
    /// from operation to operation, so the caller names the codes.
    pub fn is(&self, codes: &[&str]) -> bool {
        codes.contains(&self.code.as_str())
    }
}

impl fmt::Display for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.service, self.operation, self.code)?;
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        match &self.request_id {
            Some(id) => write!(f, " (request id {id})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for AwsError {}

/// AWS's refusal as the SDK's runtime carries it.
#[derive(Debug)]
pub(crate) struct Answered(pub(crate) ErrorAnswer);

impl Answered {
    pub(crate) fn kind(&self) -> Kind {
        kind_of(&self.0.code, self.0.status)
    }
}

impl fmt::Display for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.message)
    }
}

impl std::error::Error for Answered {}

/// The call that an error is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    pub(crate) service: &'static str,
    pub(crate) operation: &'static str,
}

impl Call {
    /// An error that recon found before it asked AWS.
    pub(crate) fn refused(self, code: &str, message: impl fmt::Display) -> AwsError {
        self.unanswered(code, message, Kind::Refused)
    }

    fn unanswered(self, code: &str, message: impl fmt::Display, kind: Kind) -> AwsError {
        AwsError {
            service: self.service,
            operation: self.operation,
            code: code.to_owned(),
            message: message.to_string(),
            status: None,
            request_id: None,
            kind,
        }
    }

    fn answered(self, answered: Answered) -> AwsError {
        let kind = answered.kind();
        let answer = answered.0;
        AwsError {
            service: self.service,
            operation: self.operation,
            code: answer.code,
            message: answer.message,
            status: Some(answer.status),
            request_id: answer.request_id,
            kind,
        }
    }

    pub(crate) fn failed(self, endpoint: &str, error: SdkError<Answered, HttpResponse>) -> AwsError {
        if let Some(missing) = credentials_error(&error) {
            return self.unanswered("NoCredentials", chain(missing), Kind::Credentials);
        }
        if causes(&error).any(|cause| cause.is::<LengthLimitError>()) {
            let text =
                format!("{endpoint} answers with more than {} MiB, AWS does not", LARGEST / 1024 / 1024);
            return self.refused("TooLarge", text);
        }
        match error {
            SdkError::ServiceError(context) => self.answered(context.into_err()),
            SdkError::TimeoutError(_) => {
                let text = format!("no answer from {endpoint} within the time limit");
                self.unanswered("NoAnswer", text, Kind::Unreachable)
            }
            SdkError::DispatchFailure(failure) => {
                let text = failure.as_connector_error().map_or_else(String::new, |e| chain(e));
                self.unanswered("Unreachable", format!("{endpoint}: {text}"), Kind::Unreachable)
            }
            SdkError::ResponseError(context) => AwsError {
                status: Some(context.raw().status().as_u16()),
                ..self.unanswered(
                    "BrokenAnswer",
                    chain(&SdkError::<Answered, _>::ResponseError(context)),
                    Kind::Transient,
                )
            },
            other => self.refused("NotSent", chain(&other)),
        }
    }
}

fn credentials_error<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a CredentialsError> {
    causes(error).find_map(|e| e.downcast_ref())
}

fn causes<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |e| e.source())
}

/// The whole chain of causes on one line; the SDK's outer errors say little.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut texts: Vec<String> = Vec::new();
    for cause in std::iter::successors(Some(error), |e| e.source()) {
        let text = cause.to_string();
        if texts.last().is_none_or(|last| !last.contains(&text)) {
            texts.push(text);
        }
    }
    let text = texts.join(": ");
    text.lines().map(str::trim).collect::<Vec<_>>().join("; ")
}

/// The innermost cause, on one line.
pub(crate) fn root(error: &(dyn std::error::Error + 'static)) -> String {
    let root = std::iter::successors(Some(error), |e| e.source()).last().unwrap_or(error);
    root.to_string().lines().map(str::trim).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::client::result::ConnectorError;

    use super::*;

    #[test]
    fn missing_credentials_are_told_apart_from_a_missing_network() {
        let call = Call { service: "ecs", operation: "DescribeServices" };
        let failed = |cause: ConnectorError| call.failed("https://ecs", SdkError::dispatch_failure(cause));
        let expired = CredentialsError::provider_error("the SSO session\n  has expired");
        let error = failed(ConnectorError::other(expired.into(), None));
        assert_eq!((error.kind, error.code.as_str()), (Kind::Credentials, "NoCredentials"));
        assert!(error.message.contains("the SSO session; has expired"), "{error}");
        let error = failed(ConnectorError::io("no route".into()));
        assert_eq!((error.kind, error.code.as_str()), (Kind::Unreachable, "Unreachable"));
        assert!(error.message.starts_with("https://ecs: "), "{error}");
    }

    #[test]
    fn an_error_reads_as_one_line() {
        let call = Call { service: "ecs", operation: "DescribeServices" };
        let mut error = call.refused("AccessDeniedException", "User x is not authorized");
        assert_eq!(
            error.to_string(),
            "ecs DescribeServices: AccessDeniedException: User x is not authorized"
        );
        error.request_id = Some("r-1".into());
        assert!(error.to_string().ends_with("authorized (request id r-1)"));
        assert!(error.is(&["Other", "AccessDeniedException"]));
    }
}
