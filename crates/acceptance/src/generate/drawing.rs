//! A stack in the making.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::Slot;
use super::choices::Choices;
use super::{deploy, ecs, elb};

/// What is drawn so far, and what later resources need to know of it.
#[derive(Default)]
pub(super) struct Drawing {
    /// By family, kind and label.
    tables: Map<String, Value>,
    identities: BTreeSet<(String, String)>,
    pub balancers: Vec<elb::Balancer>,
    pub groups: Vec<elb::Group>,
    pub listeners: Vec<elb::Listener>,
    pub services: Vec<ecs::Service>,
}

impl Drawing {
    /// Draws what the slot says, if there can be such a thing.
    pub fn add(&mut self, kind: &str, slot: &Slot) {
        // the next free ones where those of the slot are taken
        let next = |words: [&'static str; 4], at: u8, free: &dyn Fn(&str) -> bool| {
            words.into_iter().cycle().skip(usize::from(at)).take(4).find(|word| free(word))
        };
        let label = next(["a", "b", "c", "d"], slot.label, &|label| !self.has(kind, label));
        let name = next(["x", "y", "z", "w"], slot.name, &|name| !self.taken(kind, name));
        let (Some(label), Some(name)) = (label, name) else { return };
        let mut choices = Choices::new(&slot.bytes);
        let choices = &mut choices;
        let drawn = match kind {
            "logs.log_group" => deploy::log_group(name, choices),
            "iam.role" => deploy::role(name, choices),
            "ecs.cluster" => ecs::cluster(name, choices),
            "ecs.task_definition" => ecs::task_definition(self, name, choices),
            "ecs.service" => ecs::service(self, label, name, choices),
            "elb.load_balancer" => elb::load_balancer(self, label, name, choices),
            "elb.target_group" => elb::target_group(self, label, name, choices),
            "elb.listener" => elb::listener(self, label, choices),
            "elb.listener_rule" => elb::rule(self, choices),
            "codedeploy.application" => deploy::application(name, choices),
            "codedeploy.deployment_config" => deploy::config(name, choices),
            "codedeploy.deployment_group" => deploy::group(self, name, choices),
            other => unreachable!("nobody draws {other}"),
        };
        if let Some(Drawn { identity, spec }) = drawn
            && self.identities.insert((kind.to_string(), identity))
        {
            self.put(kind, label, spec);
        }
    }

    /// Is there something of that identity already?
    pub fn taken(&self, kind: &str, identity: &str) -> bool {
        self.identities.contains(&(kind.to_string(), identity.to_string()))
    }

    pub fn has(&self, kind: &str, label: &str) -> bool {
        self.get(kind, label).is_some()
    }

    pub fn get(&self, kind: &str, label: &str) -> Option<&Value> {
        let (family, kind) = kind.split_once('.').expect("a kind has a family");
        self.tables.get(family)?.get(kind)?.get(label)
    }

    /// Labels of a kind.
    pub fn labels(&self, kind: &str) -> Vec<String> {
        let (family, kind) = kind.split_once('.').expect("a kind has a family");
        let table = self.tables.get(family).and_then(|family| family.get(kind)).and_then(Value::as_object);
        table.into_iter().flat_map(Map::keys).cloned().collect()
    }

    fn put(&mut self, kind: &str, label: &str, spec: Value) {
        let (family, kind) = kind.split_once('.').expect("a kind has a family");
        let family = self.tables.entry(family).or_insert_with(|| json!({}));
        family[kind][label] = spec;
    }

    /// Takes configs away where no application could say whose they are.
    fn drop_unmarked_configs(&mut self) {
        let unmarked = self.labels("codedeploy.application").is_empty();
        if let Some(family) = self.tables.get_mut("codedeploy").filter(|_| unmarked) {
            family["deployment_config"] = json!({});
        }
    }

    pub fn toml(mut self) -> String {
        self.drop_unmarked_configs();
        toml::to_string(&self.tables).expect("what is drawn has no null")
    }
}

/// A resource as drawn.
pub(super) struct Drawn {
    pub identity: String,
    pub spec: Value,
}

/// One that its name identifies.
pub(super) fn named(name: &str, spec: Value) -> Option<Drawn> {
    Some(Drawn { identity: name.to_string(), spec })
}
