//! What a resource needs although its document does not refer to it.
//!
//! `taskdef.json` names roles by ARN and log groups by name, because AWS reads
//! the same file. Where such a literal is what a resource of this stack will
//! be called, it is a reference all the same: it orders the apply. And AWS
//! takes a service only once its target groups are behind a load balancer,
//! which the listeners and rules that forward to them bring about.

use std::collections::{BTreeMap, BTreeSet};

use crate::schema::{Field, Home, Type};
use crate::stack::{Resource, Stack};
use crate::tree::Tree;
use crate::{Address, KindId};

/// Turns predictable literals into references, and what AWS wants there first
/// into dependencies.
pub fn refer(stack: &mut Stack) {
    let arns = arns(stack);
    let log_groups: BTreeMap<String, Address> = stack
        .resources
        .values()
        .filter(|resource| resource.kind == KindId::LogsLogGroup)
        .map(|resource| (resource.name(), resource.address.clone()))
        .collect();
    let forwarders = forwarders(stack);
    for definition in stack.documents.iter_mut().filter_map(|document| document.definition.as_mut()) {
        replace(&definition.kind.kind().spec, &mut definition.spec, &arns);
    }
    for resource in stack.resources.values_mut() {
        let kind = resource.kind.kind();
        replace(&kind.spec, &mut resource.spec, &arns);
        let needs: Vec<Address> = match resource.kind {
            KindId::EcsTaskDefinition => log_group_names(&resource.spec)
                .iter()
                .filter_map(|name| log_groups.get(name))
                .cloned()
                .collect(),
            KindId::EcsService => target_groups(&resource.spec)
                .iter()
                .filter_map(|group| forwarders.get(group))
                .flatten()
                .cloned()
                .collect(),
            _ => Vec::new(),
        };
        resource.settings.depends_on.extend(needs);
    }
}

/// The stack's resources by the ARNs that they will have.
fn arns(stack: &Stack) -> BTreeMap<String, Address> {
    let arn = |resource: &Resource| Some((predicted_arn(resource, &stack.home)?, resource.address.clone()));
    stack.resources.values().filter_map(arn).collect()
}

/// Listeners and rules by the target groups that they forward to.
fn forwarders(stack: &Stack) -> BTreeMap<Address, Vec<Address>> {
    let mut found: BTreeMap<Address, Vec<Address>> = BTreeMap::new();
    let forward = [KindId::ElbListener, KindId::ElbListenerRule];
    for resource in stack.resources.values().filter(|resource| forward.contains(&resource.kind)) {
        for group in target_groups(&resource.spec) {
            found.entry(group).or_default().push(resource.address.clone());
        }
    }
    found
}

fn target_groups(spec: &Tree) -> BTreeSet<Address> {
    let targets = spec.references().into_iter().map(|(_, reference)| reference.target.clone());
    targets.filter(|target| target.kind == KindId::ElbTargetGroup.name()).collect()
}

/// The ARN of a role is known before AWS is asked.
pub fn predicted_arn(resource: &Resource, home: &Home) -> Option<String> {
    if resource.kind != KindId::IamRole || home.account.is_empty() {
        return None;
    }
    let path = resource.spec.get("path").and_then(Tree::as_str).unwrap_or("/");
    let name = resource.spec.get("name")?.as_str()?;
    Some(format!("arn:{}:iam::{}:role{path}{name}", home.partition, home.account))
}

fn replace(field: &Field, tree: &mut Tree, arns: &BTreeMap<String, Address>) {
    if let (Some(to), Some(text)) = (&field.reference, tree.as_str()) {
        if let Some(address) = arns.get(text).filter(|address| to.kinds.contains(&address.kind.as_str())) {
            *tree = Tree::reference(address.clone(), to.attribute);
        }
        return;
    }
    match (&field.ty, tree) {
        (Type::Struct(structure), Tree::Map(map)) => {
            for (name, tree) in map {
                if let Some(field) = structure.field(name) {
                    replace(field, tree, arns);
                }
            }
        }
        (Type::List { item, .. }, Tree::List(items)) => {
            items.iter_mut().for_each(|tree| replace(item, tree, arns))
        }
        (Type::Map(item) | Type::Pairs { item, .. }, Tree::Map(map)) => {
            map.iter_mut().for_each(|(_, tree)| replace(item, tree, arns));
        }
        _ => {}
    }
}

fn log_group_names(spec: &Tree) -> Vec<String> {
    let Some(Tree::List(containers)) = spec.get("container_definitions") else { return Vec::new() };
    let name = |container: &Tree| -> Option<String> {
        let options = container.get("log_configuration.options")?.as_map()?;
        options.get("awslogs-group")?.as_str().map(str::to_string)
    };
    containers.iter().filter_map(name).collect()
}
