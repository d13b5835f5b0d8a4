"""`recon schema` before a validator that others wrote: what is right is right, what is
wrong is wrong, and so it helps whoever types."""

import json
import os
import pathlib
import subprocess
import tomllib

import jsonschema
import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads(subprocess.run([os.environ["RECON"], "schema"], capture_output=True, check=True).stdout)
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
FILES = sorted([*TOP.glob("desired/**/*.toml"), *TOP.glob("examples/**/*.toml"), *TOP.glob("crates/rules/tests/correct/**/*.toml")])


def wrong(document):
    return [error.json_path for error in VALIDATOR.iter_errors(document)]


def test_it_is_a_schema():
    jsonschema.Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(TOP)))
def test_every_stack_of_the_project_is_valid(file):
    assert wrong(tomllib.loads(file.read_text())) == []


@pytest.mark.parametrize(
    "text",
    [
        '[ecs.servise.api]\nname = "a"',
        '[ecs.service.api]\ndesired_cuont = 1',
        '[ecs.service.api]\ndesired_count = "two"',
        '[ecs.service.api]\nlaunch_type = "FARGAT"',
        '[ecs.service.api]\nadopt = "yes"',
        '[ecs.service.api]\nallow = [{ rule = "SVC-024" }]',
        '[ecs.service.api]\nreplace = "sometime"',
        '[stack]\nnme = "a"',
        '[stack]\naccount = "12"',
        '[lookup.vpc.main]\ndefalt = true',
        'moved = [{ from = "ecs.service.a" }]',
    ],
)
def test_a_mistake_is_one(text):
    assert wrong(tomllib.loads(text)) != []


@pytest.mark.parametrize(
    "text",
    [
        '[ecs.service.api]\ndesired_count = "${var.count}"',
        '[ecs.service.api]\ncluster = { arn = "arn:aws:ecs:eu-west-1:123456789012:cluster/a" }',
        '[ecs.service.api]\ndeployment_controller = "ECS"',
        '[ecs.service.api]\ndeployment_controller = { type = "ECS" }',
        '[iam.role.a]\ntrust = { file = "trust.json" }',
    ],
)
def test_every_way_to_write_it_is_valid(text):
    assert wrong(tomllib.loads(text)) == []


def test_what_is_offered_is_explained():
    service = SCHEMA["definitions"]["ecs.service"]["properties"]
    assert "Another value replaces" in service["cluster"]["description"]
    unexplained = [name for name, field in service.items() if not field.get("description")]
    assert unexplained == []
