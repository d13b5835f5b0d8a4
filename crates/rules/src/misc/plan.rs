//! What the plan finds.

use crate::rule::{By, Rule, Severity};

pub static MISC_003: Rule = Rule {
    id: "MISC-003",
    severity: Severity::Error,
    title: "another encryption for a repository of images",
    doc: "ECR encrypts a repository as it was told at its creation, and has no call to change that.",
    fix: "let the plan replace it (its images go with it), or keep the encryption",
    source: "CloudFormation: AWS::ECR::Repository, create-only properties",
    bad: "",
    good: "",
    by: By::Plan,
};
