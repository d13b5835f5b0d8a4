//! `allow = [{ rule = "…", reason = "…" }]`: findings accepted in writing, and
//! what can be wrong with that.

use std::collections::BTreeSet;

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

/// Drops what is allowed, and adds what is wrong with the allows themselves.
pub fn apply(stack: &Stack, findings: &mut Vec<Finding>) {
    let allows: Vec<(&Address, &Allow)> = stack
        .resources
        .values()
        .flat_map(|resource| resource.settings.allow.iter().map(|allow| (&resource.address, allow)))
        .collect();
    let mut used = BTreeSet::new();
    findings.retain(|finding| {
        let mut allowed = false;
        for (i, (address, allow)) in allows.iter().enumerate() {
            if finding.address.as_ref() == Some(*address) && finding.rule.id == allow.rule {
                used.insert(i);
                allowed = true;
            }
        }
        !allowed
    });
    for (i, (address, allow)) in allows.iter().enumerate() {
        judge(address, allow, used.contains(&i), findings);
    }
}

fn judge(address: &Address, allow: &Allow, used: bool, findings: &mut Vec<Finding>) {
    let mut say = |rule: &'static Rule, message: String, fix: Option<String>| {
        let mut sink = Sink::new(rule, findings);
        let finding = sink.add(Some((*address).clone()), allow.span, message);
        if let Some(fix) = fix {
            finding.fix(fix);
        }
    };
    let id = &allow.rule;
    if crate::rule(id).is_none_or(|rule| rule.id != id) {
        let near = nearest(id, crate::rules().map(|rule| rule.id));
        return say(
            &META_003,
            format!("there is no rule `{id}`"),
            near.map(|near| format!("did you mean `{near}`?")),
        );
    }
    if allow.reason.is_empty() {
        say(&META_002, format!("{address} allows {id} without saying why"), None);
    }
    if !used {
        say(&META_001, format!("{address} allows {id}, which finds nothing here"), None);
    }
}
