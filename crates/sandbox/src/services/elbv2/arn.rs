//! The four kinds of resources, told apart by their ARNs.

use crate::refusal::Refusal;

use super::refuse;

/// A kind of resource that has an ARN of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    LoadBalancer,
    TargetGroup,
    Listener,
    Rule,
}

impl Kind {
    /// The kind that an ARN speaks of.
    pub(super) fn of(arn: &str) -> Option<Self> {
        let mut parts = arn.splitn(6, ':');
        if parts.next() != Some("arn") || parts.nth(1) != Some("elasticloadbalancing") {
            return None;
        }
        match parts.nth(2)?.split('/').next()? {
            "loadbalancer" => Some(Self::LoadBalancer),
            "targetgroup" => Some(Self::TargetGroup),
            "listener" => Some(Self::Listener),
            "listener-rule" => Some(Self::Rule),
            _ => None,
        }
    }

    /// How AWS's messages name the kind.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::LoadBalancer => "load balancer",
            Self::TargetGroup => "target group",
            Self::Listener => "listener",
            Self::Rule => "rule",
        }
    }

    /// The member that carries the name, for the two kinds that have one.
    pub(super) fn name_member(self) -> &'static str {
        match self {
            Self::LoadBalancer => "LoadBalancerName",
            _ => "TargetGroupName",
        }
    }

    /// Refuses what is no ARN of this kind.
    pub(super) fn check(self, arn: &str) -> Result<(), Refusal> {
        if Self::of(arn) == Some(self) {
            return Ok(());
        }
        Err(refuse::invalid(format!("'{arn}' is not a valid {} ARN", self.noun())))
    }

    fn code(self) -> &'static str {
        match self {
            Self::LoadBalancer => "LoadBalancerNotFound",
            Self::TargetGroup => "TargetGroupNotFound",
            Self::Listener => "ListenerNotFound",
            Self::Rule => "RuleNotFound",
        }
    }

    /// One resource, asked for by its ARN, is missing.
    pub(super) fn not_found(self, arn: &str) -> Refusal {
        let noun = self.noun();
        let noun = format!("{}{}", noun[..1].to_uppercase(), &noun[1..]);
        Refusal::bad(self.code(), format!("{noun} '{arn}' not found"))
    }

    /// Of several resources, at least one is missing.
    pub(super) fn some_not_found(self) -> Refusal {
        Refusal::bad(self.code(), format!("One or more {}s not found", self.noun()))
    }
}

/// The listener under a load balancer.
pub(super) fn listener_under(load_balancer: &str, id: &str) -> String {
    format!("{}/{id}", load_balancer.replacen(":loadbalancer/", ":listener/", 1))
}

/// The rule under a listener.
pub(super) fn rule_under(listener: &str, id: &str) -> String {
    format!("{}/{id}", listener.replacen(":listener/", ":listener-rule/", 1))
}

/// The listener that a rule stands under.
pub(super) fn listener_of(rule: &str) -> String {
    let listener = rule.replacen(":listener-rule/", ":listener/", 1);
    listener.rsplit_once('/').map_or_else(String::new, |(listener, _)| listener.to_string())
}
