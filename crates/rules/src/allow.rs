//! `allow = [{ rule = "…", reason = "…" }]`: findings accepted in writing, and
//! what can be wrong with that.

use std::collections::{BTreeMap, BTreeSet};

use recon_model::load::nearest;
use recon_model::{Address, Allow, Stack};

use crate::finding::Finding;
use crate::rule::{By, Family, Rule, Severity};
use crate::sink::Sink;

pub const FAMILY: Family =
    Family { name: "meta", title: "Rules about rules", rules: &[&META_001, &META_002, &META_003, &META_004] };

static META_001: Rule = Rule {
    id: "META-001",
    severity: Severity::Warning,
    title: "an allow that allows nothing",
    doc: "A resource allows a finding that it does not have. What was wrong has been put right, or the \
          allow stands on the wrong resource; left there, it would hide the next finding of that rule.",
    fix: "remove it",
    source: "recon",
    bad: r#"
[ecs.cluster.main]
allow = [{ rule = "SVC-024", reason = "filled by the pipeline" }]
"#,
    good: r#"
[ecs.cluster.main]
allow = []
"#,
    by: By::Check(|_, _| ()),
};

static META_002: Rule = Rule {
    id: "META-002",
    severity: Severity::Error,
    title: "an allow without a reason",
    doc: "An allow is a decision that the next reader meets years later. Without its reason nobody can \
          say whether it still holds.",
    fix: "add a reason: { rule = \"…\", reason = \"why it is right here\" }",
    source: "recon",
    bad: r#"
[ecs.service.worker]
name               = "worker"
cluster            = "main"
task_definition    = "worker"
desired_count      = 1
deployment_configuration = { minimum_healthy_percent = 120 }
allow              = [{ rule = "SVC-022" }]
"#,
    good: r#"
[ecs.service.worker]
name               = "worker"
cluster            = "main"
task_definition    = "worker"
desired_count      = 1
deployment_configuration = { minimum_healthy_percent = 120 }
allow              = [{ rule = "SVC-022", reason = "AWS support told us to" }]
"#,
    by: By::Check(|_, _| ()),
};

static META_003: Rule = Rule {
    id: "META-003",
    severity: Severity::Error,
    title: "an allow of an unknown rule",
    doc: "There is no rule of that id: the allow does nothing, and the finding that it was meant for stays.",
    fix: "`recon explain --list` prints every rule",
    source: "recon",
    bad: r#"
[ecs.cluster.main]
allow = [{ rule = "SVC-0022", reason = "a slip of the finger" }]
"#,
    good: r#"
[ecs.cluster.main]
allow = []
"#,
    by: By::Check(|_, _| ()),
};

/// What a mistake in the folder is reported under.
pub static META_004: Rule = Rule {
    id: "META-004",
    severity: Severity::Error,
    title: "a folder that cannot be read as a stack",
    doc: "TOML that is none, a field that AWS does not know, a value of the wrong type, a reference to nothing, a \
          file that is not there. Nothing else is checked before that is put right.",
    fix: "correct it at the place that is shown",
    source: "recon",
    bad: r#"
[ecs.cluster.main]
nmae = "main"
"#,
    good: r#"
[ecs.cluster.main]
name = "main"
"#,
    by: By::Reader,
};

/// How much was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eyes {
    /// The folder alone: what a rule of the account finds nobody knows yet.
    Folder,
    /// The account, by the rules that need it.
    Account,
}

impl Eyes {
    /// Can it be said that the rule finds nothing?
    fn see_all_of(self, rule: &Rule) -> bool {
        matches!(rule.by, By::Live(_) | By::Network(_)) == (self == Eyes::Account)
    }
}

/// Drops what is allowed, and adds what is wrong with the allows themselves.
pub fn apply(stack: &Stack, findings: &mut Vec<Finding>, eyes: Eyes) {
    let mut allows: BTreeMap<&Address, Vec<(&Allow, bool)>> = BTreeMap::new();
    for resource in stack.resources.values().filter(|resource| !resource.settings.allow.is_empty()) {
        let all = resource.settings.allow.iter().map(|allow| (allow, false));
        allows.insert(&resource.address, all.collect());
    }
    let named = if allows.is_empty() { BTreeMap::new() } else { files(stack) };
    findings.retain(|finding| {
        let beside = named.get(&finding.span.file).into_iter().flatten().copied();
        let owners: BTreeSet<&Address> = finding.address.iter().chain(beside).collect();
        let mut allowed = false;
        for owner in owners {
            let here = allows.get_mut(owner).into_iter().flatten();
            for (_, used) in here.filter(|(allow, _)| allow.rule == finding.rule.id) {
                *used = true;
                allowed = true;
            }
        }
        !allowed
    });
    for (address, all) in &allows {
        for (allow, used) in all {
            judge(address, allow, *used, findings, eyes);
        }
    }
}

/// Who names each file that is no TOML: an allow of any of them speaks for what stands in it.
fn files(stack: &Stack) -> BTreeMap<u32, BTreeSet<&Address>> {
    let is_toml = |file: u32| {
        let source = stack.sources.get(file);
        source.is_none_or(|source| source.path.extension().is_some_and(|end| end == "toml"))
    };
    let mut named: BTreeMap<u32, BTreeSet<&Address>> = BTreeMap::new();
    let read = stack.documents.iter().map(|document| (document.span.file, &document.owner));
    let own = stack.resources.values().flat_map(|resource| {
        resource.spans.values().map(|span| span.file).map(|file| (file, &resource.address))
    });
    for (file, owner) in read.chain(own).filter(|(file, _)| !is_toml(*file)) {
        named.entry(file).or_default().insert(owner);
    }
    named
}

fn judge(address: &Address, allow: &Allow, used: bool, findings: &mut Vec<Finding>, eyes: Eyes) {
    let mut say = |rule: &'static Rule, message: String, fix: Option<String>| {
        let mut sink = Sink::new(rule, findings);
        let finding = sink.add(Some((*address).clone()), allow.span, message);
        if let Some(fix) = fix {
            finding.fix(fix);
        }
    };
    let id = &allow.rule;
    let Some(rule) = crate::rule(id).filter(|rule| rule.id == id) else {
        // said once, before the account is asked
        if eyes == Eyes::Account {
            return;
        }
        let near = nearest(id, crate::rules().map(|rule| rule.id));
        return say(
            &META_003,
            format!("there is no rule `{id}`"),
            near.map(|near| format!("did you mean `{near}`?")),
        );
    };
    if allow.reason.is_empty() && eyes == Eyes::Folder {
        say(&META_002, format!("{address} allows {id} without saying why"), None);
    }
    if !used && eyes.see_all_of(rule) {
        say(&META_001, format!("{address} allows {id}, which finds nothing here"), None);
    }
}
