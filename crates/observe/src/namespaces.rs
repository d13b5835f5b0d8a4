//! Cloud Map namespaces: ECS takes a name and answers the namespace's ARN.

use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, Resource};
use serde_json::json;

use crate::Cx;

const GET: ReadOp = ReadOp::new("servicediscovery", "GetNamespace");

/// Puts the namespace's name at that field of what was found, where the stack
/// declares a name: an ARN has no name in it that could be compared.
pub async fn named(
    cx: &Cx<'_>,
    resource: &Resource,
    field: [&str; 2],
    found: &mut Found,
) -> Result<(), AwsError> {
    let declared = resource.spec.get(&field.join("."));
    let by_name = declared.and_then(|tree| tree.as_str()).is_some_and(|name| !name.starts_with("arn:"));
    let id = found.spec[field[0]][field[1]].as_str().and_then(|arn| arn.split_once(":namespace/"));
    let (true, Some((_, id))) = (by_name, id) else { return Ok(()) };
    match cx.shared(GET, json!({"Id": id})).await {
        Ok(answer) => found.spec[field[0]][field[1]] = answer["Namespace"]["Name"].clone().into(),
        // the setting outlives its namespace; the ARN is all that is left to show
        Err(error) if error.is(&["NamespaceNotFound"]) => {}
        Err(error) => return Err(error),
    }
    Ok(())
}
