"""`recon check --format sarif` before SARIF's own schema.

`sarif-schema-2.1.0.json` is OASIS's, as the crate serde-sarif ships it.
"""

import json
import os
import pathlib
import subprocess

import jsonschema
import pytest

HERE = pathlib.Path(__file__).parent
TOP = HERE.parent.parent
SCHEMA = json.loads((HERE / "sarif-schema-2.1.0.json").read_text())
VALIDATOR = jsonschema.validators.validator_for(SCHEMA)(SCHEMA)

STACK = """
[stack]
name = "s"
region = "eu-west-1"
account = "123456789012"

[elb.load_balancer.front]
name = "internal-front"
subnets = ["subnet-0a1b2c3d", "subnet-0a1b2c3d"]
allow = [{ rule = "SVC-022", reason = "" }]
"""


def check(folder):
    command = [os.environ["RECON"], "check", "--advice", "--format", "sarif", str(folder)]
    return json.loads(subprocess.run(command, capture_output=True, text=True).stdout)


def write(folder, text, name="stack.toml"):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    return folder


def results(document):
    VALIDATOR.validate(document)
    return document["runs"][0]["results"]


def test_a_stack_without_findings():
    assert results(check(TOP / "desired")) is not None


def test_findings_with_related_places(tmp_path):
    found = results(check(write(tmp_path / "a b#c?", STACK)))
    assert {result["ruleId"] for result in found} >= {"LB-002", "LB-016", "META-002"}
    assert any("relatedLocations" in result for result in found)


@pytest.mark.parametrize("text", ["[", "[stack]\nnme = 1\n", "\x1b"])
def test_a_folder_that_is_no_stack(tmp_path, text):
    assert results(check(write(tmp_path / "stack", text)))


def test_no_folder_at_all(tmp_path):
    assert "locations" not in results(check(tmp_path / "nowhere"))[0]


def test_the_schema_refuses_what_is_no_sarif():
    document = check(TOP / "desired")
    document["runs"][0]["tool"] = {}
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(document)
