//! What a lookup asks for.

use recon_model::{Lookup, Tree};

use crate::rule::{By, Rule, Severity};

pub static MISC_033: Rule = Rule {
    id: "MISC-033",
    severity: Severity::Error,
    title: "a lookup that can find nothing",
    doc: "A lookup by an empty list or an empty text matches nothing, an id without its prefix is none, and the zones of a \
          region begin with its name. Everything that refers to the lookup would be blocked.",
    fix: "leave the field out, or say what is meant",
    source: "AWS API: ec2 DescribeVpcs, DescribeSubnets, DescribeSecurityGroups, filters",
    bad: r#"
[lookup.subnets.public]
vpc                = "main"
names              = ["public-a", "public-b"]
availability_zones = ["eu-centrl-1a", "eu-central-1b"]
"#,
    good: r#"
[lookup.subnets.public]
vpc                = "main"
names              = ["public-a", "public-b"]
availability_zones = ["eu-central-1a", "eu-central-1b"]
"#,
    by: By::Check(|cx, out| {
        for lookup in cx.stack.lookups.values() {
            for (field, tree) in lookup.spec.as_map().into_iter().flatten() {
                for problem in problems(lookup, field, tree, &cx.stack.home.region) {
                    out.add(Some(lookup.address.clone()), lookup.span, format!("`{field}`: {problem}"));
                }
            }
        }
    }),
};

fn problems(lookup: &Lookup, field: &str, tree: &Tree, region: &str) -> Vec<String> {
    let texts: Vec<&str> = match tree {
        Tree::List(items) if items.is_empty() => return vec!["an empty list matches nothing".into()],
        Tree::List(items) => items.iter().filter_map(Tree::as_str).collect(),
        tree => tree.as_str().into_iter().collect(),
    };
    texts.iter().filter_map(|text| problem(lookup, field, text, region)).collect()
}

fn problem(lookup: &Lookup, field: &str, text: &str, region: &str) -> Option<String> {
    if text.is_empty() {
        return Some("an empty text matches nothing".into());
    }
    if (lookup.address.kind.as_str(), field) == ("lookup.security_groups", "names") && text.len() > 255 {
        return Some("a security group's name has 255 characters at most".into());
    }
    let prefix = match (lookup.address.kind.as_str(), field) {
        ("lookup.vpc", "id") => "vpc-",
        ("lookup.subnets", "ids") => "subnet-",
        ("lookup.security_groups", "ids") => "sg-",
        ("lookup.subnets", "availability_zones") if !region.is_empty() => region,
        _ => return None,
    };
    if text.starts_with(prefix) {
        return None;
    }
    Some(match field {
        "availability_zones" => format!("`{text}` is no zone of {region}"),
        _ => format!("`{text}` is no id: one begins with {prefix}"),
    })
}
