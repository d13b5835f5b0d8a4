//! A plan: data that says what would be done, in which order, and why.
//!
//! Everything that a person or a machine sees is made from it. Its JSON form
//! is public API under [`FORMAT`].

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::{Address, Reason};

/// Number of the JSON form; it grows when a reader would have to change.
pub const FORMAT: u32 = 1;

/// What would be done to bring a stack about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub format: u32,
    pub stack: String,
    pub account: String,
    pub region: String,
    /// Commit of the folder that declares the stack, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Short hash of what would be done: two plans with one id do the same.
    pub id: String,
    pub summary: Summary,
    /// In the order in which they may run; each after all that it needs.
    pub steps: Vec<Step>,
    /// What a reader should know although no step follows from it.
    #[serde(default)]
    pub notices: Vec<Notice>,
    pub calls: Calls,
}

/// Steps by action.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub create: usize,
    pub update: usize,
    pub replace: usize,
    pub delete: usize,
    pub adopt: usize,
    pub keep: usize,
    pub blocked: usize,
}

/// Calls to AWS that the reading took.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calls {
    pub total: u64,
    pub by_service: BTreeMap<String, u64>,
    /// Where somebody asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timings: Option<Timings>,
}

/// What a run's calls took.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timings {
    /// From the first call to the last answer.
    pub milliseconds: u64,
    /// Answers that were waited for one after the other. Not to be told where
    /// answers take no time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waves: Option<usize>,
    /// Requests that AWS answered with a throttle.
    pub throttled: u64,
    pub services: BTreeMap<String, ServiceTimings>,
    /// What the run did, in this order, and how long that took.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<StageTiming>,
}

/// What the calls to one service took.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceTimings {
    pub calls: u64,
    /// Waves in which it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waves: Option<usize>,
    /// Time in which at least one call was under way.
    pub milliseconds: u64,
    /// The slowest call.
    pub slowest_milliseconds: u64,
    /// Sum of what calls waited for budget and parallelism.
    pub held_back_milliseconds: u64,
    pub throttled: u64,
}

/// One stage of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageTiming {
    pub stage: String,
    pub milliseconds: u64,
}

/// A remark on a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub code: String,
    pub address: Option<Address>,
    pub text: String,
}

/// One resource, and what happens to it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "StepForm")]
pub struct Step {
    pub address: Address,
    /// Its name in AWS.
    pub name: String,
    pub action: Action,
    /// Position in the plan, from 1.
    pub order: usize,
    pub fields: Vec<FieldChange>,
    /// Fields of the desired document that stay as they are, where others change.
    pub unchanged: usize,
    /// The same with their values, where the plan was asked to be full.
    pub same: Vec<FieldChange>,
    /// What apply does and waits for one after the other, where that is worth knowing.
    pub stages: Vec<Stage>,
    /// Steps that must be done before.
    pub needs: Vec<Address>,
    /// Where it is declared: `desired/ecs.toml:41`.
    pub place: Option<String>,
}

/// One stage of a step, and how long it is likely to take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    pub text: String,
    pub seconds: u64,
    /// There is no service meanwhile.
    pub outage: bool,
}

/// What happens to a resource. What needs a reason cannot be written without one.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    Create(Vec<Because>),
    Update(Vec<Because>),
    Replace(Because1, ReplaceOrder),
    Delete(Because1),
    Adopt(Vec<Because>),
    Keep,
    Blocked(Because1),
}

/// Which half of a replacement comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplaceOrder {
    DeleteFirst,
    CreateFirst,
}

/// One reason or more.
#[derive(Debug, Clone, PartialEq)]
pub struct Because1 {
    pub first: Because,
    pub more: Vec<Because>,
}

/// Why something happens: a code for machines, words for people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Because {
    pub code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub from: Value,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub to: Value,
    pub text: String,
}

/// A value that becomes another. Secrets are masked already.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// `container_definitions[api].environment.LOG_LEVEL`.
    pub path: String,
    pub from: Value,
    pub to: Value,
    /// Code of the reason why this change forces a replacement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forces: Option<String>,
}

impl Because {
    pub fn new(code: &str, text: impl Into<String>) -> Self {
        Self { code: code.to_string(), field: None, from: Value::Null, to: Value::Null, text: text.into() }
    }

    /// The field that it is about, with both values.
    pub fn of(mut self, change: &FieldChange) -> Self {
        self.field = Some(change.path.clone());
        self.from = change.from.clone();
        self.to = change.to.clone();
        self
    }
}

impl From<Reason> for Because {
    fn from(reason: Reason) -> Self {
        Self::new(reason.code, reason.text)
    }
}

impl Because1 {
    pub fn one(first: Because) -> Self {
        Self { first, more: Vec::new() }
    }

    /// `None` when there is no reason at all.
    pub fn of(mut reasons: Vec<Because>) -> Option<Self> {
        (!reasons.is_empty()).then(|| Self { first: reasons.remove(0), more: reasons })
    }

    pub fn iter(&self) -> impl Iterator<Item = &Because> {
        std::iter::once(&self.first).chain(&self.more)
    }
}

impl Action {
    /// The word in the JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Action::Create(_) => "create",
            Action::Update(_) => "update",
            Action::Replace(..) => "replace",
            Action::Delete(_) => "delete",
            Action::Adopt(_) => "adopt",
            Action::Keep => "keep",
            Action::Blocked(_) => "blocked",
        }
    }

    pub fn because(&self) -> Vec<&Because> {
        match self {
            Action::Create(reasons) | Action::Update(reasons) | Action::Adopt(reasons) => {
                reasons.iter().collect()
            }
            Action::Replace(reasons, _) | Action::Delete(reasons) | Action::Blocked(reasons) => {
                reasons.iter().collect()
            }
            Action::Keep => Vec::new(),
        }
    }

    /// Would anything in the account change?
    pub fn changes(&self) -> bool {
        !matches!(self, Action::Keep | Action::Blocked(_))
    }
}

impl Plan {
    pub fn step(&self, address: &Address) -> Option<&Step> {
        self.steps.iter().find(|step| step.address == *address)
    }

    /// Nothing to do, and nothing in the way of knowing that.
    pub fn is_empty(&self) -> bool {
        self.steps.iter().all(|step| step.action == Action::Keep)
    }

    pub fn blocked(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| matches!(step.action, Action::Blocked(_)))
    }
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        StepForm::of(self).serialize(serializer)
    }
}

impl Step {
    /// What it does, without what it only tells of what stays.
    pub fn work(&self) -> impl Serialize + '_ {
        StepForm { unchanged: 0, same: Cow::Borrowed(&[]), ..StepForm::of(self) }
    }

    /// Seconds without service that it costs, if any.
    pub fn outage(&self) -> Option<u64> {
        let down = || self.stages.iter().filter(|stage| stage.outage);
        down().next().map(|_| down().map(|stage| stage.seconds).sum())
    }
}

impl Summary {
    pub fn of(steps: &[Step]) -> Self {
        let count = |word: &str| steps.iter().filter(|step| step.action.word() == word).count();
        Self {
            create: count("create"),
            update: count("update"),
            replace: count("replace"),
            delete: count("delete"),
            adopt: count("adopt"),
            keep: count("keep"),
            blocked: count("blocked"),
        }
    }
}

/// The JSON form of a step.
#[derive(Serialize, Deserialize)]
struct StepForm<'a> {
    address: Cow<'a, Address>,
    kind: Cow<'a, str>,
    name: Cow<'a, str>,
    action: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    replacement: Option<ReplaceOrder>,
    order: usize,
    because: Vec<Cow<'a, Because>>,
    fields: Cow<'a, [FieldChange]>,
    #[serde(default)]
    unchanged: usize,
    #[serde(default, skip_serializing_if = "<[FieldChange]>::is_empty")]
    same: Cow<'a, [FieldChange]>,
    #[serde(default, skip_serializing_if = "<[Stage]>::is_empty")]
    stages: Cow<'a, [Stage]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outage_seconds: Option<u64>,
    needs: Cow<'a, [Address]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<Cow<'a, str>>,
}

impl<'a> StepForm<'a> {
    fn of(step: &'a Step) -> Self {
        let replacement = if let Action::Replace(_, order) = step.action { Some(order) } else { None };
        let outage_seconds = step.outage();
        Self {
            kind: step.address.kind.as_str().into(),
            action: step.action.word().into(),
            because: step.action.because().into_iter().map(Cow::Borrowed).collect(),
            address: Cow::Borrowed(&step.address),
            name: step.name.as_str().into(),
            replacement,
            order: step.order,
            fields: step.fields.as_slice().into(),
            unchanged: step.unchanged,
            same: step.same.as_slice().into(),
            stages: step.stages.as_slice().into(),
            outage_seconds,
            needs: step.needs.as_slice().into(),
            place: step.place.as_deref().map(Cow::Borrowed),
        }
    }
}

impl TryFrom<StepForm<'_>> for Step {
    type Error = String;

    fn try_from(form: StepForm<'_>) -> Result<Self, Self::Error> {
        let because: Vec<Because> = form.because.into_iter().map(Cow::into_owned).collect();
        let reasons = |because: Vec<Because>| {
            Because1::of(because).ok_or_else(|| format!("{}: {} without a reason", form.address, form.action))
        };
        let action = match &*form.action {
            "create" => Action::Create(because),
            "update" => Action::Update(because),
            "replace" => {
                Action::Replace(reasons(because)?, form.replacement.unwrap_or(ReplaceOrder::DeleteFirst))
            }
            "delete" => Action::Delete(reasons(because)?),
            "adopt" => Action::Adopt(because),
            "keep" => Action::Keep,
            "blocked" => Action::Blocked(reasons(because)?),
            other => return Err(format!("{}: there is no action `{other}`", form.address)),
        };
        Ok(Self {
            address: form.address.into_owned(),
            name: form.name.into_owned(),
            action,
            order: form.order,
            fields: form.fields.into_owned(),
            unchanged: form.unchanged,
            same: form.same.into_owned(),
            stages: form.stages.into_owned(),
            needs: form.needs.into_owned(),
            place: form.place.map(Cow::into_owned),
        })
    }
}
