//! Every kind against AWS's own word for it: its service model, and the
//! CloudFormation schema of its type.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests may panic")]

#[path = "kinds/cloudformation.rs"]
mod cloudformation;
#[path = "kinds/exceptions.rs"]
mod exceptions;

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::Path;

use recon_model::load::{Options, load};
use recon_model::schema::to_aws;
use recon_model::{Kind, KindId, Reference, Resource, Stack};
use recon_shapes::{Service, Violation, service, snake_case, validate};
use serde_json::{Value, json};

/// `tests/kinds`: every kind with all of its fields.
fn everything() -> Stack {
    load(Path::new("tests/kinds"), &Options::default()).unwrap_or_else(|failed| {
        let line = |p: &recon_model::load::Problem| {
            let place = p.span.map(|span| failed.sources.place(span)).unwrap_or_default();
            format!("{place}: {} {}", p.message, p.help.as_deref().unwrap_or_default())
        };
        panic!("{}", failed.problems.iter().map(line).collect::<Vec<_>>().join("\n"))
    })
}

fn model(kind: &Kind) -> &'static Service {
    service(kind.service).unwrap()
}

#[test]
fn every_member_of_the_creating_call_is_a_field_or_left_out_with_a_reason() {
    for kind in KindId::ALL.iter().map(|id| id.kind()) {
        let members = &model(kind).shape(kind.shape).members;
        for member in members.keys() {
            let field = kind.fields().fields.iter().any(|field| field.aws == *member);
            let left_out = kind.left_out.iter().any(|(name, _)| *name == snake_case(member));
            assert!(field || left_out, "{}: {member} is neither a field nor left out", kind.name);
            assert!(!(field && left_out), "{}: {member} is a field, and left out", kind.name);
        }
        for (name, reason) in kind.left_out.iter().filter(|(name, _)| !name.contains('.')) {
            assert!(
                members.keys().any(|member| snake_case(member) == *name),
                "{}: AWS has no {name}",
                kind.name
            );
            assert!(!reason.is_empty(), "{}: {name} needs a reason", kind.name);
        }
    }
}

#[test]
fn every_field_says_what_it_is() {
    for kind in KindId::ALL.iter().map(|id| id.kind()) {
        for field in kind.fields().fields.iter().filter(|field| field.name != "tags") {
            assert!(!field.doc.is_empty(), "{}: {} has no words", kind.name, field.name);
        }
    }
}

#[test]
fn identity_exports_and_create_only_fields_are_what_the_kind_has() {
    for kind in KindId::ALL.iter().map(|id| id.kind()) {
        for field in kind.identity {
            assert!(kind.fields().field(field).is_some(), "{}: identity names no field {field}", kind.name);
        }
        let tags = kind.fields().field("tags").is_some();
        assert_eq!(tags, kind.tagged, "{}: tags are a field where the kind can carry them", kind.name);
    }
}

#[test]
fn every_field_of_every_kind_can_be_written() {
    let stack = everything();
    for id in KindId::ALL {
        let of_kind = || stack.resources.values().filter(|resource| resource.kind == *id);
        for field in &id.kind().fields().fields {
            let written = of_kind().any(|resource| resource.spec.get(&field.name).is_some());
            assert!(written, "tests/kinds: no {} says `{}`", id.name(), field.name);
        }
    }
}

#[test]
fn what_is_written_has_the_form_that_aws_takes() {
    let stack = everything();
    let mut wrong = Vec::new();
    for resource in stack.resources.values() {
        let kind = resource.kind.kind();
        let spec = canonical(resource);
        let creation = kind.creation(&spec);
        let found = validate(model(kind), kind.shape, &creation);
        wrong.extend(said(resource, found));
        let whole = to_aws(kind.fields(), &spec);
        for elsewhere in &kind.elsewhere {
            let Some(value) = whole.get(elsewhere.field) else { continue };
            let document =
                elsewhere.member.map_or_else(|| value.clone(), |member| json!({ (member): value }));
            let found = validate(model(kind), elsewhere.shape, &document);
            // the other members of that structure are none of this field's
            wrong.extend(said(resource, found.into_iter().filter(|v| !v.path.is_empty()).collect()));
        }
    }
    let expected: BTreeSet<String> = OTHER_CALL.iter().map(|text| (*text).to_string()).collect();
    assert_eq!(wrong.into_iter().collect::<BTreeSet<_>>(), expected);
}

/// What the kind's one shape asks for and the resource is made without.
const OTHER_CALL: &[&str] = &[
    // CreateHttpNamespace takes the same, and no VPC
    "servicediscovery.namespace.http: (document): required member Vpc is missing",
];

fn said(resource: &Resource, violations: Vec<Violation>) -> Vec<String> {
    violations.iter().map(|violation| format!("{}: {violation}", resource.address)).collect()
}

/// The spec as it is sent, with every reference answered.
fn canonical(resource: &Resource) -> Value {
    let Ok(mut spec) = resource.spec.fill(&|reference| Ok::<_, Infallible>(answer(reference)));
    if let Some(form) = resource.kind.kind().canonical {
        form(&mut spec);
    }
    spec
}

/// Something of the form that AWS would answer with.
fn answer(reference: &Reference) -> Value {
    let label = &reference.target.label;
    let text = match (reference.attribute.as_str(), reference.target.kind.as_str()) {
        ("arn", "iam.role") => format!("arn:aws:iam::123456789012:role/{label}"),
        ("arn", "iam.policy") => format!("arn:aws:iam::123456789012:policy/{label}"),
        ("arn", kind) => format!("arn:aws:{}:eu-west-1:123456789012:{label}", kind.replace('.', "-")),
        ("id", "lookup.vpc") => "vpc-0123456789abcdef0".into(),
        ("id", "lookup.subnets") => "subnet-0123456789abcdef0".into(),
        ("id", "lookup.security_groups") => "sg-0123456789abcdef0".into(),
        ("repository_uri", _) => format!("123456789012.dkr.ecr.eu-west-1.amazonaws.com/{label}"),
        ("resource_id", _) => format!("service/{label}/{label}"),
        _ => label.to_string(),
    };
    json!(text)
}
