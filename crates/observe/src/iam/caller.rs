//! Who asks, by IAM's dump: what they may is known before they try.

use recon_model::Caller;
use serde_json::{Value, json};

use super::{decoded, list, text};
use crate::Cx;

/// The role or user behind these credentials, if the account's dump has been read and has it.
pub fn found(cx: &Cx<'_>, arn: &str) -> Option<Caller> {
    let dump = &*cx.iam_if_asked()?.document;
    let (_, rest) = arn.rsplit_once(':')?;
    let mut parts = rest.split('/');
    let (details, name, inline, whose) = match parts.next()? {
        "assumed-role" => ("RoleDetailList", "RoleName", "RolePolicyList", parts.next()?),
        "user" => ("UserDetailList", "UserName", "UserPolicyList", parts.next_back()?),
        _ => return None,
    };
    let own = list(dump, details).find(|detail| detail[name] == *whose)?;
    let mut caller = Caller { arn: text(own, "Arn").to_string(), ..Caller::default() };
    take(&mut caller, dump, own, inline);
    for group in list(own, "GroupList") {
        if let Some(group) = list(dump, "GroupDetailList").find(|detail| detail["GroupName"] == *group) {
            take(&mut caller, dump, group, "GroupPolicyList");
        }
    }
    let boundary = own["PermissionsBoundary"]["PermissionsBoundaryArn"].as_str();
    caller.boundary = boundary.map(|arn| document(dump, arn).unwrap_or_else(|| json!(arn)));
    Some(caller)
}

fn take(caller: &mut Caller, dump: &Value, identity: &Value, inline: &str) {
    caller.policies.extend(list(identity, inline).map(|policy| parsed(&policy["PolicyDocument"])));
    for arn in list(identity, "AttachedManagedPolicies").map(|policy| text(policy, "PolicyArn")) {
        match document(dump, arn) {
            Some(document) => caller.policies.push(document),
            None => caller.managed.push(arn.to_string()),
        }
    }
}

/// A policy of the account's own, in the version that counts.
fn document(dump: &Value, arn: &str) -> Option<Value> {
    let policy = list(dump, "Policies").find(|policy| policy["Arn"] == *arn)?;
    let version = list(policy, "PolicyVersionList").find(|version| version["IsDefaultVersion"] == true)?;
    Some(parsed(&version["Document"]))
}

fn parsed(document: &Value) -> Value {
    let document = decoded(document);
    let inner = document.as_str().and_then(|text| serde_json::from_str(text).ok());
    inner.unwrap_or(document)
}
