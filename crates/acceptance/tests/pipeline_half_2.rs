//! Identities, namespaces, topics, notifications, scaling, alarms and keys: built,
//! changed from both sides, replaced, removed.

use recon_acceptance::{World, outline, stack, touched};
use serde_json::{Value, json};

const IAM: &str = r#"
    [iam.user.deploy]
    name = "deployer"
    inline.logs = { Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "logs:GetLogEvents", Resource = "*" }] }

    [iam.policy.push]
    name     = "push"
    document = { Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "codecommit:GitPush", Resource = "*" }] }

    [iam.group.deploy]
    name    = "deployers"
    members = ["deploy"]
    managed = ["push"]

    [iam.service_credential.git]
    user         = "deploy"
    service_name = "codecommit.amazonaws.com"
"#;

fn call(world: &World, service: &str, operation: &str, input: Value) -> Value {
    world
        .sandbox
        .call(service, operation, "ap-northeast-2", &input)
        .unwrap_or_else(|refusal| panic!("{operation}: {refusal:?}"))
}

/// Builds, ends everything, and finds the account as it was.
async fn comes_and_goes(toml: &str) {
    let world = World::new().await;
    let before = world.sandbox.state().remains();
    world.converge(&stack(toml)).await;
    assert_ne!(world.sandbox.state().remains(), before);
    world.destroy(&stack(toml)).await;
    assert_eq!(world.sandbox.state().remains(), before);
}

/// With everything taken out of the TOML, the account is as it was.
async fn goes_when_removed(toml: &str) {
    let world = World::new().await;
    let before = world.sandbox.state().remains();
    world.converge(&stack(toml)).await;
    world.converge(&stack("")).await;
    assert_eq!(world.sandbox.state().remains(), before);
}

/// From one TOML to the other, the plan touches exactly that.
async fn changes(from: &str, to: &str, expected: &[&str]) {
    let world = World::new().await;
    world.converge(&stack(from)).await;
    let planned = world.plan(&stack(to)).await;
    assert_eq!(touched(&planned.plan), expected, "{}", outline(&planned.plan));
    world.converge(&stack(to)).await;
}

fn with(toml: &str, from: &str, to: &str) -> String {
    assert!(toml.contains(from), "{from} is not in the TOML");
    toml.replace(from, to)
}

#[tokio::test(start_paused = true)]
async fn identities_come_and_go() {
    comes_and_goes(IAM).await;
    goes_when_removed(IAM).await;
}

#[tokio::test(start_paused = true)]
async fn every_identity_changes_in_place_in_what_may_change() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("codecommit:GitPush", "codecommit:GitPull", &["update iam.policy.push document"]),
        ("logs:GetLogEvents", "logs:FilterLogEvents", &["update iam.user.deploy inline.logs"]),
        (r#"members = ["deploy"]"#, "", &["update iam.group.deploy members"]),
        (r#"managed = ["push"]"#, "", &["update iam.group.deploy managed"]),
        (
            r#"name = "deployer""#,
            "name = \"deployer\"\ntags = { a = \"b\" }",
            &["update iam.user.deploy tags.a"],
        ),
        (r#"name = "deployer""#, "name = \"deployer\"\npath = \"/ci/\"", &["update iam.user.deploy path"]),
        (
            r#"name    = "deployers""#,
            "name = \"deployers\"\npath = \"/ci/\"",
            &["update iam.group.deploy path"],
        ),
        (
            r#"service_name = "codecommit.amazonaws.com""#,
            "service_name = \"codecommit.amazonaws.com\"\nstatus = \"Inactive\"",
            &["update iam.service_credential.git status"],
        ),
    ];
    for (from, to, expected) in cases {
        changes(IAM, &with(IAM, from, to), expected).await;
        // and back: a field taken out is as if it had never been said
        let world = World::new().await;
        world.converge(&stack(&with(IAM, from, to))).await;
        world.converge(&stack(IAM)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_policy_may_change_more_often_than_aws_keeps_versions() {
    let world = World::new().await;
    for n in 0..8 {
        let toml = with(IAM, "codecommit:GitPush", &format!("codecommit:Get{n}"));
        world.converge(&stack(&toml)).await;
    }
    let arn = "arn:aws:iam::123456789012:policy/push";
    let versions = call(&world, "iam", "ListPolicyVersions", json!({"PolicyArn": arn}));
    assert_eq!(versions["Versions"].as_array().map(Vec::len), Some(5));
    let oldest = versions["Versions"].as_array().and_then(|all| all.last()).cloned().unwrap_or_default();
    assert_eq!(oldest["VersionId"], "v4");
}

#[tokio::test(start_paused = true)]
async fn what_happens_to_identities_behind_recons_back_is_seen_and_set_right() {
    let world = World::new().await;
    world.converge(&stack(IAM)).await;
    call(&world, "iam", "RemoveUserFromGroup", json!({"GroupName": "deployers", "UserName": "deployer"}));
    call(&world, "iam", "DeleteUserPolicy", json!({"UserName": "deployer", "PolicyName": "logs"}));
    let planned = world.plan(&stack(IAM)).await;
    assert_eq!(
        touched(&planned.plan),
        ["update iam.user.deploy inline.logs", "update iam.group.deploy members"],
        "{}",
        outline(&planned.plan)
    );
    world.converge(&stack(IAM)).await;
}

#[tokio::test(start_paused = true)]
async fn an_identity_of_another_name_is_another_one() {
    let world = World::new().await;
    world.converge(&stack(IAM)).await;
    for (from, to) in [
        (r#""deployer""#, r#""robot""#),
        (r#"name     = "push""#, r#"name = "pusher""#),
        (r#""deployers""#, r#""robots""#),
    ] {
        let toml = with(IAM, from, to);
        let planned = world.plan(&stack(&toml)).await;
        assert!(outline(&planned.plan).contains("replace"), "{}", outline(&planned.plan));
        world.converge(&stack(&toml)).await;
        world.converge(&stack(IAM)).await;
    }
    let users = call(&world, "iam", "ListUsers", json!({}));
    assert_eq!(users["Users"].as_array().map(Vec::len), Some(1), "{users}");
    let groups = call(&world, "iam", "ListGroups", json!({}));
    assert_eq!(groups["Groups"].as_array().map(Vec::len), Some(1), "{groups}");
}

#[tokio::test(start_paused = true)]
async fn a_credential_that_somebody_else_made_is_left_alone() {
    let world = World::new().await;
    let only_user = "[iam.user.deploy]\nname = \"deployer\"\n";
    world.converge(&stack(only_user)).await;
    let input = json!({"UserName": "deployer", "ServiceName": "codecommit.amazonaws.com"});
    call(&world, "iam", "CreateServiceSpecificCredential", input);
    let planned = world.plan(&stack(IAM)).await;
    assert!(outline(&planned.plan).contains("NOT_OWNED"), "{}", outline(&planned.plan));
    world.converge(&stack(only_user)).await;
    let all = call(&world, "iam", "ListServiceSpecificCredentials", json!({"UserName": "deployer"}));
    assert_eq!(all["ServiceSpecificCredentials"].as_array().map(Vec::len), Some(1));
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn the_password_is_written_for_the_owner_alone_and_over_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    let line = format!("service_name = \"codecommit.amazonaws.com\"\npassword_file = \"{}\"", file.display());
    let toml = with(IAM, r#"service_name = "codecommit.amazonaws.com""#, &line);
    let world = World::new().await;
    world.converge(&stack(&toml)).await;
    let password = std::fs::read_to_string(&file).unwrap();
    assert!(password.starts_with("sandbox-"), "{password}");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    world.destroy(&stack(&toml)).await;
    let planned = world.plan(&stack(&toml)).await;
    let report = world.try_apply(&planned).await;
    let error = &report.failed.first().expect("the file is there").error;
    assert!(error.contains("is there already"), "{error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), password);
}

const NAMESPACES: &str = r#"
    [servicediscovery.namespace.http]
    name        = "shop"
    description = "by API"

    [servicediscovery.namespace.dns]
    name       = "shop.internal"
    type       = "DNS_PRIVATE"
    vpc        = "default"
    properties = { dns_properties = { soa = { ttl = 30 } } }
"#;

#[tokio::test(start_paused = true)]
async fn namespaces_come_and_go() {
    comes_and_goes(NAMESPACES).await;
    goes_when_removed(NAMESPACES).await;
}

#[tokio::test(start_paused = true)]
async fn a_namespace_changes_in_place_but_for_its_type_and_name() {
    let to = with(NAMESPACES, "by API", "by Cloud Map");
    changes(NAMESPACES, &to, &["update servicediscovery.namespace.http description"]).await;
    let to = with(NAMESPACES, "ttl = 30", "ttl = 60");
    let path = "update servicediscovery.namespace.dns properties.dns_properties.soa.ttl";
    changes(NAMESPACES, &to, &[path]).await;
    let to = with(NAMESPACES, r#""shop""#, r#""market""#);
    changes(NAMESPACES, &to, &["replace servicediscovery.namespace.http name"]).await;
    let other = "name = \"shop\"\ntype = \"DNS_PRIVATE\"\nvpc = \"default\"";
    let to = with(NAMESPACES, r#"name        = "shop""#, other);
    changes(NAMESPACES, &to, &["replace servicediscovery.namespace.http type"]).await;
}
