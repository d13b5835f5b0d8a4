//! Listeners and rules that are declared no more, on what still is.
//!
//! The readers meet them beside those that are declared. Where nothing is
//! declared on a load balancer or a listener any more, they are asked for
//! here: the search by tag alone is incomplete and lags.

use std::collections::BTreeSet;

use futures_util::future::{join, join_all};
use recon_aws::AwsError;
use recon_model::{KindId, Resource, Tree};

use super::{listener, listener_rule};
use crate::Cx;

pub async fn find(cx: &Cx<'_>) {
    let listeners = async {
        let bare = bare(cx, KindId::ElbLoadBalancer, KindId::ElbListener, "load_balancer").await;
        join_all(bare.iter().map(|arn| listener::parent(cx, arn, &[]))).await;
    };
    let rules = async {
        let bare = bare(cx, KindId::ElbListener, KindId::ElbListenerRule, "listener").await;
        join_all(bare.iter().map(|arn| listener_rule::parent(cx, arn, &[]))).await;
    };
    join(listeners, rules).await;
}

/// What stands on a parent could not be read: neither what is declared, nor what once was.
pub fn missed(cx: &Cx<'_>, parent: &str, declared: &[&Resource], error: &AwsError) {
    if declared.is_empty() {
        cx.blind(format!("what may stand on {parent}: {error}"));
    }
    cx.fail(declared, error);
}

/// ARNs of what is declared and there, and on which nothing is declared.
async fn bare(cx: &Cx<'_>, parents: KindId, children: KindId, field: &str) -> Vec<String> {
    let declared = |kind: KindId| cx.stack.resources.values().filter(move |resource| resource.kind == kind);
    let named = join_all(declared(children).map(|child| cx.text(child, field))).await;
    let named: BTreeSet<String> = named.into_iter().flatten().collect();
    let arns = join_all(
        declared(parents).filter(|parent| may_carry(parent)).map(|parent| cx.arn_of(&parent.address)),
    );
    let arns = arns.await.into_iter().flatten().map(str::to_string);
    arns.filter(|arn| !named.contains(arn)).collect()
}

/// Only a listener of an application load balancer has rules.
fn may_carry(parent: &Resource) -> bool {
    parent.kind != KindId::ElbListener
        || matches!(parent.spec.get("protocol").and_then(Tree::as_str), Some("HTTP" | "HTTPS"))
}
