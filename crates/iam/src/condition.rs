//! Conditions of a statement.

use crate::context::{Context, Known};
use crate::text::{Atom, Reading, atoms, compare, filled};
use crate::truth::Truth;

/// One key under one operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub operator: Operator,
    pub key: String,
    pub values: Vec<String>,
}

/// `ForAllValues:StringNotLikeIfExists`, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator {
    test: Test,
    negated: bool,
    if_exists: bool,
    set: Option<Set>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    Equals,
    EqualsIgnoreCase,
    Like,
    Arn,
    Bool,
    Null,
    Number(Order),
    /// Dates, addresses, bytes: recon's requests do not carry them.
    NotJudged,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Equals,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    All,
    Any,
}

impl Operator {
    /// By AWS's name.
    pub fn named(name: &str) -> Option<Self> {
        let (set, name) = match name.split_once(':') {
            Some(("ForAllValues", name)) => (Some(Set::All), name),
            Some(("ForAnyValue", name)) => (Some(Set::Any), name),
            Some(_) => return None,
            None => (None, name),
        };
        let (name, if_exists) = name.strip_suffix("IfExists").map_or((name, false), |name| (name, true));
        let (test, negated) = match name {
            "StringEquals" => (Test::Equals, false),
            "StringNotEquals" => (Test::Equals, true),
            "StringEqualsIgnoreCase" => (Test::EqualsIgnoreCase, false),
            "StringNotEqualsIgnoreCase" => (Test::EqualsIgnoreCase, true),
            "StringLike" => (Test::Like, false),
            "StringNotLike" => (Test::Like, true),
            "ArnEquals" | "ArnLike" => (Test::Arn, false),
            "ArnNotEquals" | "ArnNotLike" => (Test::Arn, true),
            "Bool" => (Test::Bool, false),
            "Null" if !if_exists => (Test::Null, false),
            "NumericEquals" => (Test::Number(Order::Equals), false),
            "NumericNotEquals" => (Test::Number(Order::Equals), true),
            "NumericLessThan" => (Test::Number(Order::Less), false),
            "NumericLessThanEquals" => (Test::Number(Order::LessOrEqual), false),
            "NumericGreaterThan" => (Test::Number(Order::Greater), false),
            "NumericGreaterThanEquals" => (Test::Number(Order::GreaterOrEqual), false),
            "DateNotEquals" | "NotIpAddress" => (Test::NotJudged, true),
            "DateEquals"
            | "DateLessThan"
            | "DateLessThanEquals"
            | "DateGreaterThan"
            | "DateGreaterThanEquals"
            | "IpAddress"
            | "BinaryEquals" => (Test::NotJudged, false),
            _ => return None,
        };
        Some(Self { test, negated, if_exists, set })
    }
}

impl Condition {
    /// Of an operator that IAM does not have.
    pub(crate) fn unknown(name: &str) -> Self {
        let operator = Operator { test: Test::NotJudged, negated: false, if_exists: false, set: None };
        Self { operator, key: name.to_string(), values: Vec::new() }
    }

    /// Does it hold? `variables`: whether `${…}` in it is a variable.
    pub(crate) fn holds(&self, context: &Context, variables: bool) -> Truth {
        let Operator { test, negated, if_exists, set } = self.operator;
        let carried = context.get(&self.key);
        if test == Test::Null {
            let wants_absence = self.values.iter().any(|value| value.eq_ignore_ascii_case("true"));
            return match carried {
                Known::Unknown => Truth::Maybe,
                Known::Absent => wants_absence.into(),
                Known::Values(_) => (!wants_absence).into(),
            };
        }
        let values = match carried {
            Known::Unknown => return Truth::Maybe,
            Known::Absent => {
                return match set {
                    Some(Set::All) => Truth::Yes,
                    Some(Set::Any) => if_exists.into(),
                    None => (if_exists || negated).into(),
                };
            }
            Known::Values(values) => values,
        };
        let one = |value: &String| {
            let same = self
                .values
                .iter()
                .map(|own| self.fits(own, value, if variables { Some(context) } else { None }));
            let any = Truth::any(same);
            if negated { !any } else { any }
        };
        match (set, negated) {
            (Some(Set::Any), _) | (None, false) => Truth::any(values.iter().map(one)),
            (Some(Set::All), _) | (None, true) => Truth::all(values.iter().map(one)),
        }
    }

    fn fits(&self, own: &str, value: &str, context: Option<&Context>) -> Truth {
        let pattern = |reading| match context {
            Some(context) => filled(own, reading, context),
            None => Some(atoms(own, reading)),
        };
        let text = || atoms(value, Reading::Literal);
        let judged = match self.operator.test {
            Test::Equals => pattern(Reading::Literal).map(|own| compare(&own, &text())),
            Test::EqualsIgnoreCase => {
                pattern(Reading::Literal).map(|own| compare(&lower(own), &lower(text())))
            }
            Test::Like => pattern(Reading::Pattern).map(|own| compare(&own, &text())),
            Test::Arn => pattern(Reading::Pattern).map(|own| same_arn(&own, &text())),
            Test::Bool => Some(own.eq_ignore_ascii_case(value).into()),
            Test::Number(order) => Some(numbers(order, own, value)),
            Test::Null | Test::NotJudged => Some(Truth::Maybe),
        };
        // a variable without a value makes nothing equal
        judged.unwrap_or(Truth::No)
    }
}

fn lower(atoms: Vec<Atom>) -> Vec<Atom> {
    let lower = |atom| match atom {
        Atom::Char(c) => Atom::Char(c.to_ascii_lowercase()),
        other => other,
    };
    atoms.into_iter().map(lower).collect()
}

fn numbers(order: Order, own: &str, value: &str) -> Truth {
    let (Ok(own), Ok(value)) = (own.parse::<f64>(), value.parse::<f64>()) else { return Truth::Maybe };
    match order {
        Order::Equals => value == own,
        Order::Less => value < own,
        Order::LessOrEqual => value <= own,
        Order::Greater => value > own,
        Order::GreaterOrEqual => value >= own,
    }
    .into()
}

/// Each of an ARN's six parts is compared on its own: a star ends at a colon.
fn same_arn(own: &[Atom], value: &[Atom]) -> Truth {
    match (parts(own), parts(value)) {
        (Some(own), Some(value)) => {
            Truth::all(own.iter().zip(&value).map(|(own, value)| compare(own, value)))
        }
        // what is not taken apart for an unknown part may still be the same
        _ if own == value => Truth::Yes,
        _ => compare(own, value).and(Truth::Maybe),
    }
}

/// The six parts, where no unknown one stands before the last.
fn parts(atoms: &[Atom]) -> Option<Vec<&[Atom]>> {
    let parts: Vec<&[Atom]> = atoms.splitn(6, |atom| *atom == Atom::Char(':')).collect();
    let open = |part: &&[Atom]| part.iter().any(|atom| matches!(atom, Atom::Unknown(_)));
    (parts.len() == 6 && !parts[..5].iter().any(open)).then_some(parts)
}
