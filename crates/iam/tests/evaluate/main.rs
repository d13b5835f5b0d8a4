//! The evaluator against examples that AWS documents, and against what must
//! hold of any policy.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod properties;

use recon_iam::{Access, Asked, Caller, Context, Denial, Layer, Policy, Truth, UNKNOWN, evaluate, matches};
use serde_json::{Value, json};

fn caller(name: &str) -> Caller {
    if name.starts_with("arn:") { Caller::Arn(name.into()) } else { Caller::Service(name.into()) }
}

/// The request of a case carries what it names and nothing else.
fn asked(case: &Value) -> Asked {
    let mut context = Context::whole();
    for (key, values) in case["context"].as_object().into_iter().flatten() {
        for value in values.as_array().unwrap() {
            context = context.with(key, value.as_str().unwrap());
        }
    }
    Asked {
        caller: caller(case["caller"].as_str().unwrap()),
        action: case["action"].as_str().unwrap().into(),
        resource: case["resource"].as_str().unwrap().into(),
        context,
    }
}

#[test]
fn what_aws_documents_is_decided_as_aws_says() {
    let book: Value = serde_json::from_str(include_str!("cases.json")).unwrap();
    let read = |name: &Value| Policy::read(&book["policies"][name.as_str().unwrap()]);
    let mut wrong = Vec::new();
    for case in book["cases"].as_array().unwrap() {
        let identity: Vec<Policy> = case["identity"].as_array().into_iter().flatten().map(read).collect();
        let boundary = case.get("boundary").map(read);
        let resource = case.get("policy").map(read);
        for policy in identity.iter().chain(&boundary).chain(&resource) {
            assert!(policy.problems.is_empty(), "{case}: {:?}", policy.problems);
        }
        let access = Access {
            identity: identity.iter().collect(),
            boundary: boundary.as_ref(),
            resource: resource.as_ref(),
            resource_decides: case["resource_decides"] == true,
            ..Access::default()
        };
        let expected = if case["expect"] == "allowed" { Truth::Yes } else { Truth::No };
        let verdict = evaluate(&access, &asked(case));
        assert_eq!(verdict.denial.is_some(), verdict.allowed == Truth::No);
        if verdict.allowed != expected {
            wrong.push(format!("{} · {}: {verdict:?}", case["source"], case["case"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What one identity policy says of a request.
fn says(document: Value, action: &str, resource: &str, context: Context) -> recon_iam::Verdict {
    let policy = Policy::read(&document);
    let access = Access { identity: vec![&policy], ..Access::default() };
    let caller = Caller::Arn("arn:aws:iam::123456789012:role/r".into());
    evaluate(&access, &Asked { caller, action: action.into(), resource: resource.into(), context })
}

fn allow(action: &str, resource: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]})
}

fn unknown(name: &str) -> String {
    format!("{UNKNOWN}{name}{UNKNOWN}")
}

#[test]
fn an_object_of_any_name_is_allowed_where_all_are_and_depends_where_some_are() {
    let object = format!("arn:aws:s3:::b/{}", unknown("object"));
    let says = |resource: &str| {
        says(allow("s3:GetObject", resource), "s3:GetObject", &object, Context::new()).allowed
    };
    assert_eq!(says("arn:aws:s3:::b/*"), Truth::Yes);
    assert_eq!(says("*"), Truth::Yes);
    assert_eq!(says("arn:aws:s3:::b/builds/*"), Truth::Maybe);
    assert_eq!(says("arn:aws:s3:::b"), Truth::No);
    assert_eq!(says("arn:aws:s3:::other/*"), Truth::No);
}

#[test]
fn a_part_that_is_not_known_is_the_same_as_itself_only() {
    let (key, other) = (unknown("kms.key.a.arn"), unknown("kms.key.b.arn"));
    assert_eq!(matches(&key, &key), Truth::Yes);
    assert_eq!(matches(&key, &other), Truth::Maybe);
    assert_eq!(matches(&format!("{key}/*"), &format!("{key}/x")), Truth::Yes);
    assert_eq!(matches("arn:aws:kms:*", &key), Truth::Maybe);
    assert_eq!(matches("???", &unknown("x")), Truth::Maybe);
    assert_eq!(matches("a*c", &format!("a{}b", unknown("x"))), Truth::No);
    assert_eq!(matches(&format!("a{}", unknown("x")), "b"), Truth::No);
    assert_eq!(matches(&format!("a{}c", unknown("x")), "abc"), Truth::Maybe);
}

#[test]
fn a_condition_that_nobody_can_judge_is_no_proof() {
    let guarded = |effect: &str| {
        json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b"},
            {"Effect": effect, "Action": "s3:*", "Resource": "*",
             "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}},
        ]})
    };
    let elsewhere = says(guarded("Allow"), "s3:GetObject", "arn:aws:s3:::c", Context::new());
    assert_eq!((elsewhere.allowed, elsewhere.hangs_on), (Truth::Maybe, vec!["aws:SourceIp".to_string()]));
    assert_eq!(says(guarded("Deny"), "s3:GetObject", "arn:aws:s3:::b", Context::new()).allowed, Truth::Maybe);
    assert_eq!(says(guarded("Allow"), "s3:GetObject", "arn:aws:s3:::b", Context::new()).allowed, Truth::Yes);
    let nowhere = says(guarded("Allow"), "s3:GetObject", "arn:aws:s3:::c", Context::whole());
    assert_eq!(nowhere.allowed, Truth::No);
}

#[test]
fn a_denial_says_which_statement_it_is() {
    let document = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "ecr:Put*", "Resource": "*"},
    ]});
    let verdict = says(document, "ecr:PutImage", "*", Context::new());
    assert_eq!(verdict.denial, Some(Denial::Explicit(Layer::Identity(0), 1)));
    assert_eq!(says(allow("a:b", "*"), "a:c", "*", Context::new()).denial, Some(Denial::Implicit));
}

#[test]
fn variables_of_2008_are_plain_text() {
    let document = json!({"Version": "2008-10-17", "Statement":
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${aws:username}"}});
    let context = || Context::whole().with("aws:username", "martha");
    assert_eq!(says(document.clone(), "s3:GetObject", "arn:aws:s3:::b/martha", context()).allowed, Truth::No);
    let literal = "arn:aws:s3:::b/${aws:username}";
    assert_eq!(says(document, "s3:GetObject", literal, context()).allowed, Truth::Yes);
}

#[test]
fn what_aws_refuses_in_a_document_is_named_with_its_place() {
    let document = json!({"Version": "2012-10-18", "Statment": [], "Statement": [
        {"Sid": "A", "Effect": "allow", "Action": "s3:*", "Resource": "*"},
        {"Sid": "B", "Effect": "Allow", "Action": "s3:*", "NotAction": "s3:Get*", "Resource": "*"},
        {"Sid": "C", "Effect": "Allow", "Resource": "*"},
        {"Sid": "D", "Effect": "Allow", "Action": "s3:*", "Resource": [], "Condition": {"StringIs": {"a": "b"}}},
        {"Sid": "D", "Effect": "Deny", "Action": "s3:*", "Resource": "*"},
    ]});
    let shown: Vec<String> = Policy::read(&document)
        .problems
        .iter()
        .map(|problem| format!("{}: {}", problem.path, problem.message))
        .collect();
    let expected = [
        "Statment: a policy has no `Statment`",
        "Version: a policy's version is 2012-10-17 (or 2008-10-17)",
        "Statement[0].Effect: a statement's effect is Allow or Deny",
        "Statement[1].NotAction: a statement has Action or NotAction, not both",
        "Statement[1]: a statement names an Action or a NotAction",
        "Statement[2]: a statement names an Action or a NotAction",
        "Statement[3].Resource: Resource is a text or a list of texts",
        "Statement[3].Condition.StringIs: IAM has no condition `StringIs`",
        "Statement[4].Sid: two statements have the Sid `D`",
    ];
    assert_eq!(shown, expected);
}

#[test]
fn aws_s_own_policies_are_read_without_a_problem() {
    for (name, published) in recon_iam::managed::published() {
        assert_eq!(Policy::read(&published.document).problems, [], "{name}");
        let arn = format!("arn:aws:iam::aws:policy{}{name}", published.path);
        assert!(recon_iam::managed::policy(&arn).is_some(), "{arn}");
    }
    let names: Vec<&str> = recon_iam::managed::names().collect();
    for name in ["AWSCodePipeline_FullAccess", "service-role/AmazonECSTaskExecutionRolePolicy"] {
        assert!(names.contains(&name), "{name}");
    }
    assert!(recon_iam::managed::policy("arn:aws:iam::aws:policy/AmazonECSTaskExecutionRolePolicy").is_none());
}
