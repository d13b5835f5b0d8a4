//! What roles, users and groups have in common: policies, attached and inline.

use futures_util::future::{join, join_all};
use recon_aws::{AwsError, ReadOp};
use serde_json::{Map, Value, json};

use super::decoded;
use crate::Cx;

/// The calls that ask for one of them.
pub struct Entity {
    /// `Role`: the member of GetRole's answer.
    pub word: &'static str,
    /// `RoleName`.
    pub name: &'static str,
    /// The dump's member with the inline policies.
    pub inline: &'static str,
    pub get: ReadOp,
    pub list_inline: ReadOp,
    pub get_inline: ReadOp,
    pub list_attached: ReadOp,
}

impl Entity {
    /// GetRole's answer or its like; none where there is nothing of that name.
    pub async fn get(&self, cx: &Cx<'_>, name: &str) -> Result<Option<Value>, AwsError> {
        match cx.read_all(self.get, json!({self.name: name})).await {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if error.is(&["NoSuchEntity"]) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Its policies in the dump's form, asked for one by one.
    pub async fn policies(&self, cx: &Cx<'_>, name: &str) -> Result<Value, AwsError> {
        let input = || json!({self.name: name});
        let (inline, attached) =
            join(cx.read_all(self.list_inline, input()), cx.read_all(self.list_attached, input())).await;
        let inline = inline?;
        let names = inline["PolicyNames"].as_array().into_iter().flatten();
        let documents = join_all(
            names.map(|policy| cx.read(self.get_inline, json!({self.name: name, "PolicyName": policy}))),
        )
        .await;
        let documents: Vec<Value> = documents.into_iter().collect::<Result<_, _>>()?;
        Ok(json!({self.inline: documents, "AttachedManagedPolicies": attached?["AttachedPolicies"]}))
    }

    /// Brings the dump's policies into the form of the kind's own fields.
    pub fn lift(&self, document: &mut Value, policies: &Value) {
        let attached = policies["AttachedManagedPolicies"].as_array().into_iter().flatten();
        document["ManagedPolicyArns"] = attached.map(|policy| policy["PolicyArn"].clone()).collect();
        let inline = policies[self.inline].as_array().into_iter().flatten().filter_map(|policy| {
            Some((policy["PolicyName"].as_str()?.to_string(), decoded(&policy["PolicyDocument"])))
        });
        document["Policies"] = inline.collect::<Map<_, _>>().into();
    }
}
