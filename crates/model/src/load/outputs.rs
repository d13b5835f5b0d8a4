//! `[outputs]`: what others want to know of the stack once it is there.

use std::collections::BTreeMap;

use super::node::Node;
use super::problem::{Problem, nearest};
use super::template;
use crate::schema::Field;
use crate::secrets::looks_secret;
use crate::tree::{Reference, Tree, join};
use crate::{Address, KindId, Stack, lookups};

pub fn read(root: &Node, stack: &Stack, problems: &mut Vec<Problem>) -> BTreeMap<String, Tree> {
    let secrets = secrets(stack);
    let mut outputs = BTreeMap::new();
    for (name, entry) in root.get("outputs").and_then(Node::as_map).into_iter().flatten() {
        let Some(text) = entry.node.as_text() else {
            let help = "\"${elb.load_balancer.api.dns_name}\"";
            problems.push(Problem::new(entry.node.span, "an output is a text").help(help));
            continue;
        };
        let tree = template::tree(text);
        for (_, reference) in tree.references() {
            if let Some(problem) = wrong(reference, stack) {
                problems.push(Problem { span: Some(entry.node.span), ..problem });
            }
        }
        if let Some(of) = secrets.iter().find(|(_, secret)| text.contains(secret)).map(|(of, _)| of) {
            problems.push(
                Problem::new(entry.node.span, format!("output `{name}` would show a secret of {of}"))
                    .help("take it out: what reads it gets it from where the secret is kept"),
            );
        }
        if stack.secrets.stand_in(text) {
            problems.push(
                Problem::new(
                    entry.node.span,
                    format!("output `{name}` would show a variable that is secret"),
                )
                .help("take it out; if it is no secret, its variable says so: `secret = false`"),
            );
        }
        outputs.insert(name.to_string(), tree);
    }
    outputs
}

/// What is shorter stands in other texts by chance.
const SHORTEST: usize = 6;

/// Every secret text that the stack declares, and whose it is.
fn secrets(stack: &Stack) -> Vec<(Address, String)> {
    let mut found = Vec::new();
    for resource in stack.resources.values() {
        secret_texts(Some(&resource.kind.kind().spec), "", &resource.spec, &mut |text| {
            found.push((resource.address.clone(), text.to_string()));
        });
    }
    found
}

fn secret_texts(field: Option<&Field>, path: &str, tree: &Tree, found: &mut impl FnMut(&str)) {
    match tree {
        Tree::Scalar(_) => {
            let by_model = field.is_some_and(|field| field.secret);
            let secret =
                |text: &&str| !text.is_empty() && (by_model || text.len() >= SHORTEST && looks_secret(path));
            if let Some(text) = tree.as_str().filter(secret) {
                found(text);
            }
        }
        Tree::Map(map) => {
            for (key, tree) in map {
                let child = field.and_then(|field| field.child(key).or_else(|| field.entry(key)));
                secret_texts(child, &join(path, key), tree, found);
            }
        }
        Tree::List(items) => {
            for item in items {
                let name = item.get("name").and_then(Tree::as_str).unwrap_or_default();
                secret_texts(field, &format!("{path}[{name}]"), item, found);
            }
        }
        Tree::Template(_) => {}
    }
}

/// It names nothing, or an attribute that there is not. No attribute is a secret:
/// kinds export names, ids and ARNs only.
fn wrong(reference: &Reference, stack: &Stack) -> Option<Problem> {
    let (target, attribute) = (&reference.target, reference.attribute.as_str());
    if !stack.resources.contains_key(target) && !stack.lookups.contains_key(target) {
        let problem = Problem::nowhere(format!("there is no {target} in this stack"));
        let names: Vec<String> =
            stack.resources.keys().chain(stack.lookups.keys()).map(ToString::to_string).collect();
        return Some(match nearest(&target.to_string(), names.iter().map(String::as_str)) {
            Some(name) => problem.help(format!("did you mean `{name}`?")),
            None => problem,
        });
    }
    let exports: &[&str] = match KindId::named(&target.kind) {
        Some(id) => id.kind().exports,
        None => lookups::exports(&target.kind),
    };
    (attribute != "name" && !exports.contains(&attribute)).then(|| {
        Problem::nowhere(format!("{target} has no attribute `{attribute}`"))
            .nearest(attribute, exports.iter().copied())
    })
}
