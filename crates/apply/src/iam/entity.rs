//! What roles, users and groups have in common: each attached and each inline
//! policy is a call of its own.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use recon_aws::WriteOp;
use recon_model::Found;
use serde_json::{Map, Value, json};

use super::GONE;
use crate::cx::{Cx, Failure};
use crate::item::Item;

/// The calls that change the policies of one of them.
pub struct Entity {
    /// `RoleName`.
    pub name: &'static str,
    pub attach: WriteOp,
    pub detach: WriteOp,
    pub put: WriteOp,
    pub drop: WriteOp,
}

impl Entity {
    /// Attaches and puts what is wanted, detaches and drops what is not.
    pub async fn policies(&self, cx: &Cx<'_>, item: &Item<'_>, live: &Value) -> Result<(), Failure> {
        let name = item.text("name");
        let (wanted, there) = (arns(&item.spec), arns(live));
        let input = |arn: &String| json!({self.name: name, "PolicyArn": arn});
        try_join_all(wanted.difference(&there).map(|arn| cx.write(self.attach, input(arn)))).await?;
        let empty = Map::new();
        let inline = item.spec["inline"].as_object().unwrap_or(&empty);
        let put = inline.iter().filter(|(name, document)| live["inline"][name.as_str()] != **document);
        try_join_all(put.map(|(policy, document)| {
            let document = document.as_str().map_or_else(|| document.to_string(), str::to_string);
            cx.write(self.put, json!({self.name: name, "PolicyName": policy, "PolicyDocument": document}))
        }))
        .await?;
        // what is taken away goes last: nothing is missing in between
        try_join_all(there.difference(&wanted).map(|arn| cx.write(self.detach, input(arn)))).await?;
        let there = live["inline"].as_object().into_iter().flatten().map(|(policy, _)| policy);
        let gone = there.filter(|policy| !inline.contains_key(*policy));
        try_join_all(gone.map(|policy| cx.write(self.drop, json!({self.name: name, "PolicyName": policy}))))
            .await?;
        Ok(())
    }

    /// Takes every policy away: AWS deletes nothing that still has some.
    pub async fn strip(&self, cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
        let name = live.export("name").unwrap_or_default();
        for arn in arns(&live.spec.value()) {
            cx.write_unless(self.detach, json!({self.name: name, "PolicyArn": arn}), GONE).await?;
        }
        for policy in live.spec["inline"].keys() {
            cx.write_unless(self.drop, json!({self.name: name, "PolicyName": policy}), GONE).await?;
        }
        Ok(())
    }
}

fn arns(spec: &Value) -> BTreeSet<String> {
    let arns = spec["managed"].as_array().into_iter().flatten();
    arns.filter_map(|arn| arn.as_str().map(str::to_string)).collect()
}
