//! S3 as its callers see it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests may panic")]

mod objects;

use recon_sandbox::{Refusal, Sandbox};
use serde_json::{Value, json};

const REGION: &str = "ap-northeast-2";

fn call(aws: &Sandbox, operation: &str, mut input: Value) -> Result<Value, Refusal> {
    if operation != "ListBuckets" && input["Bucket"].is_null() {
        input["Bucket"] = json!("artifacts");
    }
    aws.call("s3", operation, REGION, &input)
}

fn ok(aws: &Sandbox, operation: &str, input: Value) -> Value {
    call(aws, operation, input).unwrap_or_else(|refusal| panic!("{operation}: {refusal}"))
}

fn refused(aws: &Sandbox, operation: &str, input: Value) -> (u16, String) {
    let refusal = call(aws, operation, input).expect_err(operation);
    (refusal.status, refusal.code)
}

fn in_region() -> Value {
    json!({"CreateBucketConfiguration": {"LocationConstraint": REGION}})
}

fn with_bucket() -> Sandbox {
    let aws = Sandbox::default();
    ok(&aws, "CreateBucket", in_region());
    aws
}

fn put(aws: &Sandbox, key: &str) -> Value {
    ok(aws, "PutObject", json!({"Key": key, "Body": "aGVsbG8="}))
}

fn keys(listing: &Value, list: &str) -> Vec<String> {
    let entries = listing[list].as_array().into_iter().flatten();
    entries.map(|entry| entry["Key"].as_str().unwrap().to_string()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_new_bucket_has_the_defaults_of_today() {
    let aws = with_bucket();
    let encryption = ok(&aws, "GetBucketEncryption", json!({}));
    let rule = &encryption["ServerSideEncryptionConfiguration"]["Rules"][0];
    assert_eq!(rule["ApplyServerSideEncryptionByDefault"], json!({"SSEAlgorithm": "AES256"}));
    let block = ok(&aws, "GetPublicAccessBlock", json!({}))["PublicAccessBlockConfiguration"].clone();
    assert!(block.as_object().unwrap().values().all(|set| set == true) && block["BlockPublicAcls"] == true);
    let controls = ok(&aws, "GetBucketOwnershipControls", json!({}));
    assert_eq!(controls["OwnershipControls"]["Rules"][0]["ObjectOwnership"], "BucketOwnerEnforced");
    assert_eq!(ok(&aws, "GetBucketVersioning", json!({})), json!({}));
    assert_eq!(ok(&aws, "GetBucketLogging", json!({})), json!({}));
}

#[tokio::test(start_paused = true)]
async fn what_was_never_set_is_an_error_of_its_own() {
    let aws = with_bucket();
    ok(&aws, "DeletePublicAccessBlock", json!({}));
    ok(&aws, "DeleteBucketOwnershipControls", json!({}));
    for (operation, code) in [
        ("GetBucketPolicy", "NoSuchBucketPolicy"),
        ("GetBucketTagging", "NoSuchTagSet"),
        ("GetBucketLifecycleConfiguration", "NoSuchLifecycleConfiguration"),
        ("GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration"),
        ("GetBucketOwnershipControls", "OwnershipControlsNotFoundError"),
    ] {
        assert_eq!(refused(&aws, operation, json!({})), (404, code.to_string()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_bucket_without_encryption_is_only_what_an_old_account_has() {
    let aws = with_bucket();
    aws.edit(|state| {
        let buckets = &mut state.global.s3.buckets;
        buckets.get_mut("artifacts").unwrap().aspects.remove("Encryption");
    });
    let code = "ServerSideEncryptionConfigurationNotFoundError".to_string();
    assert_eq!(refused(&aws, "GetBucketEncryption", json!({})), (404, code));
    ok(&aws, "DeleteBucketEncryption", json!({}));
    ok(&aws, "GetBucketEncryption", json!({}));
}

#[tokio::test(start_paused = true)]
async fn a_bucket_is_made_where_the_endpoint_is() {
    let aws = Sandbox::default();
    let code = "IllegalLocationConstraintException".to_string();
    assert_eq!(refused(&aws, "CreateBucket", json!({})), (400, code.clone()));
    let elsewhere = json!({"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}});
    assert_eq!(refused(&aws, "CreateBucket", elsewhere), (400, code));

    let made = ok(&aws, "CreateBucket", in_region());
    assert_eq!(made["Location"], "http://artifacts.s3.amazonaws.com/");
    assert_eq!(ok(&aws, "HeadBucket", json!({}))["BucketRegion"], REGION);
    assert_eq!(ok(&aws, "GetBucketLocation", json!({})), json!({"LocationConstraint": REGION}));
}

#[tokio::test(start_paused = true)]
async fn making_a_bucket_twice_is_refused_but_in_the_first_region() {
    let aws = with_bucket();
    assert_eq!(refused(&aws, "CreateBucket", in_region()), (409, "BucketAlreadyOwnedByYou".to_string()));
    let name = json!({"Bucket": "first"});
    for _ in 0..2 {
        let made = aws.call("s3", "CreateBucket", "us-east-1", &name).unwrap();
        assert_eq!(made["Location"], "/first");
    }
    assert_eq!(aws.call("s3", "GetBucketLocation", "us-east-1", &name).unwrap(), json!({}));
}

#[tokio::test(start_paused = true)]
async fn a_name_that_another_account_holds_is_not_available() {
    let aws = with_bucket();
    aws.edit(|state| {
        state.global.s3.taken.insert("theirs".to_string());
    });
    let mut wanted = in_region();
    wanted["Bucket"] = json!("theirs");
    assert_eq!(refused(&aws, "CreateBucket", wanted), (409, "BucketAlreadyExists".to_string()));
}

#[tokio::test(start_paused = true)]
async fn bucket_names_follow_the_rules_of_dns() {
    let aws = Sandbox::default();
    for name in ["Upper", "ab", "a..b", "-ab", "192.168.0.1", "under_score"] {
        let mut wanted = in_region();
        wanted["Bucket"] = json!(name);
        assert_eq!(refused(&aws, "CreateBucket", wanted), (400, "InvalidBucketName".to_string()), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_call_on_a_missing_bucket_says_so() {
    let aws = Sandbox::default();
    for operation in ["HeadBucket", "DeleteBucket", "GetBucketPolicy", "ListObjectsV2", "DeleteBucketPolicy"]
    {
        assert_eq!(refused(&aws, operation, json!({})), (404, "NoSuchBucket".to_string()), "{operation}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_bucket_of_another_owner_is_denied() {
    let aws = with_bucket();
    let call = json!({"ExpectedBucketOwner": "999999999999"});
    assert_eq!(refused(&aws, "HeadBucket", call), (403, "AccessDenied".to_string()));
}

#[tokio::test(start_paused = true)]
async fn each_aspect_comes_back_as_it_was_put() {
    let aws = with_bucket();
    ok(&aws, "PutBucketVersioning", json!({"VersioningConfiguration": {"Status": "Enabled"}}));
    assert_eq!(ok(&aws, "GetBucketVersioning", json!({})), json!({"Status": "Enabled"}));

    let tags = json!([{"Key": "Env", "Value": "test"}]);
    ok(&aws, "PutBucketTagging", json!({"Tagging": {"TagSet": tags}}));
    assert_eq!(ok(&aws, "GetBucketTagging", json!({}))["TagSet"], tags);

    let kms = json!({"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/app"});
    let rules = json!([{"ApplyServerSideEncryptionByDefault": kms}]);
    ok(&aws, "PutBucketEncryption", json!({"ServerSideEncryptionConfiguration": {"Rules": rules}}));
    let rule =
        ok(&aws, "GetBucketEncryption", json!({}))["ServerSideEncryptionConfiguration"]["Rules"][0].clone();
    assert_eq!(rule, json!({"ApplyServerSideEncryptionByDefault": kms, "BucketKeyEnabled": false}));

    let block = json!({"BlockPublicAcls": true});
    ok(&aws, "PutPublicAccessBlock", json!({"PublicAccessBlockConfiguration": block}));
    let block = ok(&aws, "GetPublicAccessBlock", json!({}))["PublicAccessBlockConfiguration"].clone();
    assert_eq!((&block["BlockPublicAcls"], &block["BlockPublicPolicy"]), (&json!(true), &json!(false)));

    let logging = json!({"LoggingEnabled": {"TargetBucket": "artifacts", "TargetPrefix": "log/"}});
    ok(&aws, "PutBucketLogging", json!({"BucketLoggingStatus": logging}));
    assert_eq!(ok(&aws, "GetBucketLogging", json!({})), logging);
}

#[tokio::test(start_paused = true)]
async fn tags_are_one_set_without_doubles() {
    let aws = with_bucket();
    let twice = json!([{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]);
    let put = |tags: Value| json!({"Tagging": {"TagSet": tags}});
    assert_eq!(refused(&aws, "PutBucketTagging", put(twice)).1, "InvalidTag");
    ok(&aws, "PutBucketTagging", put(json!([{"Key": "a", "Value": "1"}])));
    ok(&aws, "PutBucketTagging", put(json!([])));
    assert_eq!(refused(&aws, "GetBucketTagging", json!({})).1, "NoSuchTagSet");
}

#[tokio::test(start_paused = true)]
async fn lifecycle_rules_get_an_id_and_need_an_action() {
    let aws = with_bucket();
    let put = |rules: Value| json!({"LifecycleConfiguration": {"Rules": rules}});
    let rule = json!({"Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 30}});
    ok(&aws, "PutBucketLifecycleConfiguration", put(json!([rule])));
    let stored = ok(&aws, "GetBucketLifecycleConfiguration", json!({}));
    assert!(stored["Rules"][0]["ID"].is_string());
    assert_eq!(stored["TransitionDefaultMinimumObjectSize"], "all_storage_classes_128K");

    let idle = json!([{"Status": "Enabled", "Filter": {"Prefix": ""}}]);
    assert_eq!(refused(&aws, "PutBucketLifecycleConfiguration", put(idle)).1, "InvalidRequest");
    let everywhere = json!([{"Status": "Enabled", "Expiration": {"Days": 30}}]);
    assert_eq!(refused(&aws, "PutBucketLifecycleConfiguration", put(everywhere)).1, "MalformedXML");
}

fn statement(change: impl FnOnce(&mut Value)) -> Value {
    let mut statement = json!({
        "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::artifacts/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    });
    change(&mut statement);
    json!({"Policy": json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()})
}

#[tokio::test(start_paused = true)]
async fn a_policy_comes_back_as_text() {
    let aws = with_bucket();
    let policy = statement(|_| {});
    ok(&aws, "PutBucketPolicy", policy.clone());
    assert_eq!(ok(&aws, "GetBucketPolicy", json!({})), policy);
    ok(&aws, "DeleteBucketPolicy", json!({}));
    assert_eq!(refused(&aws, "GetBucketPolicy", json!({})).1, "NoSuchBucketPolicy");
}

#[tokio::test(start_paused = true)]
async fn a_policy_that_aws_cannot_read_is_malformed() {
    let aws = with_bucket();
    let nobody = "arn:aws:iam::123456789012:role/nobody";
    for policy in [
        json!({"Policy": "nonsense"}),
        statement(|s| s["Principal"] = Value::Null),
        statement(|s| s["Action"] = json!("ecs:*")),
        statement(|s| s["Resource"] = json!("arn:aws:s3:::artifacts-too/*")),
        statement(|s| s["Principal"] = json!({"AWS": nobody})),
    ] {
        assert_eq!(refused(&aws, "PutBucketPolicy", policy.clone()).1, "MalformedPolicy", "{policy}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_public_policy_is_blocked_until_the_block_is_lifted() {
    let aws = with_bucket();
    let public = statement(|s| {
        s["Effect"] = json!("Allow");
        s["Condition"] = Value::Null;
    });
    assert_eq!(refused(&aws, "PutBucketPolicy", public.clone()), (403, "AccessDenied".to_string()));
    ok(&aws, "DeletePublicAccessBlock", json!({}));
    ok(&aws, "PutBucketPolicy", public);
}

#[tokio::test(start_paused = true)]
async fn buckets_are_listed_by_prefix_and_page() {
    let aws = with_bucket();
    for name in ["app-1", "app-2"] {
        let mut wanted = in_region();
        wanted["Bucket"] = json!(name);
        ok(&aws, "CreateBucket", wanted);
    }
    let first = ok(&aws, "ListBuckets", json!({"Prefix": "app-", "MaxBuckets": 1}));
    assert_eq!(first["Buckets"][0]["Name"], "app-1");
    let token = &first["ContinuationToken"];
    let rest = ok(&aws, "ListBuckets", json!({"Prefix": "app-", "ContinuationToken": token}));
    assert_eq!(rest["Buckets"][0]["Name"], "app-2");
    assert!(rest["ContinuationToken"].is_null());
}

#[tokio::test(start_paused = true)]
async fn a_bucket_is_one_in_all_regions_and_answers_in_its_own() {
    let aws = with_bucket();
    let code = |operation: &str, region: &str| {
        let mut input = json!({"Bucket": "artifacts"});
        if operation == "CreateBucket" && region != "us-east-1" {
            input["CreateBucketConfiguration"] = json!({"LocationConstraint": region});
        }
        aws.call("s3", operation, region, &input).expect_err(operation).code
    };
    assert_eq!(code("CreateBucket", "eu-west-1"), "BucketAlreadyOwnedByYou");
    assert_eq!(code("CreateBucket", "us-east-1"), "BucketAlreadyOwnedByYou");
    for operation in ["HeadBucket", "GetBucketVersioning", "ListObjectsV2", "DeleteBucket"] {
        assert_eq!(code(operation, "eu-west-1"), "PermanentRedirect", "{operation}");
    }
    let elsewhere = aws.call("s3", "ListBuckets", "eu-west-1", &json!({"Prefix": "art"})).unwrap();
    assert_eq!(elsewhere["Buckets"][0]["BucketRegion"], REGION);
    let all = aws.call("s3", "ListBuckets", "eu-west-1", &json!({})).unwrap();
    assert!(all["Buckets"][0]["BucketRegion"].is_null());
    let located = aws.call("s3", "GetBucketLocation", "us-east-1", &json!({"Bucket": "artifacts"}));
    assert_eq!(located.unwrap()["LocationConstraint"], REGION);
}

#[tokio::test(start_paused = true)]
async fn a_log_of_accesses_stays_in_the_region() {
    let aws = with_bucket();
    let location = json!({"LocationConstraint": "eu-west-1"});
    let input = json!({"Bucket": "logs", "CreateBucketConfiguration": location});
    aws.call("s3", "CreateBucket", "eu-west-1", &input).unwrap();
    let status = json!({"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": ""}});
    let input = json!({"BucketLoggingStatus": status});
    assert_eq!(refused(&aws, "PutBucketLogging", input), (403, "CrossLocationLoggingProhibited".to_string()));
}
