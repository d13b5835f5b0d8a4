//! IAM as a client meets it.

// a helper that fails is a test that fails
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use recon_sandbox::{Refusal, Sandbox, State};
use serde_json::{Value, json};

const READ_ONLY: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const EXECUTION: &str = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";

fn call(sandbox: &Sandbox, operation: &str, input: Value) -> Value {
    sandbox.call("iam", operation, "us-east-1", &input).unwrap_or_else(|e| panic!("{operation}: {e}"))
}

fn refused(sandbox: &Sandbox, operation: &str, input: Value) -> Refusal {
    let refusal = sandbox.call("iam", operation, "us-east-1", &input);
    refusal.expect_err("AWS refuses this call")
}

fn trust(service: &str) -> String {
    let statement = json!({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"});
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

fn allow(actions: &[&str]) -> String {
    let statement = json!({"Effect": "Allow", "Action": actions, "Resource": "*"});
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

fn role(sandbox: &Sandbox, name: &str) -> Value {
    let trust = trust("ecs-tasks.amazonaws.com");
    call(sandbox, "CreateRole", json!({"RoleName": name, "AssumeRolePolicyDocument": trust}))["Role"].clone()
}

fn trusts(sandbox: &Sandbox, arn: &str, principal: &str) -> bool {
    let mut found = false;
    sandbox.edit(|state| found = state.global.iam.trusts(arn, principal));
    found
}

fn allows(sandbox: &Sandbox, arn: &str, action: &str) -> bool {
    let mut found = false;
    sandbox.edit(|state| found = state.global.iam.role_allows(arn, action));
    found
}

#[tokio::test(start_paused = true)]
async fn a_new_role_has_an_id_an_arn_with_its_path_and_aws_s_defaults() {
    let sandbox = Sandbox::default();
    let made = call(
        &sandbox,
        "CreateRole",
        json!({
            "RoleName": "events", "Path": "/service-role/", "Description": "starts the pipeline",
            "AssumeRolePolicyDocument": trust("events.amazonaws.com"),
            "Tags": [{"Key": "Env", "Value": "test"}],
        }),
    );
    assert_eq!(made["Role"]["Arn"], "arn:aws:iam::123456789012:role/service-role/events");
    let read = call(&sandbox, "GetRole", json!({"RoleName": "events"}))["Role"].clone();
    assert!(read["RoleId"].as_str().unwrap().starts_with("AROA"));
    assert_eq!(read["RoleId"].as_str().unwrap().len(), 21);
    assert_eq!(read["MaxSessionDuration"], 3600);
    assert_eq!(read["Description"], "starts the pipeline");
    assert_eq!(read["Tags"], json!([{"Key": "Env", "Value": "test"}]));
    assert_eq!(read["CreateDate"], 1_767_225_600.0);
    assert_eq!(role(&sandbox, "plain")["Path"], "/");
}

#[tokio::test(start_paused = true)]
async fn documents_come_back_percent_encoded_and_otherwise_untouched() {
    let sandbox = Sandbox::default();
    let trust = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": {\"Sid\": \"\", \"Effect\": \"Allow\", \
                 \"Principal\": {\"Service\": \"codebuild.amazonaws.com\"}, \"Action\": \"sts:AssumeRole\"}\n}";
    call(&sandbox, "CreateRole", json!({"RoleName": "build", "AssumeRolePolicyDocument": trust}));
    let policy = allow(&["logs:Put*"]);
    call(
        &sandbox,
        "PutRolePolicy",
        json!({"RoleName": "build", "PolicyName": "logs", "PolicyDocument": policy}),
    );
    let decode = |v: &Value| {
        let text = v.as_str().unwrap();
        assert!(!text.contains([' ', '"', '{', ':', '*', '+']), "{text}");
        percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned()
    };
    let read = call(&sandbox, "GetRole", json!({"RoleName": "build"}));
    assert_eq!(decode(&read["Role"]["AssumeRolePolicyDocument"]), trust);
    let inline = call(&sandbox, "GetRolePolicy", json!({"RoleName": "build", "PolicyName": "logs"}));
    assert_eq!(decode(&inline["PolicyDocument"]), policy);
    let details = call(&sandbox, "GetAccountAuthorizationDetails", json!({"Filter": ["Role"]}));
    let detail = &details["RoleDetailList"][0];
    assert_eq!(decode(&detail["AssumeRolePolicyDocument"]), trust);
    assert_eq!(decode(&detail["RolePolicyList"][0]["PolicyDocument"]), policy);
}

#[tokio::test(start_paused = true)]
async fn names_are_unique_whatever_their_case_and_path() {
    let sandbox = Sandbox::default();
    role(&sandbox, "Deploy");
    let input =
        json!({"RoleName": "deploy", "Path": "/x/", "AssumeRolePolicyDocument": trust("a.amazonaws.com")});
    let refusal = refused(&sandbox, "CreateRole", input);
    assert_eq!((refusal.status, refusal.code.as_str()), (409, "EntityAlreadyExists"));
    assert_eq!(refusal.message, "Role with name deploy already exists.");
    let policy = json!({"PolicyName": "Push", "PolicyDocument": allow(&["ecr:*"])});
    call(&sandbox, "CreatePolicy", policy);
    let again = json!({"PolicyName": "push", "PolicyDocument": allow(&["ecr:*"])});
    assert_eq!(refused(&sandbox, "CreatePolicy", again).code, "EntityAlreadyExists");
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_is_no_such_entity() {
    let sandbox = Sandbox::default();
    for (operation, input) in [
        ("GetRole", json!({"RoleName": "none"})),
        ("GetUser", json!({"UserName": "none"})),
        ("GetGroup", json!({"GroupName": "none"})),
        ("GetPolicy", json!({"PolicyArn": "arn:aws:iam::123456789012:policy/none"})),
        ("DeleteRole", json!({"RoleName": "none"})),
        ("ListAttachedRolePolicies", json!({"RoleName": "none"})),
    ] {
        let refusal = refused(&sandbox, operation, input);
        assert_eq!((refusal.status, refusal.code.as_str()), (404, "NoSuchEntity"), "{operation}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_unknown_managed_policy_cannot_be_attached_nor_be_a_boundary() {
    let sandbox = Sandbox::default();
    role(&sandbox, "pipeline");
    let arn = "arn:aws:iam::aws:policy/CodePipelineFull_Access";
    let refusal = refused(&sandbox, "AttachRolePolicy", json!({"RoleName": "pipeline", "PolicyArn": arn}));
    assert_eq!(refusal.message, format!("Policy {arn} does not exist or is not attachable."));
    let boundary = json!({"RoleName": "pipeline", "PermissionsBoundary": arn});
    assert_eq!(refused(&sandbox, "PutRolePermissionsBoundary", boundary).code, "NoSuchEntity");
    let known = "arn:aws:iam::aws:policy/AWSCodePipeline_FullAccess";
    call(&sandbox, "AttachRolePolicy", json!({"RoleName": "pipeline", "PolicyArn": known}));
    let listed = call(&sandbox, "ListAttachedRolePolicies", json!({"RoleName": "pipeline"}));
    let attached = json!([{"PolicyName": "AWSCodePipeline_FullAccess", "PolicyArn": known}]);
    assert_eq!(listed["AttachedPolicies"], attached);
    let counted = call(&sandbox, "GetPolicy", json!({"PolicyArn": known}));
    assert_eq!(counted["Policy"]["AttachmentCount"], 1);
}

#[tokio::test(start_paused = true)]
async fn a_role_is_deleted_only_when_its_policies_are_gone() {
    let sandbox = Sandbox::default();
    role(&sandbox, "task");
    call(&sandbox, "AttachRolePolicy", json!({"RoleName": "task", "PolicyArn": EXECUTION}));
    let inline = json!({"RoleName": "task", "PolicyName": "p", "PolicyDocument": allow(&["s3:*"])});
    call(&sandbox, "PutRolePolicy", inline);
    let delete = || json!({"RoleName": "task"});
    let refusal = refused(&sandbox, "DeleteRole", delete());
    assert_eq!((refusal.status, refusal.code.as_str()), (409, "DeleteConflict"));
    call(&sandbox, "DetachRolePolicy", json!({"RoleName": "task", "PolicyArn": EXECUTION}));
    let refusal = refused(&sandbox, "DeleteRole", delete());
    assert_eq!(refusal.message, "Cannot delete entity, must delete policies first.");
    call(&sandbox, "DeleteRolePolicy", json!({"RoleName": "task", "PolicyName": "p"}));
    call(&sandbox, "DeleteRole", delete());
    assert_eq!(refused(&sandbox, "GetRole", delete()).code, "NoSuchEntity");
}

#[tokio::test(start_paused = true)]
async fn malformed_documents_are_refused_with_the_reason() {
    let sandbox = Sandbox::default();
    role(&sandbox, "r");
    let statement = |extra: Value| {
        let mut statement = json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*"});
        statement.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
    };
    for (document, message) in [
        ("{".to_string(), "Syntax errors in policy."),
        (json!({"Version": "2012-10-17"}).to_string(), "Syntax errors in policy."),
        (statement(json!({"Effect": "Permit"})), "Syntax errors in policy."),
        (statement(json!({"NotAction": "s3:Get*"})), "Syntax errors in policy."),
        (statement(json!({"Principal": "*"})), "Policy document should not specify a principal."),
        (statement(json!({"Action": []})), "Policy statement must contain actions."),
        (statement(json!({"Resource": "bucket"})), "Resource bucket must be in ARN format or \"*\"."),
    ] {
        let input = json!({"RoleName": "r", "PolicyName": "p", "PolicyDocument": document});
        let refusal = refused(&sandbox, "PutRolePolicy", input);
        assert_eq!((refusal.status, refusal.code.as_str()), (400, "MalformedPolicyDocument"));
        assert_eq!(refusal.message, message, "{document}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_trust_document_needs_a_principal_that_exists_and_no_resource() {
    let sandbox = Sandbox::default();
    let with = |extra: Value| {
        let mut statement = json!({"Effect": "Allow", "Action": "sts:AssumeRole"});
        statement.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
    };
    let missing = "arn:aws:iam::123456789012:role/ci";
    for (document, message) in [
        ("no".to_string(), "This policy contains invalid Json".to_string()),
        (with(json!({})), "Missing required field Principal".into()),
        (with(json!({"Principal": "*", "Resource": "*"})), "Has prohibited field Resource".into()),
        (
            with(json!({"Principal": {"AWS": missing}})),
            format!("Invalid principal in policy: \"AWS\":\"{missing}\""),
        ),
        (
            with(json!({"Principal": {"Service": "codebuild"}})),
            "Invalid principal in policy: \"SERVICE\":\"codebuild\"".into(),
        ),
        (
            with(json!({"Principal": "*", "Action": "s3:GetObject"})),
            "AssumeRole policy may only specify STS AssumeRole actions.".into(),
        ),
    ] {
        let input = json!({"RoleName": "r", "AssumeRolePolicyDocument": document});
        let refusal = refused(&sandbox, "CreateRole", input);
        assert_eq!((refusal.code.as_str(), refusal.message), ("MalformedPolicyDocument", message));
    }
    role(&sandbox, "ci");
    let input =
        json!({"RoleName": "r", "AssumeRolePolicyDocument": with(json!({"Principal": {"AWS": missing}}))});
    call(&sandbox, "CreateRole", input);
}

#[tokio::test(start_paused = true)]
async fn a_deleted_principal_is_shown_by_its_id_and_its_successor_is_another() {
    let sandbox = Sandbox::default();
    let id = role(&sandbox, "ci")["RoleId"].as_str().unwrap().to_string();
    let statement = json!({"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"AWS": "arn:aws:iam::123456789012:role/ci"}});
    let document = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    call(&sandbox, "CreateRole", json!({"RoleName": "target", "AssumeRolePolicyDocument": document}));
    call(&sandbox, "DeleteRole", json!({"RoleName": "ci"}));
    role(&sandbox, "ci");
    let shown = call(&sandbox, "GetRole", json!({"RoleName": "target"}));
    let trust = shown["Role"]["AssumeRolePolicyDocument"].as_str().unwrap();
    assert!(trust.contains(&id) && !trust.contains("role%2Fci"), "{trust}");
}

#[tokio::test(start_paused = true)]
async fn quotas_hold_for_policies_versions_and_sizes() {
    let sandbox = Sandbox::default();
    role(&sandbox, "r");
    for i in 0..10 {
        let input = json!({"PolicyName": format!("p{i}"), "PolicyDocument": allow(&["s3:Get*"])});
        let arn = call(&sandbox, "CreatePolicy", input)["Policy"]["Arn"].clone();
        call(&sandbox, "AttachRolePolicy", json!({"RoleName": "r", "PolicyArn": arn}));
    }
    let refusal = refused(&sandbox, "AttachRolePolicy", json!({"RoleName": "r", "PolicyArn": READ_ONLY}));
    assert_eq!((refusal.status, refusal.code.as_str()), (409, "LimitExceeded"));
    assert_eq!(refusal.message, "Cannot exceed quota for PoliciesPerRole: 10");

    let arn = "arn:aws:iam::123456789012:policy/p0";
    let version = || json!({"PolicyArn": arn, "PolicyDocument": allow(&["s3:*"]), "SetAsDefault": true});
    for _ in 0..4 {
        call(&sandbox, "CreatePolicyVersion", version());
    }
    assert_eq!(refused(&sandbox, "CreatePolicyVersion", version()).code, "LimitExceeded");
    assert_eq!(call(&sandbox, "GetPolicy", json!({"PolicyArn": arn}))["Policy"]["DefaultVersionId"], "v5");
    call(&sandbox, "DeletePolicyVersion", json!({"PolicyArn": arn, "VersionId": "v1"}));
    let sixth = call(&sandbox, "CreatePolicyVersion", version());
    assert_eq!(sixth["PolicyVersion"]["VersionId"], "v6");

    let long: Vec<String> = (0..200).map(|i| format!("service{i}:{}", "a".repeat(60))).collect();
    let long = allow(&long.iter().map(String::as_str).collect::<Vec<_>>());
    let inline = json!({"RoleName": "r", "PolicyName": "long", "PolicyDocument": long});
    assert_eq!(refused(&sandbox, "PutRolePolicy", inline).code, "LimitExceeded");
    let managed = json!({"PolicyName": "long", "PolicyDocument": long});
    assert_eq!(refused(&sandbox, "CreatePolicy", managed).code, "LimitExceeded");
}

#[tokio::test(start_paused = true)]
async fn a_policy_is_deleted_only_when_detached_and_down_to_one_version() {
    let sandbox = Sandbox::default();
    role(&sandbox, "r");
    let input = json!({"PolicyName": "p", "Path": "/team/", "PolicyDocument": allow(&["s3:Get*"])});
    let arn = call(&sandbox, "CreatePolicy", input)["Policy"]["Arn"].clone();
    assert_eq!(arn, "arn:aws:iam::123456789012:policy/team/p");
    call(&sandbox, "AttachRolePolicy", json!({"RoleName": "r", "PolicyArn": arn}));
    call(&sandbox, "CreatePolicyVersion", json!({"PolicyArn": arn, "PolicyDocument": allow(&["s3:*"])}));
    assert_eq!(refused(&sandbox, "DeletePolicy", json!({"PolicyArn": arn})).code, "DeleteConflict");
    call(&sandbox, "DetachRolePolicy", json!({"RoleName": "r", "PolicyArn": arn}));
    let refusal = refused(&sandbox, "DeletePolicy", json!({"PolicyArn": arn}));
    assert!(refusal.message.contains("more than one version"), "{refusal}");
    let default = json!({"PolicyArn": arn, "VersionId": "v1"});
    assert_eq!(refused(&sandbox, "DeletePolicyVersion", default).code, "DeleteConflict");
    call(&sandbox, "DeletePolicyVersion", json!({"PolicyArn": arn, "VersionId": "v2"}));
    call(&sandbox, "DeletePolicy", json!({"PolicyArn": arn}));
}

#[tokio::test(start_paused = true)]
async fn aws_s_own_policies_can_be_read_but_not_changed() {
    let sandbox = Sandbox::default();
    let policy = call(&sandbox, "GetPolicy", json!({"PolicyArn": EXECUTION}))["Policy"].clone();
    assert_eq!((&policy["Path"], &policy["DefaultVersionId"]), (&json!("/service-role/"), &json!("v1")));
    let input = json!({"PolicyArn": EXECUTION, "VersionId": "v1"});
    let version = call(&sandbox, "GetPolicyVersion", input);
    assert!(version["PolicyVersion"]["Document"].as_str().unwrap().contains("logs%3APutLogEvents"));
    assert_eq!(refused(&sandbox, "DeletePolicy", json!({"PolicyArn": EXECUTION})).code, "AccessDenied");
    let listed = call(&sandbox, "ListPolicies", json!({"Scope": "AWS", "PathPrefix": "/service-role/"}));
    let arns: Vec<&Value> = listed["Policies"].as_array().unwrap().iter().map(|p| &p["Arn"]).collect();
    assert!(arns.contains(&&json!(EXECUTION)));
    assert_eq!(call(&sandbox, "ListPolicies", json!({"Scope": "Local"}))["Policies"], json!([]));
}

#[tokio::test(start_paused = true)]
async fn a_git_password_is_shown_once_and_a_user_has_two_at_most() {
    let sandbox = Sandbox::default();
    call(&sandbox, "CreateUser", json!({"UserName": "dev"}));
    let create = || json!({"UserName": "dev", "ServiceName": "codecommit.amazonaws.com"});
    let made =
        call(&sandbox, "CreateServiceSpecificCredential", create())["ServiceSpecificCredential"].clone();
    let password = made["ServicePassword"].as_str().unwrap().to_string();
    assert_eq!(made["ServiceUserName"], "dev-at-123456789012");
    let listed = call(&sandbox, "ListServiceSpecificCredentials", json!({"UserName": "dev"})).to_string();
    assert!(!listed.contains(&password) && !listed.contains("ServicePassword"));
    assert!(!serde_json::to_string(&sandbox.state()).unwrap().contains(&password));

    let id = json!({"UserName": "dev", "ServiceSpecificCredentialId": made["ServiceSpecificCredentialId"]});
    let reset = call(&sandbox, "ResetServiceSpecificCredential", id.clone());
    assert_ne!(reset["ServiceSpecificCredential"]["ServicePassword"], made["ServicePassword"]);
    call(&sandbox, "CreateServiceSpecificCredential", create());
    assert_eq!(refused(&sandbox, "CreateServiceSpecificCredential", create()).code, "LimitExceeded");
    let other = json!({"UserName": "dev", "ServiceName": "ecs.amazonaws.com"});
    assert_eq!(refused(&sandbox, "CreateServiceSpecificCredential", other).code, "NotSupportedService");
    assert_eq!(refused(&sandbox, "DeleteUser", json!({"UserName": "dev"})).code, "DeleteConflict");
    call(&sandbox, "DeleteServiceSpecificCredential", id);
    let left = call(&sandbox, "ListServiceSpecificCredentials", json!({"UserName": "dev"}));
    assert_eq!(left["ServiceSpecificCredentials"].as_array().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_group_keeps_its_members_through_a_rename_and_cannot_be_deleted_with_them() {
    let sandbox = Sandbox::default();
    call(&sandbox, "CreateUser", json!({"UserName": "dev"}));
    call(&sandbox, "CreateGroup", json!({"GroupName": "devs"}));
    let member = json!({"GroupName": "devs", "UserName": "dev"});
    call(&sandbox, "AddUserToGroup", member.clone());
    call(&sandbox, "AddUserToGroup", member);
    call(&sandbox, "UpdateGroup", json!({"GroupName": "devs", "NewGroupName": "staff", "NewPath": "/it/"}));
    let group = call(&sandbox, "GetGroup", json!({"GroupName": "staff"}));
    assert_eq!(group["Group"]["Arn"], "arn:aws:iam::123456789012:group/it/staff");
    assert_eq!(group["Users"][0]["UserName"], "dev");
    assert_eq!(refused(&sandbox, "DeleteGroup", json!({"GroupName": "staff"})).code, "DeleteConflict");
    assert_eq!(refused(&sandbox, "DeleteUser", json!({"UserName": "dev"})).code, "DeleteConflict");
    call(&sandbox, "RemoveUserFromGroup", json!({"GroupName": "staff", "UserName": "dev"}));
    call(&sandbox, "DeleteGroup", json!({"GroupName": "staff"}));
    call(&sandbox, "DeleteUser", json!({"UserName": "dev"}));
}

#[tokio::test(start_paused = true)]
async fn the_account_s_details_come_filtered_and_in_pages() {
    let sandbox = Sandbox::default();
    for i in 0..5 {
        role(&sandbox, &format!("r{i}"));
    }
    call(&sandbox, "UpdateRole", json!({"RoleName": "r0", "Description": "d", "MaxSessionDuration": 7200}));
    call(&sandbox, "CreateUser", json!({"UserName": "dev"}));
    call(&sandbox, "AttachRolePolicy", json!({"RoleName": "r0", "PolicyArn": EXECUTION}));
    let mut input = json!({"Filter": ["Role", "AWSManagedPolicy"], "MaxItems": 2});
    let (mut roles, mut policies, mut pages) = (Vec::new(), Vec::new(), 0);
    loop {
        let page = call(&sandbox, "GetAccountAuthorizationDetails", input.clone());
        assert_eq!(page["UserDetailList"], json!([]));
        roles.extend(page["RoleDetailList"].as_array().unwrap().clone());
        policies.extend(page["Policies"].as_array().unwrap().clone());
        pages += 1;
        if page["IsTruncated"] == false {
            break;
        }
        input["Marker"] = page["Marker"].clone();
    }
    assert_eq!((roles.len(), policies.len(), pages), (5, 1, 3));
    assert!(roles[0].get("Description").is_none() && roles[0].get("MaxSessionDuration").is_none());
    assert_eq!(roles[0]["AttachedManagedPolicies"][0]["PolicyArn"], EXECUTION);
    assert_eq!(call(&sandbox, "GetRole", json!({"RoleName": "r0"}))["Role"]["MaxSessionDuration"], 7200);
}

#[tokio::test(start_paused = true)]
async fn a_service_linked_role_is_made_once_and_changed_by_nobody() {
    let sandbox = Sandbox::default();
    let create = || json!({"AWSServiceName": "ecs.amazonaws.com"});
    let made = call(&sandbox, "CreateServiceLinkedRole", create());
    let arn = "arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS";
    assert_eq!(made["Role"]["Arn"], arn);
    assert!(trusts(&sandbox, arn, "ecs.amazonaws.com"));
    let refusal = refused(&sandbox, "CreateServiceLinkedRole", create());
    assert!(refusal.message.contains("has been taken in this account"), "{refusal}");
    for (operation, extra) in [
        ("DeleteRole", json!({})),
        ("UpdateRole", json!({"Description": "mine"})),
        ("AttachRolePolicy", json!({"PolicyArn": READ_ONLY})),
    ] {
        let mut input = json!({"RoleName": "AWSServiceRoleForECS"});
        input.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        assert_eq!(refused(&sandbox, operation, input).code, "UnmodifiableEntity", "{operation}");
    }
    call(&sandbox, "DeleteServiceLinkedRole", json!({"RoleName": "AWSServiceRoleForECS"}));
    call(&sandbox, "CreateServiceLinkedRole", create());
}

#[tokio::test(start_paused = true)]
async fn tags_are_added_replaced_and_removed_by_key_in_any_case() {
    let sandbox = Sandbox::default();
    role(&sandbox, "r");
    let tag = |key: &str, value: &str| json!({"RoleName": "r", "Tags": [{"Key": key, "Value": value}]});
    call(&sandbox, "TagRole", tag("Env", "test"));
    call(&sandbox, "TagRole", tag("env", "prod"));
    let tags = call(&sandbox, "ListRoleTags", json!({"RoleName": "r"}));
    assert_eq!(tags["Tags"], json!([{"Key": "env", "Value": "prod"}]));
    call(&sandbox, "UntagRole", json!({"RoleName": "r", "TagKeys": ["env", "other"]}));
    assert_eq!(call(&sandbox, "GetRole", json!({"RoleName": "r"}))["Role"].get("Tags"), None);
    assert_eq!(refused(&sandbox, "TagRole", tag("aws:x", "y")).code, "InvalidInput");
}

#[tokio::test(start_paused = true)]
async fn trust_is_to_the_named_service_and_to_the_role_s_whole_arn() {
    let sandbox = Sandbox::default();
    let document = trust("codedeploy.amazonaws.com");
    let input = json!({"RoleName": "r", "Path": "/ci/", "AssumeRolePolicyDocument": document});
    call(&sandbox, "CreateRole", input);
    let arn = "arn:aws:iam::123456789012:role/ci/r";
    assert!(trusts(&sandbox, arn, "codedeploy.amazonaws.com"));
    assert!(!trusts(&sandbox, arn, "ecs.amazonaws.com"));
    assert!(!trusts(&sandbox, "arn:aws:iam::123456789012:role/r", "codedeploy.amazonaws.com"));
    let changed = json!({"RoleName": "r", "PolicyDocument": trust("ecs.amazonaws.com")});
    call(&sandbox, "UpdateAssumeRolePolicy", changed);
    assert!(!trusts(&sandbox, arn, "codedeploy.amazonaws.com"));
}

#[tokio::test(start_paused = true)]
async fn a_role_may_do_what_its_policies_allow_unless_one_denies_or_its_boundary_lacks_it() {
    let sandbox = Sandbox::default();
    let arn = role(&sandbox, "r")["Arn"].as_str().unwrap().to_string();
    assert!(!allows(&sandbox, &arn, "ecs:DescribeServices"));
    let policy = "arn:aws:iam::aws:policy/AWSCodeDeployRoleForECS";
    call(&sandbox, "AttachRolePolicy", json!({"RoleName": "r", "PolicyArn": policy}));
    assert!(allows(&sandbox, &arn, "ecs:DescribeServices"));
    assert!(!allows(&sandbox, &arn, "ecs:DeleteCluster"));
    let inline =
        |document: Value| json!({"RoleName": "r", "PolicyName": "p", "PolicyDocument": document.to_string()});
    let deny = |resource: &str| {
        let statement = json!({"Effect": "Deny", "Action": "ECS:describe*", "Resource": resource});
        inline(json!({"Version": "2012-10-17", "Statement": [statement]}))
    };
    call(&sandbox, "PutRolePolicy", deny("arn:aws:ecs:us-east-1:123456789012:service/a/b"));
    assert!(allows(&sandbox, &arn, "ecs:DescribeServices"));
    call(&sandbox, "PutRolePolicy", deny("*"));
    assert!(!allows(&sandbox, &arn, "ecs:DescribeServices"));
    call(&sandbox, "DeleteRolePolicy", json!({"RoleName": "r", "PolicyName": "p"}));
    call(&sandbox, "PutRolePermissionsBoundary", json!({"RoleName": "r", "PermissionsBoundary": EXECUTION}));
    assert!(!allows(&sandbox, &arn, "ecs:DescribeServices"));
    call(&sandbox, "DeleteRolePermissionsBoundary", json!({"RoleName": "r"}));
    assert!(allows(&sandbox, &arn, "ecs:DescribeServices"));
}

#[tokio::test(start_paused = true)]
async fn the_state_survives_being_written_down_and_read_again() {
    let sandbox = Sandbox::default();
    role(&sandbox, "r");
    call(&sandbox, "AttachRolePolicy", json!({"RoleName": "r", "PolicyArn": EXECUTION}));
    let text = serde_json::to_string(&sandbox.state()).unwrap();
    let again = Sandbox::new(serde_json::from_str::<State>(&text).unwrap());
    let input = json!({"RoleName": "r"});
    assert_eq!(call(&again, "GetRole", input.clone()), call(&sandbox, "GetRole", input));
}
