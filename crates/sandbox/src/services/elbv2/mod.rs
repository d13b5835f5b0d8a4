//! Elastic Load Balancing v2: load balancers, target groups, listeners and rules.

mod action;
mod arn;
mod attributes;
mod certificate;
mod condition;
mod forward;
mod health_check;
mod listener;
mod load_balancer;
mod network;
mod page;
mod refuse;
mod rule;
mod tagging;
mod target_group;
mod tls;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;
use crate::services::holdings::{Holdings, View};
use crate::tags::Tags;
use arn::Kind;

/// What elbv2 holds in one region, by ARN.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {
    load_balancers: BTreeMap<String, Held>,
    target_groups: BTreeMap<String, Held>,
    listeners: BTreeMap<String, Held>,
    rules: BTreeMap<String, Held>,
}

/// One resource of any of the four kinds.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
struct Held {
    /// As AWS's Describe call answers it.
    document: Value,
    /// Attributes that somebody set; the others have AWS's default.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    attributes: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    tags: Tags,
    /// A listener's certificates beside the default one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    certificates: Vec<String>,
    /// The moment at which a load balancer is no longer provisioning.
    active_at: f64,
}

impl State {
    /// The target group of that ARN, in AWS's form.
    pub fn target_group(&self, arn: &str) -> Option<&Value> {
        self.target_groups.get(arn).map(|held| &held.document)
    }

    /// The target group of that name.
    pub fn target_group_named(&self, name: &str) -> Option<&Value> {
        self.named(Kind::TargetGroup, name).map(|held| &held.document)
    }

    /// The load balancer whose listeners or rules forward to the target group.
    pub fn load_balancer_of(&self, target_group_arn: &str) -> Option<&Value> {
        let arn = self.target_group(target_group_arn)?["LoadBalancerArns"].get(0)?.as_str()?;
        self.load_balancers.get(arn).map(|held| &held.document)
    }

    /// The listener of that ARN.
    pub fn listener(&self, arn: &str) -> Option<&Value> {
        self.listeners.get(arn).map(|held| &held.document)
    }

    /// The listener rule of that ARN.
    pub fn rule(&self, arn: &str) -> Option<&Value> {
        self.rules.get(arn).map(|held| &held.document)
    }

    fn all(&self, kind: Kind) -> &BTreeMap<String, Held> {
        match kind {
            Kind::LoadBalancer => &self.load_balancers,
            Kind::TargetGroup => &self.target_groups,
            Kind::Listener => &self.listeners,
            Kind::Rule => &self.rules,
        }
    }

    fn all_mut(&mut self, kind: Kind) -> &mut BTreeMap<String, Held> {
        match kind {
            Kind::LoadBalancer => &mut self.load_balancers,
            Kind::TargetGroup => &mut self.target_groups,
            Kind::Listener => &mut self.listeners,
            Kind::Rule => &mut self.rules,
        }
    }

    fn named(&self, kind: Kind, name: &str) -> Option<&Held> {
        self.all(kind).values().find(|held| held.document[kind.name_member()] == name)
    }

    /// The resource of that kind and ARN.
    fn find(&self, kind: Kind, arn: &str) -> Result<&Held, Refusal> {
        kind.check(arn)?;
        self.all(kind).get(arn).ok_or_else(|| kind.not_found(arn))
    }

    fn find_mut(&mut self, kind: Kind, arn: &str) -> Result<&mut Held, Refusal> {
        kind.check(arn)?;
        self.all_mut(kind).get_mut(arn).ok_or_else(|| kind.not_found(arn))
    }

    /// The load balancer that a listener belongs to.
    fn owner(&self, listener: &Value) -> Result<&Held, Refusal> {
        self.find(Kind::LoadBalancer, text(listener, "LoadBalancerArn"))
    }

    /// Lets the time that went by have its effect.
    fn settle(&mut self, now: f64) {
        for held in self.load_balancers.values_mut().filter(|held| now >= held.active_at) {
            held.document["State"] = json!({"Code": "active"});
        }
    }

    /// Writes into every target group which load balancers forward to it.
    fn associate(&mut self) {
        let mut by_group: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut note = |actions: &Value, listener: Option<&Held>| {
            let Some(listener) = listener else { return };
            for group in forward::targets(actions) {
                let balancer = text(&listener.document, "LoadBalancerArn").to_string();
                by_group.entry(group.to_string()).or_default().insert(balancer);
            }
        };
        for held in self.listeners.values() {
            note(&held.document["DefaultActions"], Some(held));
        }
        for (arn, held) in &self.rules {
            note(&held.document["Actions"], self.listeners.get(&arn::listener_of(arn)));
        }
        for (arn, held) in &mut self.target_groups {
            held.document["LoadBalancerArns"] = json!(by_group.get(arn).cloned().unwrap_or_default());
        }
    }
}

impl Holdings for State {
    fn remains(&self, _: &View<'_>) -> Vec<String> {
        let all = [&self.load_balancers, &self.target_groups, &self.listeners, &self.rules];
        all.into_iter().flat_map(BTreeMap::keys).cloned().collect()
    }

    fn tagged(&self, _: &View<'_>) -> Vec<(String, Tags)> {
        let all = [&self.load_balancers, &self.target_groups, &self.listeners, &self.rules];
        all.into_iter().flatten().map(|(arn, held)| (arn.clone(), held.tags.clone())).collect()
    }
}

pub(crate) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Value, Refusal> {
    cx.here.elbv2.settle(cx.now);
    let answer = dispatch(cx, operation, input)?;
    // who only looks moves no group
    if !operation.starts_with("Describe") {
        cx.here.elbv2.associate();
    }
    Ok(answer)
}

fn dispatch(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "CreateLoadBalancer" => load_balancer::create(cx, input),
        "DescribeLoadBalancers" => load_balancer::describe(&cx.here.elbv2, input),
        "DeleteLoadBalancer" => load_balancer::delete(&mut cx.here.elbv2, input),
        "SetSubnets" => load_balancer::set_subnets(cx, input),
        "SetSecurityGroups" => load_balancer::set_security_groups(cx, input),
        "SetIpAddressType" => load_balancer::set_ip_address_type(cx, input),
        "CreateTargetGroup" => target_group::create(cx, input),
        "DescribeTargetGroups" => target_group::describe(&cx.here.elbv2, input),
        "ModifyTargetGroup" => target_group::modify(&mut cx.here.elbv2, input),
        "DeleteTargetGroup" => target_group::delete(&mut cx.here.elbv2, input),
        "DescribeTargetHealth" => target_group::health(&cx.here.elbv2, input),
        "CreateListener" => listener::create(cx, input),
        "DescribeListeners" => listener::describe(&cx.here.elbv2, input),
        "ModifyListener" => listener::modify(cx, input),
        "DeleteListener" => listener::delete(&mut cx.here.elbv2, input),
        "DescribeListenerCertificates" => certificate::describe(&cx.here.elbv2, input),
        "AddListenerCertificates" => certificate::add(cx, input),
        "RemoveListenerCertificates" => certificate::remove(&mut cx.here.elbv2, input),
        "CreateRule" => rule::create(cx, input),
        "DescribeRules" => rule::describe(&cx.here.elbv2, input),
        "ModifyRule" => rule::modify(&mut cx.here.elbv2, input),
        "DeleteRule" => rule::delete(&mut cx.here.elbv2, input),
        "SetRulePriorities" => rule::set_priorities(&mut cx.here.elbv2, input),
        "AddTags" => tagging::add(&mut cx.here.elbv2, input),
        "RemoveTags" => tagging::remove(&mut cx.here.elbv2, input),
        "DescribeTags" => tagging::describe(&cx.here.elbv2, input),
        _ => attributes::dispatch(&mut cx.here.elbv2, operation, input),
    }
}
