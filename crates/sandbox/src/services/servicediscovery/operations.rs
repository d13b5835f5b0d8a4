//! Operations: what Cloud Map does after it has answered.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Namespace, State};
use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;

/// Something that Cloud Map was asked for and does in its own time.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
pub struct Operation {
    /// As GetOperation answers it once it is done.
    pub doc: Value,
    /// When it will be done.
    pub done_at: f64,
    /// What it was asked for: the same request again gets the same operation.
    pub request: Value,
    /// None once it is done.
    pub change: Option<Change>,
}

/// What an operation does when its time has come.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
pub enum Change {
    Create(Namespace),
    Update {
        description: Option<String>,
        ttl: Option<u64>,
    },
    Delete,
    /// Nothing: it ends in FAIL with that code and message.
    Fail {
        code: String,
        message: String,
    },
}

impl State {
    /// Does what is due by now.
    pub(crate) fn settle(&mut self, now: f64) {
        let Self { namespaces, operations, .. } = self;
        for operation in operations.values_mut().filter(|op| op.done_at <= now) {
            let Some(change) = operation.change.take() else { continue };
            operation.doc["Status"] = json!("SUCCESS");
            operation.doc["UpdateDate"] = json!(operation.done_at.floor());
            let id = text(&operation.doc["Targets"], "NAMESPACE").to_string();
            match change {
                Change::Create(namespace) => {
                    namespaces.insert(id, namespace);
                }
                Change::Delete => {
                    namespaces.remove(&id);
                }
                Change::Update { description, ttl } => {
                    if let Some(namespace) = namespaces.get_mut(&id) {
                        update(&mut namespace.doc, description, ttl);
                    }
                }
                Change::Fail { code, message } => {
                    operation.doc["Status"] = json!("FAIL");
                    operation.doc["ErrorCode"] = json!(code);
                    operation.doc["ErrorMessage"] = json!(message);
                }
            }
        }
    }

    /// What is under way for that namespace.
    pub(super) fn under_way(&self, id: &str) -> Option<&Operation> {
        self.operations.values().find(|op| op.change.is_some() && op.doc["Targets"]["NAMESPACE"] == id)
    }
}

fn update(doc: &mut Value, description: Option<String>, ttl: Option<u64>) {
    if let Some(description) = description {
        doc["Description"] = json!(description);
    }
    if let Some(ttl) = ttl {
        doc["Properties"]["DnsProperties"]["SOA"] = json!({"TTL": ttl});
    }
}

/// Notes the operation and answers as AWS does: with its id and nothing else.
pub(super) fn start(
    cx: &mut Context<'_>,
    kind: &str,
    namespace: &str,
    seconds: f64,
    request: &Value,
    change: Change,
) -> Value {
    let id = format!("{}-{}", cx.ids.hex(32), cx.ids.hex(8));
    let doc = json!({
        "Id": id,
        "OwnerAccount": cx.account,
        "Type": kind,
        "Status": "SUBMITTED",
        "CreateDate": cx.timestamp(),
        "UpdateDate": cx.timestamp(),
        "Targets": {"NAMESPACE": namespace},
    });
    let operation =
        Operation { doc, done_at: cx.now + seconds, request: request.clone(), change: Some(change) };
    cx.here.servicediscovery.operations.insert(id.clone(), operation);
    json!({"OperationId": id})
}

pub(super) fn get(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let id = text(input, "OperationId");
    let operation = cx.here.servicediscovery.operations.get(id).ok_or_else(|| {
        Refusal::bad("OperationNotFound", format!("No operation exists with the specified ID {id}."))
    })?;
    let mut doc = operation.doc.clone();
    let begun = doc["CreateDate"].as_f64().is_some_and(|created| cx.now > created + 1.0);
    if operation.change.is_some() && begun {
        doc["Status"] = json!("PENDING");
    }
    Ok(json!({"Operation": doc}))
}

/// Cloud Map does one thing at a time with a namespace.
pub(super) fn duplicate(operation: &Operation) -> Refusal {
    let kind = match text(&operation.doc, "Type") {
        "CREATE_NAMESPACE" => "CreateNamespace",
        "DELETE_NAMESPACE" => "DeleteNamespace",
        _ => "UpdateNamespace",
    };
    let id = text(&operation.doc, "Id");
    Refusal::bad("DuplicateRequest", format!("Another operation of type {kind} and id {id} is in progress"))
}
