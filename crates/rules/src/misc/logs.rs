//! Log groups.

use recon_model::KindId::LogsLogGroup;

use crate::rule::{By, Rule, Severity};

/// What PutRetentionPolicy takes.
const DAYS: &[i64] = &[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

pub static MISC_004: Rule = Rule {
    id: "MISC-004",
    severity: Severity::Error,
    title: "a log group that CloudWatch does not take",
    doc: "A name has 1 to 512 letters, digits and `. - _ / #`, and does not begin with `aws/`. Logs are kept for one of the \
          numbers of days that AWS knows, or for ever.",
    fix: "retention_in_days = 30",
    source: "AWS API: logs CreateLogGroup, logGroupName; PutRetentionPolicy, retentionInDays",
    bad: r#"
[logs.log_group.api]
retention_in_days = 45
"#,
    good: r#"
[logs.log_group.api]
retention_in_days = 60
"#,
    by: By::Both(&[("logs.log_group", "name")], |cx, out| {
        for group in cx.of(LogsLogGroup) {
            let name = group.get("name");
            if name.text().is_some_and(|name| name.starts_with("aws/")) {
                out.at(&name, "`aws/` is AWS's own").fix("a leading slash makes it yours: /aws/…");
            }
            let at = group.get("retention_in_days");
            let Some(days) = at.int().filter(|days| !DAYS.contains(days)) else { continue };
            let next = DAYS.iter().find(|known| **known > days).or(DAYS.last());
            let found = out.at(&at, format!("CloudWatch does not keep logs for {days} days"));
            if let Some(next) = next {
                found.fix(format!("retention_in_days = {next}"));
            }
        }
    }),
};
