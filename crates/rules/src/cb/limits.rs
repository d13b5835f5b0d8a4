//! Names and numbers that CodeBuild takes.

use super::projects;
use crate::rule::{By, Rule, Severity};

pub static CB_001: Rule = Rule {
    id: "CB-001",
    severity: Severity::Error,
    title: "a project name that CodeBuild does not take",
    doc: "2 to 150 letters, digits, hyphens and underscores, a letter or a digit first.",
    fix: "rename it",
    source: "AWS API: codebuild CreateProject, name",
    bad: r#"
[codebuild.project.api]
name = "api build"
"#,
    good: r#"
[codebuild.project.api]
name = "api-build"
"#,
    by: By::Model(&[("codebuild.project", "name")]),
};

pub static CB_003: Rule = Rule {
    id: "CB-003",
    severity: Severity::Error,
    title: "a build that may take too long or not long enough",
    doc: "A build may take 5 to 2160 minutes, and wait 5 to 480 minutes for its turn.",
    fix: "timeout_in_minutes = 60, queued_timeout_in_minutes = 480",
    source: "AWS API: codebuild CreateProject, timeoutInMinutes, queuedTimeoutInMinutes",
    bad: r#"
[codebuild.project.api]
timeout_in_minutes = 3
"#,
    good: r#"
[codebuild.project.api]
timeout_in_minutes = 5
"#,
    by: By::Model(&[
        ("codebuild.project", "timeout_in_minutes"),
        ("codebuild.project", "queued_timeout_in_minutes"),
    ]),
};

pub static CB_027: Rule = Rule {
    id: "CB-027",
    severity: Severity::Error,
    title: "a project that may run no build",
    doc: "concurrent_build_limit is how many builds of the project may run at once: at least one. Left out, only the \
          account's own quota holds.",
    fix: "concurrent_build_limit = 1, or leave it out",
    source: "AWS API: codebuild CreateProject, concurrentBuildLimit",
    bad: r#"
[codebuild.project.api]
concurrent_build_limit = 0
"#,
    good: r#"
[codebuild.project.api]
concurrent_build_limit = 1
"#,
    by: By::Check(|cx, out| {
        for at in projects(cx).map(|project| project.get("concurrent_build_limit")) {
            if let Some(limit) = at.int().filter(|limit| *limit < 1) {
                out.at(&at, format!("{limit} builds at once is none"));
            }
        }
    }),
};
