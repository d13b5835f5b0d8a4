//! Listeners and rules that are declared no more, on what still is.
//!
//! The question is the one by which those that are declared are found, so where
//! any is, it costs no call. The search by tag alone is incomplete and lags.

use std::collections::BTreeSet;

use futures_util::future::{join, join_all};
use recon_aws::AwsError;
use recon_model::{Address, Found, KindId, Orphan, Resource, Tree};
use serde_json::Value;

use super::{listener, listener_rule, tags};
use crate::tags::split;
use crate::{Cx, kind_of_address};

/// What is declared: the parent's ARN, and by what the child is known there.
type Declared = BTreeSet<(String, String)>;

pub async fn find(cx: &Cx<'_>) {
    let listeners = async {
        let declared = declared(cx, KindId::ElbListener, "load_balancer", listener::port).await;
        let parents = there(cx, KindId::ElbLoadBalancer).await;
        join_all(parents.iter().map(|parent| listeners(cx, parent, &declared))).await;
    };
    let rules = async {
        let declared = declared(cx, KindId::ElbListenerRule, "listener", listener_rule::declared).await;
        let parents = there(cx, KindId::ElbListener).await;
        join_all(parents.iter().map(|parent| rules(cx, parent, &declared))).await;
    };
    join(listeners, rules).await;
}

async fn listeners(cx: &Cx<'_>, load_balancer: &str, declared: &Declared) {
    let answer = match listener::on(cx, load_balancer).await {
        Ok(answer) => answer,
        Err(error) => return missed(cx, load_balancer, declared, &error),
    };
    let strange = |listener: &&Value| !declared.contains(&key(load_balancer, &listener["Port"]));
    join_all(listener::list(&answer).filter(strange).map(|listener| async move {
        let Some((address, kind, tags)) = ours(cx, &tags::arn(listener, "ListenerArn")).await else { return };
        match listener::found(cx, listener, &tags).await {
            Ok(found) => cx.orphan(Orphan { address, kind, found }),
            Err(error) => cx.blind(format!("{address}, which is declared no more: {error}")),
        }
    }))
    .await;
}

async fn rules(cx: &Cx<'_>, listener: &str, declared: &Declared) {
    let answer = match listener_rule::of(cx, listener).await {
        Ok(answer) => answer,
        Err(error) => return missed(cx, listener, declared, &error),
    };
    let strange = |rule: &&Value| !declared.contains(&key(listener, &listener_rule::priority(rule)));
    join_all(listener_rule::list(&answer).filter(strange).map(|rule| async move {
        let Some((address, kind, tags)) = ours(cx, &tags::arn(rule, "RuleArn")).await else { return };
        let found: Found = listener_rule::found(cx, rule, &tags, listener);
        cx.orphan(Orphan { address, kind, found });
    }))
    .await;
}

/// On something declared and not declared: ours once, or somebody else's.
async fn ours(cx: &Cx<'_>, arn: &str) -> Option<(Address, KindId, Value)> {
    let tags = match tags::of(cx, arn).await {
        Ok(tags) => tags,
        Err(error) => {
            cx.blind(format!("whose {arn} is: {error}"));
            return None;
        }
    };
    let owner = split(&tags).1.filter(|owner| owner.stack == cx.stack.name)?;
    let (address, kind) = kind_of_address(&owner.address)?;
    Some((address, kind, tags))
}

/// What is declared there says the same of itself.
fn missed(cx: &Cx<'_>, parent: &str, declared: &Declared, error: &AwsError) {
    if !declared.iter().any(|(of, _)| of == parent) {
        cx.blind(format!("what may stand on {parent}: {error}"));
    }
}

async fn declared(cx: &Cx<'_>, kind: KindId, field: &str, known_by: fn(&Resource) -> Value) -> Declared {
    let children = of_kind(cx, kind).map(|child| async move {
        let parent = cx.text(child, field).await.ok()?;
        Some(key(&parent, &known_by(child)))
    });
    join_all(children).await.into_iter().flatten().collect()
}

fn key(parent: &str, known_by: &Value) -> (String, String) {
    (parent.to_string(), known_by.to_string())
}

/// ARNs of what is declared and there, and may carry others.
async fn there(cx: &Cx<'_>, kind: KindId) -> BTreeSet<String> {
    let parents = of_kind(cx, kind).filter(|parent| may_carry(parent));
    let arns = join_all(parents.map(|parent| cx.arn_of(&parent.address))).await;
    arns.into_iter().flatten().map(str::to_string).collect()
}

fn of_kind<'a>(cx: &Cx<'a>, kind: KindId) -> impl Iterator<Item = &'a Resource> + use<'a> {
    cx.stack.resources.values().filter(move |resource| resource.kind == kind)
}

/// Only a listener of an application load balancer has rules.
fn may_carry(parent: &Resource) -> bool {
    parent.kind != KindId::ElbListener
        || matches!(parent.spec.get("protocol").and_then(Tree::as_str), Some("HTTP" | "HTTPS"))
}
