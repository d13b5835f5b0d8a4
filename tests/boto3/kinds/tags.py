"""The tags of everything that has any, in AWS's two forms."""

TAGS = [{"Key": "Env", "Value": "test"}, {"Key": "recon:stack", "Value": "s"}]
LOWER_TAGS = [{"key": tag["Key"], "value": tag["Value"]} for tag in TAGS]
