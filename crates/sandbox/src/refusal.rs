//! What AWS says no with.

use recon_shapes::Violation;

/// An error answer: HTTP status, AWS's code, AWS's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refusal {
    pub status: u16,
    pub code: String,
    pub message: String,
    /// The region to ask instead (S3, of a bucket that lies elsewhere).
    pub region: Option<String>,
}

impl Refusal {
    pub fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_string(), message: message.into(), region: None }
    }

    /// Names the region to ask instead.
    pub(crate) fn of_region(self, region: &str) -> Self {
        Self { region: Some(region.to_string()), ..self }
    }

    /// The usual refusal: HTTP 400.
    pub fn bad(code: &str, message: impl Into<String>) -> Self {
        Self::new(400, code, message)
    }

    pub(crate) fn unknown_operation(service: &str, operation: &str) -> Self {
        Self::bad("UnknownOperationException", format!("the sandbox has no {service} {operation}"))
    }

    /// An input that breaks AWS's model, under the code that the service uses for it.
    pub(crate) fn invalid_form(service: &str, violations: &[Violation]) -> Self {
        let code = match service {
            "ecs" | "ecr" | "logs" => "InvalidParameterException",
            "sns" => "InvalidParameter",
            "codebuild" => "InvalidInputException",
            "servicediscovery" => "InvalidInput",
            "s3" => "InvalidRequest",
            "ec2" => "InvalidParameterValue",
            "iam" | "elbv2" | "cloudwatch" => "ValidationError",
            _ => "ValidationException",
        };
        let list: Vec<String> = violations.iter().map(ToString::to_string).collect();
        let word = if list.len() == 1 { "error" } else { "errors" };
        Self::bad(code, format!("{} validation {word} detected: {}", list.len(), list.join("; ")))
    }
}
