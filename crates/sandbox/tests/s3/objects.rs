//! Objects and their versions.

use serde_json::{Value, json};

use super::{keys, ok, put, refused, with_bucket};

#[tokio::test(start_paused = true)]
async fn an_object_comes_back_with_what_was_said_about_it() {
    let aws = with_bucket();
    let object = json!({
        "Key": "lock", "Body": "aGVsbG8=", "ContentType": "text/plain", "Metadata": {"Owner": "me"},
    });
    let made = ok(&aws, "PutObject", object);
    let read = ok(&aws, "GetObject", json!({"Key": "lock"}));
    assert_eq!(read["Body"], "aGVsbG8=");
    assert_eq!(read["ContentLength"], 5);
    assert_eq!(read["ETag"], made["ETag"]);
    assert_eq!(read["Metadata"], json!({"owner": "me"}));
    assert_eq!(read["ServerSideEncryption"], "AES256");
    assert!(read["VersionId"].is_null());
    assert_eq!(refused(&aws, "GetObject", json!({"Key": "other"})), (404, "NoSuchKey".to_string()));
}

#[tokio::test(start_paused = true)]
async fn only_the_first_of_two_writers_that_want_no_object_succeeds() {
    let aws = with_bucket();
    let lock = json!({"Key": "lock", "Body": "YQ==", "IfNoneMatch": "*"});
    ok(&aws, "PutObject", lock.clone());
    assert_eq!(refused(&aws, "PutObject", lock.clone()), (412, "PreconditionFailed".to_string()));
    ok(&aws, "DeleteObject", json!({"Key": "lock"}));
    ok(&aws, "PutObject", lock);
}

#[tokio::test(start_paused = true)]
async fn a_write_on_condition_needs_the_object_as_it_was_read() {
    let aws = with_bucket();
    let first = put(&aws, "state")["ETag"].clone();
    let next = |etag: &Value| json!({"Key": "state", "Body": "YQ==", "IfMatch": etag});
    ok(&aws, "PutObject", next(&first));
    assert_eq!(refused(&aws, "PutObject", next(&first)), (412, "PreconditionFailed".to_string()));
    let missing = json!({"Key": "none", "IfMatch": first});
    assert_eq!(refused(&aws, "PutObject", missing), (404, "NoSuchKey".to_string()));
    let delete = json!({"Key": "state", "IfMatch": first});
    assert_eq!(refused(&aws, "DeleteObject", delete).0, 412);
}

#[tokio::test(start_paused = true)]
async fn objects_are_listed_by_prefix_delimiter_and_page() {
    let aws = with_bucket();
    for key in ["a", "b/1", "b/2", "c/1", "d"] {
        put(&aws, key);
    }
    let first = ok(&aws, "ListObjectsV2", json!({"Delimiter": "/", "MaxKeys": 2}));
    assert_eq!(keys(&first, "Contents"), ["a"]);
    assert_eq!(first["CommonPrefixes"], json!([{"Prefix": "b/"}]));
    assert_eq!((&first["KeyCount"], &first["IsTruncated"]), (&json!(2), &json!(true)));
    let token = &first["NextContinuationToken"];
    let rest = ok(&aws, "ListObjectsV2", json!({"Delimiter": "/", "ContinuationToken": token}));
    assert_eq!(keys(&rest, "Contents"), ["d"]);
    assert_eq!(rest["CommonPrefixes"], json!([{"Prefix": "c/"}]));
    assert_eq!(rest["IsTruncated"], false);
    let under = ok(&aws, "ListObjectsV2", json!({"Prefix": "b/", "StartAfter": "b/1"}));
    assert_eq!(keys(&under, "Contents"), ["b/2"]);
}

#[tokio::test(start_paused = true)]
async fn with_versioning_a_delete_only_marks() {
    let aws = with_bucket();
    put(&aws, "app");
    ok(&aws, "PutBucketVersioning", json!({"VersioningConfiguration": {"Status": "Enabled"}}));
    let second = put(&aws, "app")["VersionId"].clone();
    let marker = ok(&aws, "DeleteObject", json!({"Key": "app"}));
    assert_eq!(marker["DeleteMarker"], true);
    assert_eq!(refused(&aws, "GetObject", json!({"Key": "app"})).0, 404);
    ok(&aws, "GetObject", json!({"Key": "app", "VersionId": second}));
    assert_eq!(keys(&ok(&aws, "ListObjectsV2", json!({})), "Contents"), [""; 0]);

    let all = ok(&aws, "ListObjectVersions", json!({}));
    assert_eq!(all["Versions"][0]["VersionId"], second);
    assert_eq!(all["Versions"][1]["VersionId"], "null");
    assert_eq!(all["DeleteMarkers"][0]["IsLatest"], true);
    ok(&aws, "DeleteObject", json!({"Key": "app", "VersionId": marker["VersionId"]}));
    assert_eq!(ok(&aws, "GetObject", json!({"Key": "app"}))["VersionId"], second);
}

#[tokio::test(start_paused = true)]
async fn versions_are_listed_page_by_page_without_loss() {
    let aws = with_bucket();
    ok(&aws, "PutBucketVersioning", json!({"VersioningConfiguration": {"Status": "Enabled"}}));
    for key in ["a", "a", "a", "b"] {
        put(&aws, key);
    }
    let first = ok(&aws, "ListObjectVersions", json!({"MaxKeys": 2}));
    let next = json!({"KeyMarker": first["NextKeyMarker"], "VersionIdMarker": first["NextVersionIdMarker"]});
    let rest = ok(&aws, "ListObjectVersions", next);
    assert_eq!(keys(&first, "Versions"), ["a", "a"]);
    assert_eq!(keys(&rest, "Versions"), ["a", "b"]);
    assert_eq!(
        (&first["Versions"][0]["IsLatest"], &rest["Versions"][0]["IsLatest"]),
        (&json!(true), &json!(false))
    );
}

#[tokio::test(start_paused = true)]
async fn a_bucket_goes_only_when_no_version_is_left_in_it() {
    let aws = with_bucket();
    ok(&aws, "PutBucketVersioning", json!({"VersioningConfiguration": {"Status": "Enabled"}}));
    put(&aws, "app");
    ok(&aws, "DeleteObject", json!({"Key": "app"}));
    assert_eq!(refused(&aws, "DeleteBucket", json!({})), (409, "BucketNotEmpty".to_string()));

    let all = ok(&aws, "ListObjectVersions", json!({}));
    let listed = all["Versions"].as_array().into_iter().chain(all["DeleteMarkers"].as_array()).flatten();
    let objects: Value = listed.map(|v| json!({"Key": v["Key"], "VersionId": v["VersionId"]})).collect();
    let answer = ok(&aws, "DeleteObjects", json!({"Delete": {"Objects": objects}}));
    assert_eq!(answer["Deleted"].as_array().map(Vec::len), Some(2));
    ok(&aws, "DeleteBucket", json!({}));
    assert_eq!(ok(&aws, "ListBuckets", json!({}))["Buckets"], json!([]));
}
