//! `iam.role`: one dump of the account gives every role with its policies and
//! tags, ours that are declared no more included; description and session
//! length, which the dump leaves out, come from GetRole.

use futures_util::future::{join, join_all};
use percent_encoding::percent_decode_str;
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Live, Orphan, Resource};
use serde_json::{Map, Value, json};

use crate::cx::unreadable;
use crate::{Cx, kind_of_address};

const DUMP: ReadOp = ReadOp::new("iam", "GetAccountAuthorizationDetails");
const GET: ReadOp = ReadOp::new("iam", "GetRole");
const LIST_INLINE: ReadOp = ReadOp::new("iam", "ListRolePolicies");
const GET_INLINE: ReadOp = ReadOp::new("iam", "GetRolePolicy");
const LIST_ATTACHED: ReadOp = ReadOp::new("iam", "ListAttachedRolePolicies");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    let gets = join_all(resources.iter().map(|resource| get(cx, resource.name())));
    let (dump, roles) = join(dump(cx), gets).await;
    let details = dump.map_err(|error| cx.blind(format!("iam roles: {error}"))).ok();
    let lives = join_all(resources.iter().zip(roles).map(|(resource, role)| {
        let details = details.as_ref();
        async move {
            let live = match role {
                Ok(None) => Live::Absent,
                Ok(Some(role)) => match whole(cx, role, details, &resource.name()).await {
                    Ok(found) => Live::Present(Box::new(found)),
                    Err(error) => unreadable(&error),
                },
                Err(error) => unreadable(&error),
            };
            cx.put(&resource.address, live);
        }
    }));
    lives.await;
    let declared: Vec<String> = resources.iter().map(|resource| resource.name()).collect();
    for detail in details.iter().flatten().filter(|d| !declared.iter().any(|name| d["RoleName"] == **name)) {
        stranger(cx, detail);
    }
}

async fn dump(cx: &Cx<'_>) -> Result<Vec<Value>, AwsError> {
    let answer = cx.read_all(DUMP, json!({"Filter": ["Role"], "MaxItems": 1000})).await?;
    Ok(answer["RoleDetailList"].as_array().cloned().unwrap_or_default())
}

/// Roles of the stack that it no longer declares; for stacks without any role too.
pub async fn strangers(cx: &Cx<'_>) {
    match dump(cx).await {
        Ok(details) => details.iter().for_each(|detail| stranger(cx, detail)),
        Err(error) => cx.blind(format!("iam roles: {error}")),
    }
}

fn stranger(cx: &Cx<'_>, detail: &Value) {
    let found = found(cx, detail, detail);
    let Some(owner) = found.owner.clone().filter(|owner| owner.stack == cx.stack.name) else { return };
    if let Some((address, kind)) = kind_of_address(&owner.address) {
        cx.orphan(Orphan { address, kind, found });
    }
}

async fn get(cx: &Cx<'_>, name: String) -> Result<Option<Value>, AwsError> {
    match cx.read(GET, json!({"RoleName": name})).await {
        Ok(answer) => Ok(Some(answer["Role"].clone())),
        Err(error) if error.is(&["NoSuchEntity"]) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The role with its policies: from the dump, or asked one by one where the
/// dump is forbidden.
async fn whole(
    cx: &Cx<'_>,
    role: Value,
    details: Option<&Vec<Value>>,
    name: &str,
) -> Result<Found, AwsError> {
    let detail = details.and_then(|details| details.iter().find(|detail| detail["RoleName"] == *name));
    match detail {
        Some(detail) => Ok(found(cx, &role, detail)),
        None => Ok(found(cx, &role, &policies(cx, name).await?)),
    }
}

async fn policies(cx: &Cx<'_>, name: &str) -> Result<Value, AwsError> {
    let input = || json!({"RoleName": name});
    let (inline, attached) =
        join(cx.read_all(LIST_INLINE, input()), cx.read_all(LIST_ATTACHED, input())).await;
    let inline = inline?;
    let names = inline["PolicyNames"].as_array().into_iter().flatten();
    let documents =
        join_all(names.map(|policy| cx.read(GET_INLINE, json!({"RoleName": name, "PolicyName": policy}))))
            .await;
    let documents: Vec<Value> = documents.into_iter().collect::<Result<_, _>>()?;
    Ok(json!({"RolePolicyList": documents, "AttachedManagedPolicies": attached?["AttachedPolicies"]}))
}

fn found(cx: &Cx<'_>, role: &Value, policies: &Value) -> Found {
    let mut document = role.clone();
    document["AssumeRolePolicyDocument"] = decoded(&role["AssumeRolePolicyDocument"]);
    document["PermissionsBoundary"] = role["PermissionsBoundary"]["PermissionsBoundaryArn"].clone();
    let attached = policies["AttachedManagedPolicies"].as_array().into_iter().flatten();
    document["ManagedPolicyArns"] = attached.map(|policy| policy["PolicyArn"].clone()).collect();
    let inline = policies["RolePolicyList"].as_array().into_iter().flatten().filter_map(|policy| {
        Some((policy["PolicyName"].as_str()?.to_string(), decoded(&policy["PolicyDocument"])))
    });
    document["Policies"] = inline.collect::<Map<_, _>>().into();
    let exports = [("arn", &role["Arn"]), ("name", &role["RoleName"]), ("id", &role["RoleId"])];
    cx.found(KindId::IamRole, &document, &role["Tags"], &exports)
}

/// IAM gives documents URL-encoded (RFC 3986).
fn decoded(document: &Value) -> Value {
    match document.as_str() {
        Some(text) if text.trim_start().starts_with('%') => {
            json!(percent_decode_str(text).decode_utf8_lossy())
        }
        _ => document.clone(),
    }
}
