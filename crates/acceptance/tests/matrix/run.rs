//! Carries a kind's rows out.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use recon_acceptance::matrix::{Base, Behind, Book, Document, Row, lines};
use recon_acceptance::{Planned, World, outline, stack, touched};
use recon_model::plan::Action;
use recon_model::schema::{Field, Type};
use recon_model::{KindId, Looked, Stack};
use serde_json::Value;

use crate::coverage;

/// Longer than anything takes that AWS does after a call.
const A_WHILE: Duration = Duration::from_secs(3600);

/// Every row of the kind's file; all that went wrong is said at once.
pub async fn kind(name: &str) {
    let book = Book::read(name);
    let kind = KindId::named(name).unwrap().kind();
    let only = std::env::var("MATRIX_ROW").ok();
    let mut wrong = Vec::new();
    let mut changed = BTreeSet::new();
    for base in &book.bases {
        let mut bench = match Bench::new(base).await {
            Ok(bench) => bench,
            Err(text) => {
                wrong.push(format!("── {} · {}\n{text}", base.resource, base.name));
                continue;
            }
        };
        let wanted = |row: &&Row| only.as_ref().is_none_or(|only| row.field.contains(only.as_str()));
        for (row, replaces) in base
            .change
            .iter()
            .filter(wanted)
            .map(|row| (row, false))
            .chain(base.replace.iter().filter(wanted).map(|row| (row, true)))
        {
            let other = bench.other(row);
            let (one, two) = (&bench.stack.resources[&bench.address()], &other.resources[&bench.address()]);
            changed.extend(coverage::differing(kind, one, two));
            let result =
                if replaces { bench.replace(row, &other).await } else { bench.change(row, &other).await };
            bench.verdict(&row.field, result, &mut wrong).await;
        }
        for behind in
            base.behind.iter().filter(|b| only.as_ref().is_none_or(|o| b.field.contains(o.as_str())))
        {
            let result = bench.behind(behind).await;
            bench.verdict(&format!("{} by {}", behind.field, behind.call), result, &mut wrong).await;
        }
    }
    if only.is_none() {
        wrong.extend(coverage::gaps(&book, kind, &changed));
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// An account in which the base stands.
struct Bench<'a> {
    base: &'a Base,
    document: Document,
    stack: Stack,
    world: World,
    /// What `<name>` stands for.
    kept: BTreeMap<String, String>,
}

impl<'a> Bench<'a> {
    async fn new(base: &'a Base) -> Result<Self, String> {
        let world = World::new().await;
        let mut kept = BTreeMap::new();
        for prepared in &base.account {
            let input = serde_json::to_value(&prepared.input).unwrap();
            let answer = call(&world, &prepared.call, &input)?;
            for (name, pointer) in &prepared.keep {
                let text = answer.pointer(pointer).and_then(Value::as_str);
                kept.insert(
                    name.clone(),
                    text.unwrap_or_else(|| panic!("{pointer} in {answer}")).to_string(),
                );
            }
        }
        tokio::time::sleep(A_WHILE).await;
        let document = Document::new(&base.whole(), &base.resource);
        let stack = stack(&named(&document.text(), &kept));
        let bench = Self { base, document, stack, world, kept };
        let planned = bench.world.plan(&bench.stack).await;
        bench.carry_out("the base", &planned).await?;
        Ok(bench)
    }

    fn address(&self) -> recon_model::Address {
        self.base.resource.parse().unwrap()
    }

    /// A row's end: what is wrong, and a new account for the next one if so.
    async fn verdict(&mut self, what: &str, result: Result<(), String>, wrong: &mut Vec<String>) {
        if let Err(text) = result {
            wrong.push(format!("── {} · {} · {what}\n{text}", self.base.resource, self.base.name));
            *self = Self::new(self.base).await.unwrap();
        }
    }

    fn other(&self, row: &Row) -> Stack {
        self.stack_of(&self.base.edited(row))
    }

    fn stack_of(&self, document: &Document) -> Stack {
        stack(&named(&document.text(), &self.kept))
    }

    async fn change(&self, row: &Row, other: &Stack) -> Result<(), String> {
        let expected = row.expected(&self.base.resource, "update");
        let notice = row.notice.as_deref();
        self.step("to the other value", other, &expected, notice).await?;
        // what somebody else's hand did to the account is what the plan of the base sees
        let expected = row.back.as_ref().map_or(expected, |back| lines(back, &self.base.resource, "update"));
        self.step("back, as drift", &self.stack, &expected, notice).await?;
        if row.stays.is_some() || !self.document.has(&row.field) || row.to.is_none() {
            return Ok(());
        }
        let path = schema_path(&self.base.resource, &row.field);
        if path.required {
            return Ok(());
        }
        let mut document = self.document.clone();
        document.take(&row.field);
        let out = self.stack_of(&document);
        let expected = match row.out.as_ref().or(row.shows.as_ref().filter(|_| row.with.is_empty())) {
            Some(paths) => lines(paths, &self.base.resource, "update"),
            None if path.unmanaged => Vec::new(),
            None => lines(std::slice::from_ref(&row.field), &self.base.resource, "update"),
        };
        self.step("taken out", &out, &expected, notice).await?;
        self.step("back in", &self.stack, &expected, notice).await
    }

    async fn replace(&self, row: &Row, other: &Stack) -> Result<(), String> {
        for (what, stack) in [("to the other value", other), ("back", &self.stack)] {
            let planned = self.world.plan(stack).await;
            let step = planned.plan.step(&self.address()).unwrap();
            let root = row.field.split(['.', '[']).next().unwrap_or_default();
            let code = row.code.as_deref().unwrap_or("CREATE_ONLY");
            let because = step.action.because();
            let named = because.iter().any(|because| {
                because.code == code
                    && because.field.as_deref() == Some(row.field.as_str())
                    && because.text.replace(' ', "_").contains(root)
            });
            if !matches!(step.action, Action::Replace(..)) || !named {
                return Err(format!("{what}: no replacement because of it:\n{}", outline(&planned.plan)));
            }
            self.carry_out(what, &planned).await?;
        }
        Ok(())
    }

    async fn behind(&self, behind: &Behind) -> Result<(), String> {
        let planned = self.world.plan(&self.stack).await;
        let input = self.filled(&serde_json::to_value(&behind.input).unwrap(), &planned);
        call(&self.world, &behind.call, &input)?;
        tokio::time::sleep(A_WHILE).await;
        let shows = behind.shows.clone().unwrap_or_else(|| vec![behind.field.clone()]);
        self.step("drift", &self.stack, &lines(&shows, &self.base.resource, "update"), None).await
    }

    /// The plan shows exactly that, can be carried out, and then nothing is left.
    async fn step(
        &self,
        what: &str,
        stack: &Stack,
        expected: &[String],
        notice: Option<&str>,
    ) -> Result<(), String> {
        let planned = self.world.plan(stack).await;
        let mut shown = touched(&planned.plan);
        shown.sort();
        let expected: Vec<String> = expected.iter().map(|line| self.filled_text(line, &planned)).collect();
        let expected: Vec<String> = BTreeSet::from_iter(expected).into_iter().collect();
        if shown != expected {
            return Err(format!(
                "{what}: expected {expected:#?}, the plan shows {shown:#?}\n{}",
                outline(&planned.plan)
            ));
        }
        if let Some(other) = planned.plan.notices.iter().find(|said| Some(said.code.as_str()) != notice) {
            return Err(format!("{what}: {other:?}"));
        }
        self.carry_out(what, &planned).await
    }

    async fn carry_out(&self, what: &str, planned: &Planned) -> Result<(), String> {
        let report = self.world.try_apply(planned).await;
        if !report.is_whole() {
            return Err(format!("{what}: {}\n{:#?}", outline(&planned.plan), report.failed));
        }
        let again = self.world.plan(&planned.stack).await;
        if again.plan.is_empty() {
            return Ok(());
        }
        Err(format!("{what}, left to do:\n{}\nafter\n{}", outline(&again.plan), outline(&planned.plan)))
    }

    /// `${ADDRESS.ATTRIBUTE}` in a text, as the account has it.
    fn filled_text(&self, text: &str, planned: &Planned) -> String {
        let mut out = String::new();
        let text = named(text, &self.kept);
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}').unwrap();
            let (address, attribute) = name.rsplit_once('.').unwrap();
            let address = address.parse().unwrap();
            let found = planned.snapshot.found(&address).and_then(|found| found.export(attribute));
            let looked = match planned.snapshot.lookups.get(&address) {
                Some(Looked::Up(value)) => value.as_str().or(value[0].as_str()),
                _ => None,
            };
            out.push_str(before);
            out.push_str(found.or(looked).unwrap_or_else(|| panic!("no {name}")));
            rest = after;
        }
        out + rest
    }

    fn filled(&self, value: &Value, planned: &Planned) -> Value {
        match value {
            Value::String(text) => Value::String(self.filled_text(text, planned)),
            Value::Array(items) => items.iter().map(|item| self.filled(item, planned)).collect(),
            Value::Object(map) => map
                .iter()
                .map(|(key, value)| (key.clone(), self.filled(value, planned)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            other => other.clone(),
        }
    }
}

/// What the schema says of a field: may it be taken out, and does that mean anything?
struct Path {
    required: bool,
    unmanaged: bool,
}

fn schema_path(resource: &str, path: &str) -> Path {
    let address: recon_model::Address = resource.parse().unwrap();
    let mut field: &Field = &KindId::named(&address.kind).unwrap().kind().spec;
    for segment in recon_diff::plain(path).split('.') {
        match &field.ty {
            // attributes: those that are known have a default
            Type::Map(_) | Type::Pairs { .. } => return Path { required: false, unmanaged: false },
            _ => field = field.child(segment).unwrap(),
        }
    }
    // an item of a list can go
    Path { required: field.required && !path.ends_with(']'), unmanaged: field.unmanaged }
}

fn call(world: &World, call: &str, input: &Value) -> Result<Value, String> {
    let (service, operation) = call.split_once(' ').unwrap();
    let answer = world.sandbox.call(service, operation, "ap-northeast-2", input);
    answer.map_err(|refusal| format!("{call} is refused: {refusal}"))
}

/// A text with what `<name>` stands for.
fn named(text: &str, kept: &BTreeMap<String, String>) -> String {
    kept.iter().fold(text.to_string(), |text, (name, value)| text.replace(&format!("<{name}>"), value))
}
