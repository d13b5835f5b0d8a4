//! Who asks, and whom a resource policy speaks of.

use serde_json::Value;

use crate::text::{Reading, atoms, compare};
use crate::truth::Truth;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// `codebuild.amazonaws.com`
    Service(String),
    /// A role or user, by ARN.
    Arn(String),
    /// A web or SAML identity, by its provider.
    Federated(String),
    Anonymous,
}

/// `Principal` or `NotPrincipal` of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principals {
    /// `NotPrincipal`: everybody but these.
    pub not: bool,
    pub list: Vec<Principal>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// `"*"`
    Everybody,
    Service(String),
    /// An account by its number or its root: everybody in it whom it lets.
    Account(String),
    Arn(String),
    /// `{ "AWS": "*" }`
    EveryArn,
    Federated(String),
    /// Of a kind that nobody here asks as.
    Other(String),
}

impl Caller {
    pub(crate) fn is_user(&self) -> bool {
        matches!(self, Caller::Arn(arn) if arn.contains(":user/"))
    }
}

impl Principals {
    pub(crate) fn read(value: &Value, not: bool) -> Self {
        let mut list = Vec::new();
        match value {
            Value::String(_) => list.push(Principal::Everybody),
            Value::Object(map) => {
                for (kind, names) in map {
                    let names = crate::policy::strings(names);
                    list.extend(names.into_iter().map(|name| Principal::read(kind, name)));
                }
            }
            _ => {}
        }
        Self { not, list }
    }

    /// Does the statement speak of the caller himself?
    pub(crate) fn speaks_of(&self, caller: &Caller) -> Truth {
        self.judge(|principal| principal.is(caller))
    }

    /// Does it speak of the account that the caller is in?
    pub(crate) fn speaks_of_account(&self, caller: &Caller) -> Truth {
        self.judge(|principal| principal.holds(caller))
    }

    fn judge(&self, truth: impl Fn(&Principal) -> Truth) -> Truth {
        let any = Truth::any(self.list.iter().map(truth));
        if self.not { !any } else { any }
    }
}

impl Principal {
    fn read(kind: &str, name: String) -> Self {
        match kind {
            "Service" => Self::Service(name),
            "Federated" => Self::Federated(name),
            "AWS" if name == "*" => Self::EveryArn,
            "AWS" => match account(&name) {
                Some(account) => Self::Account(account),
                None => Self::Arn(name),
            },
            _ => Self::Other(name),
        }
    }

    fn is(&self, caller: &Caller) -> Truth {
        match (self, caller) {
            (Self::Everybody, _) | (Self::EveryArn, Caller::Arn(_) | Caller::Anonymous) => Truth::Yes,
            (Self::EveryArn, Caller::Service(_)) => Truth::Maybe,
            (Self::Service(own), Caller::Service(name)) => (own == name || own == "*").into(),
            (Self::Federated(own), Caller::Federated(name)) | (Self::Arn(own), Caller::Arn(name)) => {
                let own = atoms(own, Reading::Literal);
                let same = compare(&own, &atoms(name, Reading::Literal));
                // a session of a role has an ARN of its own
                let session = matches!(self, Self::Arn(arn) if arn.contains(":assumed-role/") || !arn.starts_with("arn:"));
                if session { same.or(Truth::Maybe) } else { same }
            }
            _ => Truth::No,
        }
    }

    fn holds(&self, caller: &Caller) -> Truth {
        match (self, caller) {
            (Self::Account(account), Caller::Arn(arn)) => {
                let own = atoms(account, Reading::Literal);
                let account = arn.split(':').nth(4).unwrap_or_default();
                compare(&own, &atoms(account, Reading::Literal))
            }
            _ => Truth::No,
        }
    }
}

/// `123456789012` or `arn:aws:iam::123456789012:root`.
fn account(name: &str) -> Option<String> {
    if let Some(account) = name.strip_suffix(":root") {
        return account.rsplit(':').next().map(str::to_string);
    }
    (name.len() == 12 && name.bytes().all(|b| b.is_ascii_digit())).then(|| name.to_string())
}
