//! ECR as its clients see it.

#![allow(clippy::unwrap_used)]

mod build_support;

use build_support::{ACCOUNT, Account, REGION, arn};
use serde_json::{Value, json};

fn with_repository() -> Account {
    let account = Account::of("ecr");
    account.call("CreateRepository", json!({"repositoryName": "app"}));
    account
}

fn app() -> Value {
    json!({"repositoryName": "app"})
}

fn repository(account: &Account) -> Value {
    account.call("DescribeRepositories", json!({"repositoryNames": ["app"]}))["repositories"][0].clone()
}

fn lifecycle(number: u32) -> String {
    let selection = json!({"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": number});
    json!({"rules": [{"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}]}).to_string()
}

#[tokio::test(start_paused = true)]
async fn a_new_repository_has_the_defaults_that_aws_documents() {
    let found = repository(&with_repository());
    assert_eq!(found["repositoryArn"], json!(arn("ecr", "repository/app")));
    let uri = format!("{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/app");
    assert_eq!(found["repositoryUri"], json!(uri));
    assert_eq!(found["imageTagMutability"], json!("MUTABLE"));
    assert_eq!(found["imageScanningConfiguration"], json!({"scanOnPush": false}));
    assert_eq!(found["encryptionConfiguration"], json!({"encryptionType": "AES256"}));
}

#[tokio::test(start_paused = true)]
async fn one_missing_name_fails_the_whole_description() {
    let account = with_repository();
    let names = json!({"repositoryNames": ["app", "gone"]});
    assert_eq!(account.code("DescribeRepositories", names), "RepositoryNotFoundException");
    let mixed = json!({"repositoryNames": ["app"], "maxResults": 5});
    assert_eq!(account.code("DescribeRepositories", mixed), "InvalidParameterException");
    let elsewhere = json!({"repositoryNames": ["app"], "registryId": "210987654321"});
    assert_eq!(account.code("DescribeRepositories", elsewhere), "RepositoryNotFoundException");
}

#[tokio::test(start_paused = true)]
async fn a_list_goes_on_where_its_token_says() {
    let account = with_repository();
    account.call("CreateRepository", json!({"repositoryName": "web"}));
    let first = account.call("DescribeRepositories", json!({"maxResults": 1}));
    let token = &first["nextToken"];
    let second = account.call("DescribeRepositories", json!({"maxResults": 1, "nextToken": token}));
    assert_eq!(first["repositories"][0]["repositoryName"], json!("app"));
    assert_eq!(second["repositories"][0]["repositoryName"], json!("web"));
    assert!(second.get("nextToken").is_none());
}

#[tokio::test(start_paused = true)]
async fn a_name_is_taken_only_once() {
    assert_eq!(with_repository().code("CreateRepository", app()), "RepositoryAlreadyExistsException");
}

#[tokio::test(start_paused = true)]
async fn encryption_with_kms_needs_a_key_that_exists() {
    let account = Account::of("ecr");
    let create = |name: &str, encryption: Value| {
        account.try_call(
            "CreateRepository",
            json!({"repositoryName": name, "encryptionConfiguration": encryption}),
        )
    };
    let own = create("own", json!({"encryptionType": "KMS"})).unwrap();
    let key = &own["repository"]["encryptionConfiguration"]["kmsKey"];
    assert!(key.as_str().unwrap().starts_with(&arn("kms", "key/")));
    let unknown = create("web", json!({"encryptionType": "KMS", "kmsKey": arn("kms", "key/none")}));
    assert_eq!(unknown.unwrap_err().code, "KmsException");
    let both = create("web", json!({"encryptionType": "AES256", "kmsKey": key}));
    assert_eq!(both.unwrap_err().code, "InvalidParameterException");
}

#[tokio::test(start_paused = true)]
async fn exclusion_filters_go_with_the_mutability_that_excludes() {
    let account = with_repository();
    let filters = json!([{"filterType": "WILDCARD", "filter": "dev-*"}]);
    let put = |mutability: &str, filters: Option<&Value>| {
        json!({
            "repositoryName": "app",
            "imageTagMutability": mutability,
            "imageTagMutabilityExclusionFilters": filters,
        })
    };
    account.call("PutImageTagMutability", put("IMMUTABLE_WITH_EXCLUSION", Some(&filters)));
    assert_eq!(repository(&account)["imageTagMutabilityExclusionFilters"], filters);
    let code = account.code("PutImageTagMutability", put("IMMUTABLE_WITH_EXCLUSION", None));
    assert_eq!(code, "InvalidParameterException");
    let code = account.code("PutImageTagMutability", put("IMMUTABLE", Some(&filters)));
    assert_eq!(code, "InvalidParameterException");
    account.call("PutImageTagMutability", put("IMMUTABLE", None));
    assert_eq!(repository(&account)["imageTagMutability"], json!("IMMUTABLE"));
    assert!(repository(&account).get("imageTagMutabilityExclusionFilters").is_none());
}

#[tokio::test(start_paused = true)]
async fn scanning_can_be_switched_on() {
    let account = with_repository();
    let scanning = json!({"scanOnPush": true});
    let input = json!({"repositoryName": "app", "imageScanningConfiguration": scanning});
    account.call("PutImageScanningConfiguration", input);
    assert_eq!(repository(&account)["imageScanningConfiguration"], scanning);
}

#[tokio::test(start_paused = true)]
async fn a_lifecycle_policy_is_an_error_until_it_is_put() {
    let account = with_repository();
    assert_eq!(account.code("GetLifecyclePolicy", app()), "LifecyclePolicyNotFoundException");
    let text = lifecycle(3);
    account.call("PutLifecyclePolicy", json!({"repositoryName": "app", "lifecyclePolicyText": text}));
    let account = account.revived();
    let found = account.call("GetLifecyclePolicy", app());
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(parsed(found["lifecyclePolicyText"].as_str().unwrap()), parsed(&text));
    account.call("DeleteLifecyclePolicy", app());
    assert_eq!(account.code("DeleteLifecyclePolicy", app()), "LifecyclePolicyNotFoundException");
}

#[tokio::test(start_paused = true)]
async fn a_lifecycle_policy_out_of_form_is_refused() {
    let account = with_repository();
    let unknown = lifecycle(1).replace("rulePriority", "priority");
    let untyped = lifecycle(1).replace("expire", "delete");
    let tagged = lifecycle(1).replace("\"any\"", "\"tagged\"");
    for text in ["x".repeat(100), lifecycle(0), unknown, untyped, tagged] {
        let input = json!({"repositoryName": "app", "lifecyclePolicyText": text});
        assert_eq!(account.code("PutLifecyclePolicy", input), "InvalidParameterException", "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_repository_policy_is_json_with_principals_that_exist() {
    let account = with_repository();
    assert_eq!(account.code("GetRepositoryPolicy", app()), "RepositoryPolicyNotFoundException");
    let policy = |principal: Value| {
        let statement = json!({"Effect": "Allow", "Principal": principal, "Action": "ecr:BatchGetImage"});
        json!({"Version": "2012-10-17", "Statement": [statement]})
    };
    let set = |text: String| json!({"repositoryName": "app", "policyText": text});
    assert_eq!(account.code("SetRepositoryPolicy", set("{".into())), "InvalidParameterException");
    let nobody = policy(json!({"AWS": format!("arn:aws:iam::{ACCOUNT}:role/nobody")}));
    let refusal = account.refusal("SetRepositoryPolicy", set(nobody.to_string()));
    assert!(refusal.message.contains("Invalid principal in policy"), "{refusal}");
    let all = policy(json!("*"));
    account.call("SetRepositoryPolicy", set(all.to_string()));
    let text = account.call("GetRepositoryPolicy", app())["policyText"].as_str().unwrap().to_string();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), all);
    account.call("DeleteRepositoryPolicy", app());
    assert_eq!(account.code("DeleteRepositoryPolicy", app()), "RepositoryPolicyNotFoundException");
}

#[tokio::test(start_paused = true)]
async fn images_keep_a_repository_from_being_deleted_unless_forced() {
    let account = with_repository();
    assert_eq!(account.call("ListImages", app()), json!({"imageIds": []}));
    account.sandbox.edit(|state| {
        assert!(state.regions.get_mut(REGION).unwrap().ecr.push("app", "v1", "sha256:1"));
    });
    let images = account.call("ListImages", app());
    assert_eq!(images["imageIds"], json!([{"imageTag": "v1", "imageDigest": "sha256:1"}]));
    assert_eq!(account.code("DeleteRepository", app()), "RepositoryNotEmptyException");
    let gone = account.call("DeleteRepository", json!({"repositoryName": "app", "force": true}));
    assert_eq!(gone["repository"]["repositoryName"], json!("app"));
    assert_eq!(account.code("DeleteRepository", app()), "RepositoryNotFoundException");
}

#[tokio::test(start_paused = true)]
async fn tags_are_a_list_of_pairs() {
    let account = with_repository();
    let resource = arn("ecr", "repository/app");
    let tags = json!([{"Key": "Env", "Value": "test"}, {"Key": "Team", "Value": "a"}]);
    account.call("TagResource", json!({"resourceArn": resource, "tags": tags}));
    account.call("UntagResource", json!({"resourceArn": resource, "tagKeys": ["Team"]}));
    let found = account.call("ListTagsForResource", json!({"resourceArn": resource}));
    assert_eq!(found["tags"], json!([{"Key": "Env", "Value": "test"}]));
    let reserved = json!([{"Key": "aws:x", "Value": ""}]);
    let code = account.code("TagResource", json!({"resourceArn": resource, "tags": reserved}));
    assert_eq!(code, "InvalidTagParameterException");
}
