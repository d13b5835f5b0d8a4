//! A policy document, read.

use serde_json::{Map, Value};

use crate::condition::{Condition, Operator};
use crate::principal::Principals;

/// A policy as far as it can be read, and what is wrong with the rest.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// `${…}` is a variable since 2012.
    pub variables: bool,
    pub statements: Vec<Statement>,
    /// What AWS would refuse about it.
    pub problems: Vec<Problem>,
}

#[derive(Debug, Clone)]
pub struct Statement {
    /// Its place in the document.
    pub index: usize,
    pub sid: String,
    pub effect: Effect,
    /// Empty in identity policies.
    pub principals: Option<Principals>,
    pub actions: Patterns,
    /// `None` in trust policies: the role itself.
    pub resources: Option<Patterns>,
    pub conditions: Vec<Condition>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    Allow,
    Deny,
}

/// `Action` or `NotAction`, `Resource` or `NotResource`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patterns {
    pub not: bool,
    pub list: Vec<String>,
}

/// Something in a document that AWS does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// `Statement[0].Effect`.
    pub path: String,
    pub message: String,
}

const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];
const MEMBERS: [&str; 3] = ["Version", "Id", "Statement"];
const PARTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

impl Policy {
    pub fn read(document: &Value) -> Self {
        let mut policy = Self::default();
        let Some(map) = document.as_object() else {
            policy.problem("", "a policy is a table with a `Statement`");
            return policy;
        };
        for member in map.keys().filter(|member| !MEMBERS.contains(&member.as_str())) {
            policy.problem(member, format!("a policy has no `{member}`"));
        }
        match map.get("Version").and_then(Value::as_str) {
            Some(version) if VERSIONS.contains(&version) => policy.variables = version == VERSIONS[0],
            None if !map.contains_key("Version") => {}
            _ => policy.problem("Version", "a policy's version is 2012-10-17 (or 2008-10-17)"),
        }
        match map.get("Statement") {
            Some(Value::Array(list)) if !list.is_empty() => {
                for (index, statement) in list.iter().enumerate() {
                    policy.statement(index, &format!("Statement[{index}]"), statement);
                }
            }
            Some(one @ Value::Object(_)) => policy.statement(0, "Statement", one),
            _ => policy.problem("Statement", "a policy has at least one statement"),
        }
        policy.same_sids();
        policy
    }

    fn problem(&mut self, path: &str, message: impl Into<String>) {
        self.problems.push(Problem { path: path.to_string(), message: message.into() });
    }

    fn statement(&mut self, index: usize, path: &str, value: &Value) {
        let Some(map) = value.as_object() else {
            return self.problem(path, "a statement is a table");
        };
        let at = |member: &str| format!("{path}.{member}");
        for member in map.keys().filter(|member| !PARTS.contains(&member.as_str())) {
            self.problem(&at(member), format!("a statement has no `{member}`"));
        }
        let effect = match map.get("Effect").and_then(Value::as_str) {
            Some("Allow") => Some(Effect::Allow),
            Some("Deny") => Some(Effect::Deny),
            _ => {
                self.problem(&at("Effect"), "a statement's effect is Allow or Deny");
                None
            }
        };
        let actions = self.patterns(path, map, "Action");
        if actions.is_none() {
            self.problem(path, "a statement names an Action or a NotAction");
        }
        let resources = self.patterns(path, map, "Resource");
        let principals = self.principals(path, map);
        let conditions = self.conditions(&at("Condition"), map.get("Condition"));
        if let (Some(effect), Some(actions)) = (effect, actions) {
            let sid = map.get("Sid").and_then(Value::as_str).unwrap_or_default().to_string();
            self.statements.push(Statement {
                index,
                sid,
                effect,
                principals,
                actions,
                resources,
                conditions,
            });
        }
    }

    /// A member, or the one that says all but these; AWS takes one of them.
    fn either<'a>(
        &mut self,
        path: &str,
        map: &'a Map<String, Value>,
        name: &str,
    ) -> Option<(bool, &'a Value)> {
        let not = format!("Not{name}");
        match (map.get(name), map.get(&not)) {
            (Some(_), Some(_)) => {
                self.problem(&format!("{path}.{not}"), format!("a statement has {name} or {not}, not both"));
                None
            }
            (Some(value), None) => Some((false, value)),
            (None, Some(value)) => Some((true, value)),
            (None, None) => None,
        }
    }

    fn patterns(&mut self, path: &str, map: &Map<String, Value>, name: &str) -> Option<Patterns> {
        let (not, value) = self.either(path, map, name)?;
        let list = strings(value);
        let is_text = |item: &Value| item.is_string();
        if list.is_empty()
            || !value.as_array().map_or_else(|| is_text(value), |items| items.iter().all(is_text))
        {
            let name = if not { format!("Not{name}") } else { name.to_string() };
            self.problem(&format!("{path}.{name}"), format!("{name} is a text or a list of texts"));
        }
        Some(Patterns { not, list })
    }

    fn principals(&mut self, path: &str, map: &Map<String, Value>) -> Option<Principals> {
        let (not, value) = self.either(path, map, "Principal")?;
        if value.as_str().is_some_and(|text| text != "*") {
            self.problem(&format!("{path}.Principal"), "a principal is \"*\" or { AWS = …, Service = … }");
        }
        Some(Principals::read(value, not))
    }

    fn conditions(&mut self, path: &str, value: Option<&Value>) -> Vec<Condition> {
        let mut conditions = Vec::new();
        for (name, keys) in value.and_then(Value::as_object).into_iter().flatten() {
            let Some(operator) = Operator::named(name) else {
                self.problem(&format!("{path}.{name}"), format!("IAM has no condition `{name}`"));
                // nobody can say whether the statement holds
                conditions.push(Condition::unknown(name));
                continue;
            };
            for (key, values) in keys.as_object().into_iter().flatten() {
                conditions.push(Condition { operator, key: key.clone(), values: strings(values) });
            }
        }
        conditions
    }

    fn same_sids(&mut self) {
        let mut seen = std::collections::BTreeSet::new();
        let mut twice = Vec::new();
        for statement in self.statements.iter().filter(|statement| !statement.sid.is_empty()) {
            if !seen.insert(statement.sid.clone()) {
                twice.push((statement.index, statement.sid.clone()));
            }
        }
        for (index, sid) in twice {
            self.problem(&format!("Statement[{index}].Sid"), format!("two statements have the Sid `{sid}`"));
        }
    }
}

/// A text, or the texts of a list; numbers and flags as AWS writes them.
pub(crate) fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        Value::Number(_) | Value::Bool(_) => vec![value.to_string()],
        Value::Null | Value::Object(_) => Vec::new(),
    }
}
