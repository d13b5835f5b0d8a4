//! How large and how many.

use recon_model::KindId::{self, IamGroup, IamPolicy, IamRole, IamUser};
use serde_json::Value;

use super::arn;
use crate::at::At;
use crate::marked::MARK;
use crate::rule::{By, Rule, Severity};

/// The length of a document as IAM counts it: without white space. Of what is
/// not known yet nothing is counted.
fn length(at: &At<'_>) -> usize {
    let Some(tree) = at.tree() else { return 0 };
    let text = match arn::document(at.cx, tree) {
        Value::String(text) => text,
        value => value.to_string(),
    };
    // serde writes the mark as an escape
    let text = text.replace("\\u0001", &MARK.to_string());
    let known = text.split(MARK).step_by(2);
    known.flat_map(str::chars).filter(|c| !c.is_whitespace()).count()
}

pub static IAM_006: Rule = Rule {
    id: "IAM-006",
    severity: Severity::Error,
    title: "a trust policy that is too long",
    doc: "A trust policy has up to 2,048 characters, white space not counted (a quota that can be raised to 4,096).",
    fix: "shorten it, or raise the quota and allow the finding",
    source: "AWS: IAM user guide, IAM and STS quotas",
    bad: r#"
[iam.role.other]
name = "other"

[iam.role.other.trust]
Version = "2012-10-17"

[[iam.role.other.trust.Statement]]
Effect    = "Allow"
Principal = { Service = "ecs-tasks.amazonaws.com" }
Action    = "sts:AssumeRole"
Condition = { ArnNotLike = { "aws:SourceArn" = [
  "arn:aws:ecs:eu-central-1:123456789012:abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghija",
  "arn:aws:ecs:eu-central-1:123456789012:abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijb",
  "arn:aws:ecs:eu-central-1:123456789012:abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijc",
  "arn:aws:ecs:eu-central-1:123456789012:abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijd",
  "arn:aws:ecs:eu-central-1:123456789012:abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghije",
  "arn:aws:ecs:eu-central-1:123456789012:abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijf",
  "arn:aws:ecs:eu-central-1:123456789012:abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijg",
  "arn:aws:ecs:eu-central-1:123456789012:abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijh",
  "arn:aws:ecs:eu-central-1:123456789012:abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghiji",
  "arn:aws:ecs:eu-central-1:123456789012:abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijj",
  "arn:aws:ecs:eu-central-1:123456789012:abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijk",
  "arn:aws:ecs:eu-central-1:123456789012:abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijl",
  "arn:aws:ecs:eu-central-1:123456789012:abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijm",
  "arn:aws:ecs:eu-central-1:123456789012:abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijn",
  "arn:aws:ecs:eu-central-1:123456789012:abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijo",
] } }
"#,
    good: r#"
[iam.role.other]
name  = "other"
trust = { services = ["ecs-tasks.amazonaws.com"] }
"#,
    by: By::Check(|cx, out| {
        for role in cx.of(IamRole) {
            let count = length(&role.canonical().get("trust"));
            if count > 2048 {
                out.at(
                    &role.get("trust"),
                    format!("the trust policy has {count} characters, AWS takes 2048"),
                );
            }
        }
    }),
};

/// What all inline policies together may have.
const INLINE: [(KindId, usize); 3] = [(IamRole, 10_240), (IamUser, 2_048), (IamGroup, 5_120)];

pub static IAM_007: Rule = Rule {
    id: "IAM-007",
    severity: Severity::Error,
    title: "policies that are too long",
    doc: "A managed policy has up to 6,144 characters; the inline policies of a role 10,240 together, of a group 5,120, \
          of a user 2,048. White space does not count.",
    fix: "use patterns (`ecs:Describe*`), or attach managed policies (iam.policy)",
    source: "AWS: IAM user guide, IAM and STS quotas",
    bad: r#"
[iam.user.robot]
name = "robot"

[iam.user.robot.inline.all]
Version = "2012-10-17"

[[iam.user.robot.inline.all.Statement]]
Effect   = "Allow"
Action   = "s3:GetObject"
Resource = [
  "arn:aws:s3:::aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee/aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhh/iiiiiiiiiijjjjjjjjjj1",
  "arn:aws:s3:::aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee/aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhh/iiiiiiiiiijjjjjjjjjj2",
  "arn:aws:s3:::aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee/aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhh/iiiiiiiiiijjjjjjjjjj3",
  "arn:aws:s3:::aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee/aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhh/iiiiiiiiiijjjjjjjjjj4",
  "arn:aws:s3:::aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee/aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhh/iiiiiiiiiijjjjjjjjjj5",
  "arn:aws:s3:::aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee/aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhh/iiiiiiiiiijjjjjjjjjj6",
  "arn:aws:s3:::aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee/aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhh/iiiiiiiiiijjjjjjjjjj7",
  "arn:aws:s3:::aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee/aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhh/iiiiiiiiiijjjjjjjjjj8",
  "arn:aws:s3:::aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee/aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhh/iiiiiiiiiijjjjjjjjjj9",
  "arn:aws:s3:::aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee/aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhh/iiiiiiiiiijjjjjjjjjja",
  "arn:aws:s3:::aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee/aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhh/iiiiiiiiiijjjjjjjjjjb",
  "arn:aws:s3:::aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee/aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhh/iiiiiiiiiijjjjjjjjjjc",
  "arn:aws:s3:::aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee/aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhh/iiiiiiiiiijjjjjjjjjjd",
]
"#,
    good: r#"
[iam.user.robot]
name = "robot"

[iam.user.robot.inline.all]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::data/*" }]
"#,
    by: By::Check(|cx, out| {
        for (kind, limit) in INLINE {
            for identity in cx.of(kind) {
                let inline = identity.get("inline");
                let count: usize = inline.entries().map(|(_, at)| length(&at)).sum();
                if count > limit {
                    let message = format!("the inline policies have {count} characters, AWS takes {limit}");
                    let last = inline.entries().last().map_or(inline.clone(), |(_, at)| at);
                    out.at(&last, message);
                }
            }
        }
        for at in cx.of(IamPolicy).map(|policy| policy.get("document")) {
            let count = length(&at);
            if count > 6144 {
                out.at(&at, format!("the policy has {count} characters, AWS takes 6144"));
            }
        }
    }),
};

pub static IAM_008: Rule = Rule {
    id: "IAM-008",
    severity: Severity::Error,
    title: "too many managed policies",
    doc: "Ten managed policies can be attached to a role, a user or a group (a quota that can be raised to 20).",
    fix: "merge them, or raise the quota and allow the finding",
    source: "AWS: IAM user guide, IAM and STS quotas",
    bad: r#"
[iam.role.task]
managed = [
  "AmazonS3ReadOnlyAccess", "AmazonSNSFullAccess", "AmazonSSMReadOnlyAccess", "CloudWatchReadOnlyAccess",
  "AmazonEC2ReadOnlyAccess", "IAMReadOnlyAccess", "AWSCodeCommitReadOnly", "AWSCodeBuildReadOnlyAccess",
  "AWSCodeDeployReadOnlyAccess", "AWSCodePipeline_ReadOnlyAccess", "CloudWatchLogsReadOnlyAccess",
]
"#,
    good: r#"
[iam.role.task]
managed = ["AmazonS3ReadOnlyAccess"]
"#,
    by: By::Check(|cx, out| {
        for kind in [IamRole, IamUser, IamGroup] {
            for at in cx.of(kind).map(|identity| identity.get("managed")) {
                let count = at.items().count();
                if count > 10 {
                    out.at(&at, format!("{count} managed policies are attached, AWS takes 10"));
                }
            }
        }
    }),
};
