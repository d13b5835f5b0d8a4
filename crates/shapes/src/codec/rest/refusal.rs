//! S3's error documents.

use crate::codec::error::ErrorAnswer;
use crate::codec::query::message;
use crate::codec::xml::Element;
use crate::codec::{Wire, WireResponse};
use crate::service::{Operation, Service};

/// S3's error document; the answer to a HEAD has none, its status must do.
pub(in crate::codec) fn refusal(op: &Operation, response: &WireResponse) -> Option<ErrorAnswer> {
    if op.http.method == "HEAD" || response.body.is_empty() {
        let code = match response.status {
            301 => "PermanentRedirect",
            304 => "NotModified",
            400 => "BadRequest",
            403 => "Forbidden",
            404 => "NotFound",
            412 => "PreconditionFailed",
            503 => "ServiceUnavailable",
            500.. => "InternalError",
            _ => return None,
        };
        let problem = format!("the answer has status {} and no error document", response.status);
        return Some(ErrorAnswer::new(response.status, code, problem));
    }
    error_document(response)
}

fn error_document(response: &WireResponse) -> Option<ErrorAnswer> {
    let root = Element::parse(&response.body).ok().filter(|root| root.name == "Error")?;
    let mut answer = ErrorAnswer::new(response.status, &root.child("Code")?.text, message(&root));
    answer.request_id = root.child("RequestId").map(|id| id.text.clone());
    Some(answer)
}

pub(in crate::codec) fn late_error(
    wire: Wire,
    service: &Service,
    response: &WireResponse,
) -> Option<ErrorAnswer> {
    if wire != Wire::RestXml || !response.body.starts_with(b"<") {
        return None;
    }
    let mut answer = error_document(response)?.canonical(service, response);
    // its status is a success only by accident
    answer.status = 500;
    Some(answer)
}

/// The response that says no.
pub(in crate::codec) fn refuse(answer: &ErrorAnswer, request_id: &str) -> WireResponse {
    let mut root = Element::new("Error");
    root.children = vec![
        Element::with_text("Code", &answer.code),
        Element::with_text("Message", &answer.message),
        Element::with_text("RequestId", request_id),
    ];
    WireResponse {
        status: answer.status,
        headers: vec![("Content-Type".into(), "application/xml".into())],
        body: root.to_bytes(),
    }
}
