//! `elb.listener`.

use recon_aws::WriteOp;
use recon_model::Found;
use serde_json::{Value, json};

use super::attributes;
use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};

const CREATE: WriteOp = WriteOp::new("elbv2", "CreateListener");
const MODIFY: WriteOp = WriteOp::new("elbv2", "ModifyListener");
const ATTRIBUTES: WriteOp = WriteOp::new("elbv2", "ModifyListenerAttributes");
const ADD: WriteOp = WriteOp::new("elbv2", "AddListenerCertificates");
const REMOVE: WriteOp = WriteOp::new("elbv2", "RemoveListenerCertificates");
const DELETE: WriteOp = WriteOp::new("elbv2", "DeleteListener");

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let mut input = super::creation(item);
    super::number_actions(&mut input, "DefaultActions");
    let further = default_certificate_only(&mut input);
    let answer = cx.write(CREATE, input).await?;
    let made = crate::ecs::exports(&answer["Listeners"][0], &[("arn", "ListenerArn"), ("name", "Port")]);
    let arn = made.get("arn").cloned().unwrap_or_default();
    for certificate in further {
        cx.write(ADD, one(&json!(arn), &certificate)).await?;
    }
    attributes::after_create(cx, item, ATTRIBUTES, "ListenerArn", &arn).await?;
    Ok(made)
}

/// A listener's calls take its default certificate; the others have their own.
fn default_certificate_only(input: &mut Value) -> Vec<Value> {
    let plain = |certificate: &Value| json!({"CertificateArn": certificate["CertificateArn"]});
    let mut all: Vec<Value> = input["Certificates"].as_array().into_iter().flatten().map(plain).collect();
    if all.is_empty() {
        return all;
    }
    let further = all.split_off(1);
    input["Certificates"] = json!(all);
    further
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    let fields = changed.without(&["attributes", "load_balancer"]);
    let arn = live.export("arn");
    if !fields.is_empty() {
        let mut input = item.aws_fields(&fields, &[("alpn_policy", json!(["None"]))]);
        super::number_actions(&mut input, "DefaultActions");
        if input["MutualAuthentication"]["Mode"].as_str().is_some_and(|mode| mode != "verify") {
            input["MutualAuthentication"] = json!({"Mode": input["MutualAuthentication"]["Mode"]});
        }
        let further = default_certificate_only(&mut input);
        input["ListenerArn"] = json!(arn);
        let default = input["Certificates"][0]["CertificateArn"].clone();
        cx.write(MODIFY, input).await?;
        if changed.has("certificates") {
            certificates(cx, live, &default, &further).await?;
        }
    }
    attributes::update(cx, item, live, changed, ATTRIBUTES, "ListenerArn").await?;
    super::tags(cx, item, live, changed).await?;
    Ok(live.exports.clone())
}

async fn certificates(cx: &Cx<'_>, live: &Found, default: &Value, wanted: &[Value]) -> Result<(), Failure> {
    let arn = live.export("arn");
    let there: Vec<Value> =
        live.spec["certificates"].items().iter().map(|c| c["certificate_arn"].value()).collect();
    for missing in wanted.iter().filter(|c| !there.contains(&c["CertificateArn"])) {
        cx.write(ADD, one(&json!(arn), missing)).await?;
    }
    let keep = |certificate: &Value| {
        certificate == default || wanted.iter().any(|c| c["CertificateArn"] == *certificate)
    };
    for surplus in there.iter().filter(|c| !keep(c)) {
        cx.write(REMOVE, one(&json!(arn), &json!({"CertificateArn": surplus}))).await?;
    }
    Ok(())
}

/// AWS takes one certificate a call.
fn one(listener: &Value, certificate: &Value) -> Value {
    json!({"ListenerArn": listener, "Certificates": [certificate]})
}

pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    cx.write_unless(DELETE, json!({"ListenerArn": live.export("arn")}), &["ListenerNotFound"]).await?;
    Ok(())
}
