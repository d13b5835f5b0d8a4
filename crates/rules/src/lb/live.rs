//! What the reading of the stack or the plan finds.

use crate::rule::{By, Rule, Severity};

pub static LB_007: Rule = Rule {
    id: "LB-007",
    severity: Severity::Error,
    title: "two listeners on one port",
    doc: "A port of a load balancer is listened to once (DuplicateListener).",
    fix: "give one of them another port",
    source: "AWS API: elbv2 CreateListener",
    bad: r#"
[elb.listener.test]
port = 443
"#,
    good: r#"
[elb.listener.test]
port = 8443
"#,
    by: By::Reader,
};

pub static LB_017: Rule = Rule {
    id: "LB-017",
    severity: Severity::Error,
    title: "security groups for a network load balancer made without any",
    doc: "\"You can't perform this operation on a Network Load Balancer unless you specified a security group … when \
          you created it\": groups of a network load balancer can be changed only if it was made with one.",
    fix: "let the plan replace it, or leave it without security groups",
    source: "AWS API: elbv2 SetSecurityGroups",
    bad: "",
    good: "",
    by: By::Plan,
};

pub static LB_018: Rule = Rule {
    id: "LB-018",
    severity: Severity::Error,
    title: "a change of a target group that AWS has no call for",
    doc: "Name, port, protocol, protocol version, VPC, target type and address type of a target group are fixed at \
          creation.",
    fix: "let the plan replace it; under another name there is no gap",
    source: "CloudFormation: AWS::ElasticLoadBalancingV2::TargetGroup, create-only properties",
    bad: "",
    good: "",
    by: By::Plan,
};

pub static LB_019: Rule = Rule {
    id: "LB-019",
    severity: Severity::Error,
    title: "a change of a load balancer that AWS has no call for",
    doc: "Name, scheme and type of a load balancer are fixed at creation.",
    fix: "let the plan replace it; under another name there is no gap",
    source: "CloudFormation: AWS::ElasticLoadBalancingV2::LoadBalancer, create-only properties",
    bad: "",
    good: "",
    by: By::Plan,
};

pub static LB_026: Rule = Rule {
    id: "LB-026",
    severity: Severity::Warning,
    title: "an internet-facing load balancer that nobody can reach",
    doc: "Its security groups have no rule that lets the listeners' ports in from outside, as with the VPC's default \
          group alone: clients time out.",
    fix: "add an ingress rule for the production port; keep the test port restricted",
    source: "AWS: ELB user guide, security groups for your Application Load Balancer",
    bad: "",
    good: "",
    by: By::Live,
};
