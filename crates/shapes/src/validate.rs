//! Does a document have the form that AWS's model asks for?

use std::fmt;

use serde_json::Value;

use crate::service::Service;
use crate::shape::{Shape, ShapeType};

/// One way in which a document breaks the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where: AWS's member names and list positions, `containerDefinitions[0].name`.
    pub path: String,
    /// What is wrong, in AWS's own terms.
    pub problem: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", if self.path.is_empty() { "(document)" } else { &self.path }, self.problem)
    }
}

/// Everything in `document` that breaks the shape: unknown and missing members,
/// types, enums, lengths, ranges and patterns.
pub fn validate(service: &Service, shape: &str, document: &Value) -> Vec<Violation> {
    walk(service, shape, document, true)
}

/// As [`validate`], for what AWS answers: its lists may be longer than the model
/// says, and empty. (A load balancer has 23 attributes where the model allows 20,
/// and all projects found leave an empty list of those that were not.)
pub fn validate_answer(service: &Service, shape: &str, document: &Value) -> Vec<Violation> {
    walk(service, shape, document, false)
}

fn walk(service: &Service, shape: &str, document: &Value, lists_bounded: bool) -> Vec<Violation> {
    let mut found = Vec::new();
    Walk { service, lists_bounded, found: &mut found }.visit(service.shape(shape), document, "");
    found
}

struct Walk<'a> {
    service: &'a Service,
    /// Do the model's bounds of how many items there are count?
    lists_bounded: bool,
    found: &'a mut Vec<Violation>,
}

impl Walk<'_> {
    fn visit(&mut self, shape: &Shape, value: &Value, path: &str) {
        match shape.kind {
            ShapeType::Structure => self.structure(shape, value, path),
            ShapeType::List => self.list(shape, value, path),
            ShapeType::Map => self.map(shape, value, path),
            ShapeType::String => self.string(shape, value, path),
            ShapeType::Integer | ShapeType::Long => {
                if value.as_i64().is_none() && value.as_u64().is_none() {
                    return self.wrong_type("an integer", path);
                }
                self.range(shape, value, path);
            }
            ShapeType::Float | ShapeType::Double => {
                if !value.is_number() {
                    return self.wrong_type("a number", path);
                }
                self.range(shape, value, path);
            }
            ShapeType::Boolean if !value.is_boolean() => self.wrong_type("a boolean", path),
            ShapeType::Timestamp if !value.is_number() => self.wrong_type("a timestamp", path),
            ShapeType::Blob if !value.is_string() => self.wrong_type("a blob", path),
            ShapeType::Boolean | ShapeType::Timestamp | ShapeType::Blob => {}
        }
    }

    fn structure(&mut self, shape: &Shape, value: &Value, path: &str) {
        let Some(object) = value.as_object() else { return self.wrong_type("a structure", path) };
        for name in &shape.required {
            if object.get(name).is_none_or(Value::is_null) {
                self.say(path, format!("required member {name} is missing"));
            }
        }
        for (name, value) in object.iter().filter(|(_, v)| !v.is_null()) {
            let path = join(path, name);
            match shape.members.get(name) {
                Some(member) => self.visit(self.service.shape_of(member), value, &path),
                None => self.say(&path, "no such member".into()),
            }
        }
    }

    fn list(&mut self, shape: &Shape, value: &Value, path: &str) {
        let Some(items) = value.as_array() else { return self.wrong_type("a list", path) };
        self.length(shape, items.len(), "items", path);
        let Some(member) = &shape.member else { return };
        for (i, item) in items.iter().enumerate() {
            self.visit(self.service.shape_of(member), item, &format!("{path}[{i}]"));
        }
    }

    fn map(&mut self, shape: &Shape, value: &Value, path: &str) {
        let Some(object) = value.as_object() else { return self.wrong_type("a map", path) };
        self.length(shape, object.len(), "entries", path);
        let (Some(key), Some(member)) = (&shape.key, &shape.value) else { return };
        for (name, value) in object {
            let path = join(path, name);
            self.visit(self.service.shape_of(key), &Value::String(name.clone()), &path);
            self.visit(self.service.shape_of(member), value, &path);
        }
    }

    fn string(&mut self, shape: &Shape, value: &Value, path: &str) {
        let Some(text) = value.as_str() else { return self.wrong_type("a string", path) };
        if !shape.allowed.is_empty() && !shape.allowed.iter().any(|allowed| allowed == text) {
            return self.say(path, format!("is not one of [{}]", shape.allowed.join(", ")));
        }
        self.length(shape, text.chars().count(), "characters", path);
        if let Some(pattern) = shape.pattern.as_ref().filter(|pattern| !pattern.matches(text)) {
            self.say(path, format!("does not match {}", pattern.text()));
        }
    }

    fn length(&mut self, shape: &Shape, length: usize, unit: &str, path: &str) {
        if unit == "items" && !self.lists_bounded {
            return;
        }
        if shape.min.is_some_and(|min| (length as f64) < min) {
            self.say(path, format!("{length} {unit}, at least {} needed", shape.min.unwrap_or_default()));
        }
        if shape.max.is_some_and(|max| (length as f64) > max) {
            self.say(path, format!("{length} {unit}, at most {} allowed", shape.max.unwrap_or_default()));
        }
    }

    fn range(&mut self, shape: &Shape, value: &Value, path: &str) {
        let number = value.as_f64().unwrap_or_default();
        if shape.min.is_some_and(|min| number < min) || shape.max.is_some_and(|max| number > max) {
            let bound = |b: Option<f64>| b.map_or("…".to_string(), |b| b.to_string());
            self.say(path, format!("{number} is outside {} to {}", bound(shape.min), bound(shape.max)));
        }
    }

    fn wrong_type(&mut self, wanted: &str, path: &str) {
        self.say(path, format!("is not {wanted}"));
    }

    fn say(&mut self, path: &str, problem: String) {
        self.found.push(Violation { path: path.to_string(), problem });
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_string() } else { format!("{path}.{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::{SERVICES, service};
    use serde_json::json;

    fn problems(shape: &str, document: Value) -> Vec<String> {
        validate(service("ecs").unwrap(), shape, &document).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_document_of_the_right_form_has_no_violation() {
        assert_eq!(problems("CreateClusterRequest", json!({"clusterName": "a"})), [""; 0]);
    }

    #[test]
    fn unknown_missing_and_mistyped_members_are_named() {
        let found = problems(
            "RegisterTaskDefinitionRequest",
            json!({"containerDefinitions": [{"cpu": "x", "colour": 1}], "networkMode": "vpc"}),
        );
        assert_eq!(
            found,
            [
                "(document): required member family is missing",
                "containerDefinitions[0].colour: no such member",
                "containerDefinitions[0].cpu: is not an integer",
                "networkMode: is not one of [bridge, host, awsvpc, none]",
            ]
        );
    }

    #[test]
    fn an_answer_may_hold_fewer_items_than_the_model_says() {
        let build = service("codebuild").unwrap();
        let document = json!({"projects": [], "projectsNotFound": []});
        assert_eq!(validate(build, "BatchGetProjectsOutput", &document).len(), 1);
        assert_eq!(validate_answer(build, "BatchGetProjectsOutput", &document), []);
    }

    #[test]
    fn an_answer_may_hold_more_items_than_the_model_says() {
        let elb = service("elbv2").unwrap();
        let attribute = json!({"Key": "a", "Value": "b"});
        let document = json!({"Attributes": vec![attribute; 21]});
        assert_eq!(validate(elb, "DescribeLoadBalancerAttributesOutput", &document).len(), 1);
        assert_eq!(validate_answer(elb, "DescribeLoadBalancerAttributesOutput", &document), []);
    }

    #[test]
    fn a_pattern_may_name_a_class_of_characters() {
        let scaling = service("application-autoscaling").unwrap();
        let problems = |name: &str| validate(scaling, "PolicyName", &json!(name)).len();
        assert_eq!([problems("cpu at 60 %"), problems("tab\t")], [0, 1]);
    }

    #[test]
    fn every_shape_that_a_model_names_is_in_it() {
        for name in SERVICES {
            let model = service(name).unwrap();
            for operation in model.operations.values() {
                for shape in operation.input().into_iter().chain(operation.output()) {
                    model.shape(shape);
                }
            }
            for shape in model.shapes.values() {
                for member in
                    shape.members.values().chain(&shape.member).chain(&shape.key).chain(&shape.value)
                {
                    model.shape_of(member);
                }
            }
        }
    }
}
