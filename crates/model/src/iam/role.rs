//! `iam.role`: facts in AWS's API reference, CreateRole, PutRolePolicy and
//! AttachRolePolicy.

use serde_json::{Value, json};

use crate::kind::{Kind, to};
use crate::schema::{DocumentForm, Field, Home, Order, RefTo, Type};

pub(crate) const POLICY: RefTo = to(&["iam.policy"], "arn").holding().or(managed_policy);

pub(crate) fn kind() -> Kind {
    Kind::new("iam.role", "iam", "CreateRoleRequest", "What a service may do in the account.")
        .cfn("AWS::IAM::Role")
        .rename("role_name", "name")
        .exports(&["arn", "name", "id"])
        .create_only(&["name", "path"])
        .rename("assume_role_policy_document", "trust")
        .document("trust", DocumentForm::Policy)
        .doc("trust", "Who may assume the role: a policy, or the short form `{ services = [\"ecs-tasks.amazonaws.com\"] }`.")
        .default("path", "/")
        .default("max_session_duration", 3600)
        .default("description", "")
        .refers("permissions_boundary", POLICY)
        .add(managed())
        .add(inline())
        .canonical_of(&["trust"], canonical)
}

/// Attached policies. AWS attaches each by a call of its own.
pub(crate) fn managed() -> Field {
    let mut item = Field::new("", "", Type::Text { allowed: Vec::new() });
    item.reference = Some(POLICY);
    let mut field =
        Field::new("managed", "ManagedPolicyArns", Type::List { item: Box::new(item), order: Order::Set });
    field.doc = "Managed policies: AWS's by name, the stack's by label, others as `{ arn = \"…\" }`.".into();
    field
}

/// Inline policies by name. AWS puts each by a call of its own.
pub(crate) fn inline() -> Field {
    let item = Field::new("", "", Type::Document(DocumentForm::Policy));
    let mut field = Field::new("inline", "Policies", Type::Map(Box::new(item)));
    field.doc = "Inline policies by name.".into();
    field
}

/// Names that AWS keeps under a path; every other managed policy stands at the root.
const PATHS: &[(&str, &str)] = &[
    ("service-role/", "AmazonECSTaskExecutionRolePolicy"),
    ("service-role/", "AmazonEC2ContainerServiceforEC2Role"),
    ("service-role/", "AmazonEC2ContainerServiceRole"),
    ("service-role/", "AmazonEC2ContainerServiceAutoscaleRole"),
    ("service-role/", "AmazonEC2ContainerServiceEventsRole"),
    ("service-role/", "AWSCodeDeployRole"),
    ("service-role/", "AmazonECSInfrastructureRolePolicyForVolumes"),
    ("service-role/", "AmazonECSInfrastructureRolePolicyForServiceConnectTransportLayerSecurity"),
    ("job-function/", "ViewOnlyAccess"),
];

fn managed_policy(text: &str, home: &Home) -> Option<String> {
    let starts = text.chars().next().is_some_and(|c| c.is_ascii_uppercase());
    let known_path =
        ["service-role/", "job-function/", "aws-service-role/"].iter().any(|path| text.starts_with(path));
    if !starts && !known_path {
        return None;
    }
    let path = PATHS.iter().find(|(_, name)| *name == text).map_or("", |(path, _)| path);
    Some(format!("arn:{}:iam::aws:policy/{path}{text}", home.partition))
}

/// `{ services = […], accounts = […] }` is the trust policy that it says.
fn canonical(spec: &mut Value) {
    if let Some(trust) = spec.get_mut("trust") {
        *trust = trust_policy(trust);
    }
}

pub(crate) fn trust_policy(trust: &Value) -> Value {
    if trust.get("Statement").is_some() {
        return trust.clone();
    }
    let mut statements = Vec::new();
    for (key, principal) in [("services", "Service"), ("accounts", "AWS"), ("arns", "AWS")] {
        if let Some(who) = trust.get(key) {
            // one stands alone, as AWS's console writes it
            let who = who.as_array().filter(|all| all.len() == 1).map_or(who, |one| &one[0]);
            statements.push(
                json!({"Effect": "Allow", "Principal": { principal: who }, "Action": "sts:AssumeRole"}),
            );
        }
    }
    if statements.is_empty() {
        trust.clone()
    } else {
        json!({"Version": "2012-10-17", "Statement": statements})
    }
}
