//! Target groups.

use recon_model::KindId::ElbTargetGroup;

use super::name_problem;
use crate::rule::{By, Rule, Severity};

pub static LB_001: Rule = Rule {
    id: "LB-001",
    severity: Severity::Error,
    title: "a target group name that AWS does not take",
    doc: "A target group's name has up to 32 letters, digits and hyphens, and no hyphen at either end.",
    fix: "rename it",
    source: "AWS API: elbv2 CreateTargetGroup, Name",
    bad: r#"
[elb.target_group.blue]
name = "api_blue"
"#,
    good: r#"
[elb.target_group.blue]
name = "api-blue"
"#,
    by: By::Check(|cx, out| {
        for group in cx.of(ElbTargetGroup) {
            let at = group.get("name");
            let Some(name) = at.text() else { continue };
            if let Some(problem) = name_problem(&name) {
                out.at(&at, format!("`{name}` is no name for a target group")).label(problem);
            }
        }
    }),
};

pub static LB_013: Rule = Rule {
    id: "LB-013",
    severity: Severity::Error,
    title: "a target group without protocol, port or VPC",
    doc: "Unless its targets are Lambda functions, a target group needs `protocol`, `port` and `vpc`; with Lambda \
          it has none of them.",
    fix: "add what is missing",
    source: "AWS API: elbv2 CreateTargetGroup; cfn-lint, target type restrictions",
    bad: r#"
[elb.target_group.other]
name        = "other"
target_type = "ip"
protocol    = "HTTP"
"#,
    good: r#"
[elb.target_group.other]
name        = "other"
target_type = "ip"
protocol    = "HTTP"
port        = 80
vpc         = "main"
"#,
    by: By::Check(|cx, out| {
        for group in cx.of(ElbTargetGroup) {
            let lambda = group.get("target_type").is("lambda");
            for field in ["protocol", "port", "vpc"] {
                let at = group.get(field);
                if lambda && at.exists() {
                    out.at(&at, format!("a target group of Lambda functions has no {field}"))
                        .fix(format!("remove {field}"));
                } else if !lambda && !at.exists() {
                    out.at(&group, format!("{} has no `{field}`", group.address()))
                        .label(format!("needs `{field}`"));
                }
            }
        }
    }),
};

pub static LB_035: Rule = Rule {
    id: "LB-035",
    severity: Severity::Error,
    title: "target settings that contradict each other",
    doc: "protocol_version is for HTTP and HTTPS, and one of HTTP1, HTTP2 and GRPC; a target that is a load balancer \
          itself (type alb) has protocol TCP or TLS.",
    fix: "remove protocol_version, or correct the protocol",
    source: "AWS API: elbv2 CreateTargetGroup, ProtocolVersion and TargetType",
    bad: r#"
[elb.target_group.other]
name             = "other"
target_type      = "ip"
protocol         = "TCP"
protocol_version = "HTTP2"
port             = 80
vpc              = "main"
"#,
    good: r#"
[elb.target_group.other]
name             = "other"
target_type      = "ip"
protocol         = "HTTP"
protocol_version = "HTTP2"
port             = 80
vpc              = "main"
"#,
    by: By::Check(|cx, out| {
        for group in cx.of(ElbTargetGroup) {
            let (protocol, version) = (group.get("protocol"), group.get("protocol_version"));
            let Some(name) = protocol.text() else { continue };
            if version.exists() && !["HTTP", "HTTPS"].contains(&&*name) {
                out.at(&version, format!("protocol {name} has no protocol_version"))
                    .related(&protocol, "the protocol");
            } else if version.exists() && version.known() && !version.is_one_of(&["HTTP1", "HTTP2", "GRPC"]) {
                out.at(&version, "a protocol version is HTTP1, HTTP2 or GRPC");
            }
            if group.get("target_type").is("alb") && !["TCP", "TLS"].contains(&&*name) {
                out.at(&protocol, format!("a load balancer as target is reached by TCP or TLS, not {name}"));
            }
        }
    }),
};
