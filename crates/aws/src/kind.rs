//! Errors told apart by code only: what a caller, or a retry, can do about them.

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
    "Throttled",
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
}
