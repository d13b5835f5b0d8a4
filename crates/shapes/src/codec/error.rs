//! What goes wrong: a document that cannot be sent, an answer that says no.

use std::fmt;

use super::WireResponse;
use crate::service::Service;

/// An error answer: HTTP status, AWS's code, AWS's words.
///
/// The code is the one that AWS documents, whatever the protocol: without
/// namespace and without the address that some services append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorAnswer {
    pub status: u16,
    pub code: String,
    pub message: String,
    pub request_id: Option<String>,
}

impl fmt::Display for ErrorAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for ErrorAnswer {}

impl ErrorAnswer {
    /// An error without a request id yet.
    pub fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_string(), message: message.into(), request_id: None }
    }

    pub(super) fn unknown_operation(service: &str, operation: &str) -> Self {
        Self::new(400, "UnknownOperationException", format!("the model of {service} has no {operation}"))
    }

    /// Whose fault it is, in awsQuery's words.
    pub(super) fn fault(&self) -> &'static str {
        if self.status < 500 { "Sender" } else { "Receiver" }
    }

    pub(super) fn unparsable(response: &WireResponse, problem: &str) -> Self {
        let text = String::from_utf8_lossy(&response.body);
        let words: Vec<&str> = text.split_whitespace().collect();
        let start: String = words.join(" ").chars().take(120).collect();
        // the code says little, so the number stands with it
        let status =
            if response.status < 300 { String::new() } else { format!("HTTP {}, ", response.status) };
        let message = format!("{status}{problem}: `{start}`");
        let mut answer = Self::new(response.status, "UnparsableAnswer", message);
        answer.request_id = request_id(response);
        answer
    }

    /// The same error under the code that AWS documents, with the request's id.
    pub(super) fn canonical(mut self, service: &Service, response: &WireResponse) -> Self {
        // a service that once spoke awsQuery keeps its old codes in this header
        let code = response.header("x-amzn-query-error").and_then(|h| h.split(';').next());
        self.code = canonical_code(service, code.unwrap_or(&self.code));
        self.request_id = self.request_id.or_else(|| request_id(response));
        self
    }
}

/// `com.amazonaws.ecs#ClusterNotFoundException:http://…` is `ClusterNotFoundException`.
pub(super) fn canonical_code(service: &Service, code: &str) -> String {
    let code = code.split(':').next().unwrap_or(code);
    let code = code.rsplit('#').next().unwrap_or(code);
    let shape = service.shapes.get(code).filter(|shape| shape.exception);
    shape.and_then(|shape| shape.error.code.as_deref()).unwrap_or(code).to_string()
}

/// Name of the exception shape behind a code, where the model has one.
pub(super) fn exception_name<'a>(service: &'a Service, code: &'a str) -> &'a str {
    let named = |(name, shape): (&'static str, &'a crate::Shape)| {
        (shape.exception && shape.error.code.as_deref() == Some(code)).then_some(name)
    };
    service.shapes.iter().find_map(named).unwrap_or(code)
}

pub(super) fn request_id(response: &WireResponse) -> Option<String> {
    ["x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id"]
        .iter()
        .find_map(|name| response.header(name))
        .map(str::to_string)
}

/// A document that cannot be sent as the input of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EncodeError {
    UnknownOperation { service: String, operation: String },
    Form { operation: String, path: String, problem: String },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownOperation { service, operation } => {
                write!(f, "the model of {service} has no operation {operation}")
            }
            Self::Form { operation, path, problem } if path.is_empty() => {
                write!(f, "the input of {operation} {problem}")
            }
            Self::Form { operation, path, problem } => {
                write!(f, "the input of {operation} cannot be sent: {path} {problem}")
            }
        }
    }
}

impl std::error::Error for EncodeError {}

/// A place in a document that does not have its shape's form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Misfit {
    pub path: String,
    pub problem: String,
}

impl Misfit {
    pub fn new(problem: impl Into<String>) -> Self {
        Self { path: String::new(), problem: problem.into() }
    }

    /// The same misfit, seen from one level up.
    pub fn under(mut self, name: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{name}{dot}{}", self.path);
        self
    }

    pub fn at(self, index: usize) -> Self {
        self.under(&format!("[{index}]"))
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            write!(f, "it {}", self.problem)
        } else {
            write!(f, "{} {}", self.path, self.problem)
        }
    }
}
