//! CodeCommit as its clients see it.

#![allow(clippy::unwrap_used)]

mod build_support;

use build_support::{Account, REGION, arn};
use serde_json::{Value, json};

fn with_repository() -> Account {
    let account = Account::of("codecommit");
    let input = json!({"repositoryName": "app", "repositoryDescription": "api", "tags": {"Env": "test"}});
    account.call("CreateRepository", input);
    account
}

fn metadata(account: &Account) -> Value {
    account.call("GetRepository", json!({"repositoryName": "app"}))["repositoryMetadata"].clone()
}

fn push(account: &Account, branch: &str, commit: &str) {
    account.sandbox.edit(|state| {
        assert!(state.regions.get_mut(REGION).unwrap().codecommit.push("app", branch, commit));
    });
}

#[tokio::test(start_paused = true)]
async fn a_new_repository_has_its_urls_and_a_key_and_no_branch() {
    let found = metadata(&with_repository());
    assert_eq!(found["Arn"], json!(arn("codecommit", "app")));
    assert_eq!(found["repositoryDescription"], json!("api"));
    let host = format!("git-codecommit.{REGION}.amazonaws.com/v1/repos/app");
    assert_eq!(found["cloneUrlHttp"], json!(format!("https://{host}")));
    assert_eq!(found["cloneUrlSsh"], json!(format!("ssh://{host}")));
    assert!(found["kmsKeyId"].as_str().unwrap().starts_with(&arn("kms", "key/")));
    assert!(found.get("defaultBranch").is_none());
}

#[tokio::test(start_paused = true)]
async fn names_are_unique_and_do_not_end_in_git() {
    let account = with_repository();
    let create = |name: &str| account.code("CreateRepository", json!({"repositoryName": name}));
    assert_eq!(create("app"), "RepositoryNameExistsException");
    assert_eq!(create("app.git"), "InvalidRepositoryNameException");
}

#[tokio::test(start_paused = true)]
async fn a_batch_tells_apart_what_is_there_and_what_is_not() {
    let account = with_repository();
    let answer = account.call("BatchGetRepositories", json!({"repositoryNames": ["gone", "app"]}));
    assert_eq!(answer["repositories"], json!([metadata(&account)]));
    assert_eq!(answer["repositoriesNotFound"], json!(["gone"]));
    let many: Vec<String> = (0..101).map(|i| format!("r{i}")).collect();
    let code = account.code("BatchGetRepositories", json!({"repositoryNames": many}));
    assert_eq!(code, "MaximumRepositoryNamesExceededException");
}

#[tokio::test(start_paused = true)]
async fn a_list_has_pages_of_a_thousand() {
    let account = Account::of("codecommit");
    for i in 0..1001 {
        account.call("CreateRepository", json!({"repositoryName": format!("r{i:04}")}));
    }
    let first = account.call("ListRepositories", json!({}));
    assert_eq!(first["repositories"].as_array().unwrap().len(), 1000);
    let second = account.call("ListRepositories", json!({"nextToken": first["nextToken"]}));
    assert_eq!(second["repositories"][0]["repositoryName"], json!("r1000"));
    assert!(second.get("nextToken").is_none());
    let code = account.code("ListRepositories", json!({"nextToken": "made-up"}));
    assert_eq!(code, "InvalidContinuationTokenException");
}

#[tokio::test(start_paused = true)]
async fn the_first_push_makes_the_default_branch() {
    let account = with_repository();
    let branch = json!({"repositoryName": "app", "branchName": "main"});
    assert_eq!(account.code("GetBranch", branch.clone()), "BranchDoesNotExistException");
    push(&account, "main", "c1");
    push(&account, "next", "c2");
    assert_eq!(account.call("GetBranch", branch)["branch"], json!({"branchName": "main", "commitId": "c1"}));
    assert_eq!(metadata(&account)["defaultBranch"], json!("main"));
    let set = |name: &str| json!({"repositoryName": "app", "defaultBranchName": name});
    account.call("UpdateDefaultBranch", set("next"));
    assert_eq!(metadata(&account)["defaultBranch"], json!("next"));
    assert_eq!(account.code("UpdateDefaultBranch", set("other")), "BranchDoesNotExistException");
    let branches = account.call("ListBranches", json!({"repositoryName": "app"}));
    assert_eq!(branches["branches"], json!(["main", "next"]));
}

#[tokio::test(start_paused = true)]
async fn a_renamed_repository_keeps_its_id_and_its_tags() {
    let account = with_repository();
    let id = metadata(&account)["repositoryId"].clone();
    account.call("UpdateRepositoryName", json!({"oldName": "app", "newName": "api"}));
    let found = account.call("GetRepository", json!({"repositoryName": "api"}));
    assert_eq!(found["repositoryMetadata"]["repositoryId"], id);
    assert_eq!(found["repositoryMetadata"]["Arn"], json!(arn("codecommit", "api")));
    let tags = account.call("ListTagsForResource", json!({"resourceArn": arn("codecommit", "api")}));
    assert_eq!(tags["tags"], json!({"Env": "test"}));
    let code = account.code("GetRepository", json!({"repositoryName": "app"}));
    assert_eq!(code, "RepositoryDoesNotExistException");
}

#[tokio::test(start_paused = true)]
async fn a_description_left_out_is_taken_away() {
    let account = with_repository();
    account.call("UpdateRepositoryDescription", json!({"repositoryName": "app"}));
    assert!(metadata(&account).get("repositoryDescription").is_none());
}

#[tokio::test(start_paused = true)]
async fn a_key_must_exist_and_be_enabled() {
    let account = with_repository();
    let before = metadata(&account)["kmsKeyId"].clone();
    let key = account.other("kms", "CreateKey", json!({}))["KeyMetadata"]["Arn"].clone();
    let input = json!({"repositoryName": "app", "kmsKeyId": key});
    let answer = account.call("UpdateRepositoryEncryptionKey", input.clone());
    assert_eq!((&answer["kmsKeyId"], &answer["originalKmsKeyId"]), (&key, &before));
    account.other("kms", "DisableKey", json!({"KeyId": key}));
    assert_eq!(account.code("UpdateRepositoryEncryptionKey", input), "EncryptionKeyDisabledException");
    let unknown = json!({"repositoryName": "new", "kmsKeyId": arn("kms", "key/none")});
    assert_eq!(account.code("CreateRepository", unknown), "EncryptionKeyNotFoundException");
}

#[tokio::test(start_paused = true)]
async fn triggers_are_one_list_and_need_a_topic_that_exists() {
    let account = with_repository();
    let topic = arn("sns", "pushes");
    let trigger = json!({"name": "t", "destinationArn": topic, "events": ["all"]});
    let input = json!({"repositoryName": "app", "triggers": [trigger]});
    let code = account.code("PutRepositoryTriggers", input.clone());
    assert_eq!(code, "InvalidRepositoryTriggerDestinationArnException");
    account.other("sns", "CreateTopic", json!({"Name": "pushes"}));
    let put = account.call("PutRepositoryTriggers", input);
    let found = account.call("GetRepositoryTriggers", json!({"repositoryName": "app"}));
    assert_eq!(found["configurationId"], put["configurationId"]);
    let kept = json!([{"name": "t", "destinationArn": topic, "events": ["all"], "branches": []}]);
    assert_eq!(found["triggers"], kept);
    let mixed = json!({"name": "t", "destinationArn": topic, "events": ["all", "createReference"]});
    let code = account.code("PutRepositoryTriggers", json!({"repositoryName": "app", "triggers": [mixed]}));
    assert_eq!(code, "InvalidRepositoryTriggerEventsException");
}

#[tokio::test(start_paused = true)]
async fn tags_are_a_map_and_those_of_aws_are_reserved() {
    let account = with_repository();
    let resource = arn("codecommit", "app");
    account.call("TagResource", json!({"resourceArn": resource, "tags": {"Team": "a"}}));
    account.call("UntagResource", json!({"resourceArn": resource, "tagKeys": ["Env", "none"]}));
    let tags = account.call("ListTagsForResource", json!({"resourceArn": resource}));
    assert_eq!(tags["tags"], json!({"Team": "a"}));
    let code = account.code("TagResource", json!({"resourceArn": resource, "tags": {"aws:x": "a"}}));
    assert_eq!(code, "InvalidSystemTagUsageException");
    let code = account.code("ListTagsForResource", json!({"resourceArn": "app"}));
    assert_eq!(code, "InvalidResourceArnException");
}

#[tokio::test(start_paused = true)]
async fn deleting_twice_is_no_error() {
    let account = with_repository().revived();
    let id = metadata(&account)["repositoryId"].clone();
    let delete = || account.call("DeleteRepository", json!({"repositoryName": "app"}));
    assert_eq!(delete(), json!({"repositoryId": id}));
    assert_eq!(delete(), json!({}));
}
