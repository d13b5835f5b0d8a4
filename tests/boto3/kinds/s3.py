"""S3 buckets: each thing that is set on one has its own calls."""

import json

from aws import ACCOUNT

from .kms import fresh_key
from .tags import TAGS

BUCKET = {"Bucket": "recon-artifacts"}
HERE = {"CreateBucketConfiguration": {"LocationConstraint": "ap-northeast-2"}}


def bucket(aws):
    aws("create", "s3.create_bucket", **BUCKET, **HERE)
    aws.refuses(aws("create again", "s3.create_bucket", **BUCKET, **HERE), "BucketAlreadyOwnedByYou")
    elsewhere = aws("create without a place", "s3.create_bucket", Bucket="recon-elsewhere")
    aws.refuses(elsewhere, "IllegalLocationConstraintException")
    invalid = aws("create of an invalid name", "s3.create_bucket", Bucket="Recon_Artifacts", **HERE)
    aws.refuses(invalid, "InvalidBucketName")
    aws.holds(aws("read", "s3.head_bucket", **BUCKET), {"BucketRegion": "ap-northeast-2"})
    place = aws("read place", "s3.get_bucket_location", **BUCKET)
    aws.holds(place, HERE["CreateBucketConfiguration"])
    aws.holds(aws("list", "s3.list_buckets"), {"Buckets": [{"Name": "recon-artifacts"}]})
    for aspect in (
        versioning,
        encryption,
        public_access,
        ownership,
        lifecycle,
        bucket_policy,
        tagging,
        logging,
    ):
        aspect(aws)
    deletion_of_bucket(aws)


def put_and_read(aws, step, aspect, given, shown):
    """Sets one aspect and reads it back."""
    aws(f"put {step}", f"s3.put_{aspect}", **BUCKET, **given)
    aws.holds(aws(f"read {step}", f"s3.get_{aspect}", **BUCKET), shown)


def versioning(aws):
    aws("read versioning before it is set", "s3.get_bucket_versioning", **BUCKET)
    for step, status in (("versioning", "Enabled"), ("versioning suspended", "Suspended")):
        wanted = {"Status": status}
        put_and_read(aws, step, "bucket_versioning", {"VersioningConfiguration": wanted}, wanted)


def encryption(aws):
    def rules(**default):
        return {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}

    found = aws("read encryption of a new bucket", "s3.get_bucket_encryption", **BUCKET)
    aws.holds(found, {"ServerSideEncryptionConfiguration": rules(SSEAlgorithm="AES256")})
    wanted = rules(SSEAlgorithm="aws:kms", KMSMasterKeyID=fresh_key(aws))
    wanted["Rules"][0]["BucketKeyEnabled"] = True
    wanted = {"ServerSideEncryptionConfiguration": wanted}
    put_and_read(aws, "encryption", "bucket_encryption", wanted, wanted)
    mixed = {"ServerSideEncryptionConfiguration": rules(SSEAlgorithm="AES256", KMSMasterKeyID="one")}
    aws.refuses(
        aws("put encryption that needs no key", "s3.put_bucket_encryption", **BUCKET, **mixed),
        "InvalidArgument",
    )
    aws("delete encryption", "s3.delete_bucket_encryption", **BUCKET)
    found = aws("read encryption deleted", "s3.get_bucket_encryption", **BUCKET)
    aws.holds(found, {"ServerSideEncryptionConfiguration": rules(SSEAlgorithm="AES256")})


def public_access(aws):
    members = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    found = aws("read public access of a new bucket", "s3.get_public_access_block", **BUCKET)
    aws.holds(found, {"PublicAccessBlockConfiguration": dict.fromkeys(members, True)})
    block = {**dict.fromkeys(members, True), "RestrictPublicBuckets": False}
    wanted = {"PublicAccessBlockConfiguration": block}
    put_and_read(aws, "public access", "public_access_block", wanted, wanted)


def ownership(aws):
    def rules(owner):
        return {"OwnershipControls": {"Rules": [{"ObjectOwnership": owner}]}}

    found = aws("read ownership of a new bucket", "s3.get_bucket_ownership_controls", **BUCKET)
    aws.holds(found, rules("BucketOwnerEnforced"))
    wanted = rules("BucketOwnerPreferred")
    put_and_read(aws, "ownership", "bucket_ownership_controls", wanted, wanted)
    aws("delete ownership", "s3.delete_bucket_ownership_controls", **BUCKET)
    gone = aws("read ownership deleted", "s3.get_bucket_ownership_controls", **BUCKET)
    aws.refuses(gone, "OwnershipControlsNotFoundError")


def lifecycle(aws):
    absent = "NoSuchLifecycleConfiguration"
    none = aws("read lifecycle before it is set", "s3.get_bucket_lifecycle_configuration", **BUCKET)
    aws.refuses(none, absent)
    old = {
        "ID": "old",
        "Status": "Enabled",
        "Filter": {
            "And": {"Prefix": "api/", "Tags": [{"Key": "Keep", "Value": "no"}], "ObjectSizeGreaterThan": 1}
        },
        "Expiration": {"Days": 90},
        "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}],
        "NoncurrentVersionExpiration": {"NoncurrentDays": 7, "NewerNoncurrentVersions": 3},
        "NoncurrentVersionTransitions": [{"NoncurrentDays": 30, "StorageClass": "GLACIER"}],
    }
    uploads = {
        "ID": "uploads",
        "Status": "Disabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 3},
    }
    wanted = {"Rules": [old, uploads]}
    given = {"LifecycleConfiguration": wanted}
    put_and_read(aws, "lifecycle", "bucket_lifecycle_configuration", given, wanted)
    idle = {"Rules": [{"ID": "idle", "Status": "Enabled", "Filter": {"Prefix": ""}}]}
    put = "s3.put_bucket_lifecycle_configuration"
    aws.refuses(
        aws("put lifecycle that does nothing", put, **BUCKET, LifecycleConfiguration=idle), "InvalidRequest"
    )
    aws("delete lifecycle", "s3.delete_bucket_lifecycle", **BUCKET)
    none = aws("read lifecycle deleted", "s3.get_bucket_lifecycle_configuration", **BUCKET)
    aws.refuses(none, absent)


def bucket_policy(aws):
    absent = "NoSuchBucketPolicy"
    aws.refuses(aws("read policy before it is set", "s3.get_bucket_policy", **BUCKET), absent)

    def policy(**changes):
        statement = {
            "Sid": "own",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::recon-artifacts/*",
        }
        return json.dumps({"Version": "2012-10-17", "Statement": [{**statement, **changes}]})

    put_and_read(aws, "policy", "bucket_policy", {"Policy": policy()}, {"Policy": policy()})
    other = policy(Resource="arn:aws:s3:::other/*")
    aws.refuses(
        aws("put policy of another bucket", "s3.put_bucket_policy", **BUCKET, Policy=other), "MalformedPolicy"
    )
    public = policy(Principal="*")
    aws.refuses(aws("put public policy", "s3.put_bucket_policy", **BUCKET, Policy=public), "AccessDenied")
    aws("delete policy", "s3.delete_bucket_policy", **BUCKET)
    aws.refuses(aws("read policy deleted", "s3.get_bucket_policy", **BUCKET), absent)
    aws("delete public access", "s3.delete_public_access_block", **BUCKET)
    gone = aws("read public access deleted", "s3.get_public_access_block", **BUCKET)
    aws.refuses(gone, "NoSuchPublicAccessBlockConfiguration")
    put_and_read(aws, "public policy allowed", "bucket_policy", {"Policy": public}, {"Policy": public})


def tagging(aws):
    absent = "NoSuchTagSet"
    aws.refuses(aws("read tags before they are set", "s3.get_bucket_tagging", **BUCKET), absent)
    fewer = [{"Key": "Env", "Value": "prod"}]
    for step, tags in (("tags", TAGS), ("fewer tags", fewer)):
        put_and_read(aws, step, "bucket_tagging", {"Tagging": {"TagSet": tags}}, {"TagSet": tags})
    twice = {"TagSet": [*fewer, *fewer]}
    aws.refuses(aws("tag twice", "s3.put_bucket_tagging", **BUCKET, Tagging=twice), "InvalidTag")
    aws("delete tags", "s3.delete_bucket_tagging", **BUCKET)
    aws.refuses(aws("read tags deleted", "s3.get_bucket_tagging", **BUCKET), absent)


def logging(aws):
    aws.ask("s3.create_bucket", Bucket="recon-logs", **HERE)
    aws("read logging before it is set", "s3.get_bucket_logging", **BUCKET)
    wanted = {"LoggingEnabled": {"TargetBucket": "recon-logs", "TargetPrefix": "artifacts/"}}
    put_and_read(aws, "logging", "bucket_logging", {"BucketLoggingStatus": wanted}, wanted)
    nowhere = {"LoggingEnabled": {"TargetBucket": "recon-nowhere", "TargetPrefix": ""}}
    refused = aws("put logging to no bucket", "s3.put_bucket_logging", **BUCKET, BucketLoggingStatus=nowhere)
    aws.refuses(refused, "InvalidTargetBucketForLogging")
    aws("drop logging", "s3.put_bucket_logging", **BUCKET, BucketLoggingStatus={})
    dropped = aws("read logging dropped", "s3.get_bucket_logging", **BUCKET)
    if aws.is_sandbox:
        assert "LoggingEnabled" not in dropped


def deletion_of_bucket(aws):
    """A version that nobody sees any more still holds the bucket."""
    aws.ask("s3.put_bucket_versioning", **BUCKET, VersioningConfiguration={"Status": "Enabled"})
    put = aws("put an object", "s3.put_object", **BUCKET, Key="api/a", Body=b"one")
    aws.refuses(aws("delete with an object", "s3.delete_bucket", **BUCKET), "BucketNotEmpty")
    aws("delete the object", "s3.delete_object", **BUCKET, Key="api/a")
    aws.refuses(aws("delete with versions", "s3.delete_bucket", **BUCKET), "BucketNotEmpty")
    found = aws("list versions", "s3.list_object_versions", **BUCKET)
    aws.holds(found, {"Versions": [{"Key": "api/a", "VersionId": put["VersionId"]}]})
    held = [
        {"Key": one["Key"], "VersionId": one["VersionId"]}
        for one in [*found["Versions"], *found["DeleteMarkers"]]
    ]
    aws("delete versions", "s3.delete_objects", **BUCKET, Delete={"Objects": held, "Quiet": True})
    aws("delete", "s3.delete_bucket", **BUCKET)
    aws.refuses(aws("read deleted", "s3.get_bucket_versioning", **BUCKET), "NoSuchBucket")
    aws.refuses(aws("look for deleted", "s3.head_bucket", **BUCKET), "404")
