//! Whether whoever runs recon may hand out the roles.

use recon_iam::{Access, Asked, Caller, Context, Policy, Truth, evaluate, managed};
use recon_model::KindId::{IamRole, IamUser};
use recon_model::plan::{Action, Step};

use super::arn::{Thing, text};
use super::trust::places;
use crate::at::At;
use crate::live::Account;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static IAM_011: Rule = Rule {
    id: "IAM-011",
    severity: Severity::Error,
    title: "a role that whoever runs recon may not pass",
    doc: "Whoever gives a role to a service needs iam:PassRole on it, for that service: \"User: … is not authorized to \
          perform: iam:PassRole on resource: …\". `recon plan` reads the account's IAM anyway; it holds the policies of \
          the very user or role that runs it against what the plan passes, and says so where they surely do not allow \
          it. `recon policy apply` prints all that an apply needs.",
    fix: "have the statement added that `recon policy apply` prints",
    source: "AWS: IAM user guide, grant a user permissions to pass a role to an AWS service",
    bad: "",
    good: "",
    by: By::Live(passes),
};

fn passes(account: &Account<'_>, out: &mut Sink<'_>) {
    let Some(caller) = &account.snapshot.caller else { return };
    if changes_itself(account, &caller.arn) {
        return;
    }
    let grants = Grants::of(caller);
    for (at, service) in places(&account.cx) {
        if !account.steps(at.address()).any(|step| hands_out(step, &at)) {
            continue;
        }
        let outside = || text(&at).filter(|arn| arn.starts_with("arn:")).map(Thing::literal);
        let Some(role) = at.target().map(|own| Thing::of(&own)).or_else(outside) else { continue };
        let context =
            Context::new().with("iam:PassedToService", service).with("aws:PrincipalArn", &*caller.arn);
        let asked = Asked {
            caller: Caller::Arn(caller.arn.clone()),
            action: "iam:PassRole".into(),
            resource: role.arn.clone(),
            context,
        };
        if grants.judge(&asked) == Truth::No {
            out.at(&at, format!("{} may not pass {} to {service}", caller.arn, role.shown()));
        }
    }
}

/// Does the step give the role away? An update that leaves it alone mostly does not.
fn hands_out(step: &Step, at: &At<'_>) -> bool {
    match step.action {
        Action::Create(_) | Action::Replace(..) => true,
        Action::Update(_) => step.fields.iter().any(|change| change.path == at.path()),
        _ => false,
    }
}

/// What the stack says of the caller may be about to change.
fn changes_itself(account: &Account<'_>, arn: &str) -> bool {
    let name = arn.rsplit('/').next().unwrap_or(arn);
    [IamRole, IamUser].into_iter().any(|kind| account.cx.named(kind, name).is_some())
}

/// What the caller's policies grant.
struct Grants {
    policies: Vec<Policy>,
    unread: bool,
    boundary: Option<Policy>,
    boundary_unread: bool,
}

impl Grants {
    fn of(caller: &recon_model::Caller) -> Self {
        let published = |arn: &str| Some(Policy::read(&managed::policy(arn)?.document));
        let attached: Vec<Option<Policy>> = caller.managed.iter().map(|arn| published(arn)).collect();
        let unread = attached.iter().any(Option::is_none);
        let own = caller.policies.iter().map(Policy::read);
        let bound = caller.boundary.as_ref();
        let boundary = bound.and_then(|bound| match bound.as_str() {
            Some(arn) => published(arn),
            None => Some(Policy::read(bound)),
        });
        Self {
            policies: own.chain(attached.into_iter().flatten()).collect(),
            unread,
            boundary_unread: bound.is_some() && boundary.is_none(),
            boundary,
        }
    }

    fn judge(&self, asked: &Asked) -> Truth {
        let access = Access {
            identity: self.policies.iter().collect(),
            identity_unread: self.unread,
            boundary: self.boundary.as_ref(),
            boundary_unread: self.boundary_unread,
            ..Access::default()
        };
        evaluate(&access, asked).allowed
    }
}
