//! What may come back instead of an answer, told apart by error code only.

use std::fmt;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use recon_shapes::codec::ErrorAnswer;

/// What a caller can do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// These credentials may not do this.
    AccessDenied,
    /// AWS asked for patience more often than recon was ready to wait.
    Throttled,
    /// AWS failed; the same call may succeed later.
    Transient,
    /// No answer came from the endpoint.
    Unreachable,
    /// Credentials are missing, expired or not valid.
    Credentials,
    /// AWS, or the service's own model, refused the call: everything else.
    Refused,
}

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

const ACCESS_DENIED: &[&str] = &[
    "403",
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "Forbidden",
    "NotAuthorized",
    "OptInRequired",
    "UnauthorizedOperation",
];

/// `LimitExceededException` is not here, though the SDK has it among its
/// throttles: for the services that recon speaks it is a quota, which waiting
/// does not lift.
const THROTTLED: &[&str] = &[
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "PriorRequestNotComplete",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

const TRANSIENT: &[&str] = &[
    "DependencyTimeoutException",
    "InternalError",
    "InternalException",
    "InternalFailure",
    "InternalServerError",
    "InternalServerException",
    "InternalServiceError",
    "InternalServiceException",
    "KMSInternalException",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServerException",
    "ServiceFailure",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "Unavailable",
];

const CREDENTIALS: &[&str] = &[
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "InvalidToken",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "RequestExpired",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

/// The kind of an answer's code. An unknown code of a 5xx answer is AWS's failure.
pub(crate) fn kind_of(code: &str, status: u16) -> Kind {
    let table = [
        (THROTTLED, Kind::Throttled),
        (ACCESS_DENIED, Kind::AccessDenied),
        (TRANSIENT, Kind::Transient),
        (CREDENTIALS, Kind::Credentials),
    ];
    match table.into_iter().find(|(codes, _)| codes.contains(&code)) {
        Some((_, kind)) => kind,
        None if status >= 500 => Kind::Transient,
        None => Kind::Refused,
    }
}

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

    pub(crate) fn failed(self, error: SdkError<Answered, HttpResponse>) -> AwsError {
        if let Some(missing) = credentials_error(&error) {
            return self.unanswered("NoCredentials", chain(missing), Kind::Credentials);
        }
        match error {
            SdkError::ServiceError(context) => self.answered(context.into_err()),
            SdkError::TimeoutError(_) => {
                self.unanswered("NoAnswer", "no answer within the time limit", Kind::Unreachable)
            }
            SdkError::DispatchFailure(failure) => {
                let text = failure.as_connector_error().map_or_else(String::new, |e| chain(e));
                self.unanswered("Unreachable", text, Kind::Unreachable)
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
    std::iter::successors(Some(error), |e| e.source()).find_map(|e| e.downcast_ref())
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
    texts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_follows_the_code_and_never_the_message() {
        assert_eq!(kind_of("ThrottlingException", 400), Kind::Throttled);
        assert_eq!(kind_of("RequestLimitExceeded", 503), Kind::Throttled);
        assert_eq!(kind_of("UnauthorizedOperation", 403), Kind::AccessDenied);
        assert_eq!(kind_of("ExpiredToken", 403), Kind::Credentials);
        assert_eq!(kind_of("ServerException", 400), Kind::Transient);
        assert_eq!(kind_of("NoSuchEntity", 404), Kind::Refused);
        assert_eq!(kind_of("SomethingNew", 502), Kind::Transient);
    }

    #[test]
    fn a_quota_is_not_a_throttle() {
        assert_eq!(kind_of("LimitExceededException", 400), Kind::Refused);
        assert_eq!(kind_of("LimitExceeded", 409), Kind::Refused);
    }

    #[test]
    fn no_code_stands_in_two_tables() {
        let mut all: Vec<_> = [ACCESS_DENIED, THROTTLED, TRANSIENT, CREDENTIALS].concat();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
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
