//! Plans made by hand, and the one way to keep a snapshot.

use std::path::Path;

use recon::render::Look;
use recon_model::Address;
use recon_model::plan::{
    Action, Because, Because1, Calls, FORMAT, FieldChange, Notice, Plan, ReplaceOrder, Step, Summary,
};
use serde_json::Value;

pub const NARROW: Look = Look { width: 80, full: false };

pub fn address(text: &str) -> Address {
    text.parse().unwrap()
}

pub fn plan(mut steps: Vec<Step>) -> Plan {
    for (at, step) in steps.iter_mut().enumerate() {
        step.order = at + 1;
    }
    Plan {
        format: FORMAT,
        stack: "aws-cicd-test".into(),
        account: "123456789012".into(),
        region: "ap-northeast-2".into(),
        commit: None,
        id: "7c1e09ab".into(),
        summary: Summary::of(&steps),
        steps,
        notices: Vec::new(),
        calls: Calls {
            total: 27,
            by_service: [("ecs".to_string(), 20), ("iam".to_string(), 7)].into(),
            timings: None,
        },
    }
}

pub fn step(text: &str, name: &str, action: Action) -> Step {
    let address = address(text);
    let place = match action {
        Action::Delete(_) => None,
        _ => Some(format!("desired/{}.toml:8", address.kind.split('.').next().unwrap())),
    };
    Step {
        address,
        name: name.into(),
        action,
        order: 0,
        fields: Vec::new(),
        unchanged: 0,
        stages: Vec::new(),
        same: Vec::new(),
        needs: Vec::new(),
        place,
    }
}

/// Adds changed fields to a step.
pub trait With {
    fn with(self, path: &str, from: impl Into<Value>, to: impl Into<Value>) -> Self;
    fn forced(self, code: &str) -> Self;
}

impl With for Step {
    fn with(mut self, path: &str, from: impl Into<Value>, to: impl Into<Value>) -> Self {
        self.fields.push(FieldChange { path: path.into(), from: from.into(), to: to.into(), forces: None });
        self
    }

    /// The last field forces a replacement.
    fn forced(mut self, code: &str) -> Self {
        if let Some(change) = self.fields.last_mut() {
            change.forces = Some(code.into());
        }
        self
    }
}

pub fn keeps(n: usize) -> Vec<Step> {
    (0..n).map(|i| step(&format!("iam.role.r{i}"), &format!("r{i}"), Action::Keep)).collect()
}

pub fn create() -> Action {
    Action::Create(vec![Because::new("ABSENT", "it is not in the account yet")])
}

pub fn update() -> Action {
    Action::Update(vec![Because::new("CHANGED", "it differs from what is declared")])
}

pub fn one(code: &str, text: &str) -> Because1 {
    Because1::one(Because::new(code, text))
}

pub fn replace(code: &str, text: &str) -> Action {
    Action::Replace(one(code, text), ReplaceOrder::DeleteFirst)
}

pub fn delete() -> Action {
    Action::Delete(one("REMOVED", "it is no longer declared"))
}

pub fn blocked(code: &str, text: &str) -> Action {
    Action::Blocked(one(code, text))
}

pub fn notice(code: &str, about: Option<&str>, text: &str) -> Notice {
    Notice { code: code.into(), address: about.map(address), text: text.into() }
}

/// Without colours.
pub fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// Compares with `snapshots/FOLDER/NAME.snap` at the workspace's top.
pub fn snapshot(folder: &str, name: &str, text: &str) {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../snapshots").join(folder);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(top);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Lines that take more columns than there are, except for one long word.
pub fn too_wide(text: &str, columns: usize) -> Vec<String> {
    let wide = |line: &&str| {
        unicode_width::UnicodeWidthStr::width(*line) > columns && line.split_whitespace().count() > 1
    };
    text.lines().filter(wide).map(str::to_string).collect()
}
