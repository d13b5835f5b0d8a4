//! Turns the traffic of a service over to its successor.

use recon_aws::WriteOp;
use recon_diff::{Bridge, actions_field, turn};
use recon_model::schema::to_aws;
use recon_model::{Address, Found, KindId, Reference};
use serde_json::{Value, json};
use std::collections::BTreeMap;

use crate::cx::{Cx, Failure};
use crate::elb::number_actions;
use crate::item::Item;

const LISTENER: WriteOp = WriteOp::new("elbv2", "ModifyListener");
const RULE: WriteOp = WriteOp::new("elbv2", "ModifyRule");

/// A bridge, and what it takes to walk over it.
pub struct Bridging<'a> {
    pub bridge: Bridge,
    pub found: &'a BTreeMap<Address, &'a Found>,
}

impl Bridging<'_> {
    /// The new service stands behind the other group from the start.
    ///
    /// # Errors
    /// When that group is not known.
    pub fn point(&self, cx: &Cx<'_>, item: &mut Item<'_>) -> Result<(), Failure> {
        let (from, to) = self.groups(cx)?;
        for spec in [&mut item.spec, &mut item.canonical] {
            for balancer in spec["load_balancers"].as_array_mut().into_iter().flatten() {
                if balancer["target_group"] == json!(from) {
                    balancer["target_group"] = json!(to);
                }
            }
        }
        Ok(())
    }

    /// Both groups get their load balancer; the traffic stays.
    pub async fn open(&self, cx: &Cx<'_>) -> Result<(), Failure> {
        self.turn(cx, Some(0)).await
    }

    /// All traffic to the new service.
    pub async fn cross(&self, cx: &Cx<'_>) -> Result<(), Failure> {
        self.turn(cx, None).await
    }

    fn groups(&self, cx: &Cx<'_>) -> Result<(String, String), Failure> {
        let arn = |address: &Address| {
            let reference = Reference { target: address.clone(), attribute: "arn".into() };
            let known = cx.known(&reference).and_then(|arn| arn.as_str().map(str::to_string));
            known.ok_or(Failure::Unknown(reference))
        };
        Ok((arn(&self.bridge.from)?, arn(&self.bridge.to)?))
    }

    async fn turn(&self, cx: &Cx<'_>, percent: Option<u64>) -> Result<(), Failure> {
        let (from, to) = self.groups(cx)?;
        for route in &self.bridge.routes {
            let (Some(live), Some(field)) = (self.found.get(route), actions_field(route)) else { continue };
            let Some(kind) = KindId::named(&route.kind) else { continue };
            let actions = turn(&live.spec[field].value(), &from, &to, percent);
            let mut input = to_aws(kind.kind().fields(), &json!({ field: actions }));
            let (op, member, id) = match kind {
                KindId::ElbListener => (LISTENER, "DefaultActions", "ListenerArn"),
                _ => (RULE, "Actions", "RuleArn"),
            };
            number_actions(&mut input, member);
            input[id] = Value::from(live.export("arn"));
            cx.write(op, input).await?;
        }
        Ok(())
    }
}
