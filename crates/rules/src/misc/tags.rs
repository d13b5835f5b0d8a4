//! Tags, the same for every service.

use std::collections::BTreeSet;

use crate::at::At;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static MISC_008: Rule = Rule {
    id: "MISC-008",
    severity: Severity::Error,
    title: "a tag that AWS does not take",
    doc: "At most 50 tags; keys of 1 to 128 characters (CodeBuild 127), values of up to 256 (CodeBuild 255), of letters, \
          digits, spaces and `_ . : / = + - @`; keys that begin with `aws:` are AWS's own. Two of the 50 are recon's: \
          recon:stack and recon:address.",
    fix: "shorten or rename it",
    source: "AWS: tag naming limits and requirements; the services' models",
    bad: r#"
[ecs.cluster.main]
tags = { "aws:team" = "shop" }
"#,
    good: r#"
[ecs.cluster.main]
tags = { team = "shop" }
"#,
    by: By::Check(|cx, out| {
        let mut shared = BTreeSet::new();
        for resource in cx.all() {
            of_one(&resource, &mut shared, out);
        }
    }),
};

/// The tags that recon adds to those of the stack.
const OWN: usize = 2;

fn of_one(resource: &At<'_>, shared: &mut BTreeSet<String>, out: &mut Sink<'_>) {
    let tags = resource.get("tags");
    let count = tags.entries().count();
    if count + OWN > 50 {
        out.at(&tags, format!("{count} tags and recon's two are more than 50"));
    }
    let less = usize::from(resource.address().kind == "codebuild.project");
    for (key, at) in tags.entries() {
        let value = at.text();
        let Some(problem) = problem(key, value.as_deref().unwrap_or_default(), less) else { continue };
        // one of `[stack]` is on every resource, and is told of once
        let own = resource.item().resource.spans.contains_key(at.path());
        if own || shared.insert(key.to_string()) {
            out.at(&at, format!("tag `{key}`: {problem}"));
        }
    }
}

fn problem(key: &str, value: &str, less: usize) -> Option<String> {
    let fits = |c: char| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c);
    let (key_length, value_length) = (key.chars().count(), value.chars().count());
    match () {
        () if key.to_ascii_lowercase().starts_with("aws:") => Some("keys in `aws:` are AWS's own".into()),
        () if key_length == 0 => Some("a key has at least one character".into()),
        () if key_length > 128 - less => Some(format!("a key has at most {} characters", 128 - less)),
        () if value_length > 256 - less => Some(format!("a value has at most {} characters", 256 - less)),
        () => key.chars().chain(value.chars()).find(|c| !fits(*c)).map(|c| {
            format!("`{}` is no letter, digit, space or one of _ . : / = + - @", c.escape_default())
        }),
    }
}
