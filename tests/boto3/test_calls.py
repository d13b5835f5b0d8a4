"""Every call of recon's tests, judged by botocore's own models.

The sandbox writes each distinct call of a test session into the folder that
RECON_SANDBOX_RECORD names. Here botocore says what it thinks of the requests
that recon sent, and of the answers that the sandbox gave: required members,
types, enums, ranges, lengths, patterns, and members that nobody knows.
"""

import functools
import json
import os
from pathlib import Path

import botocore.session
import pytest
import regex
from botocore.validate import ParamValidator

RECORD = os.environ.get("RECON_SANDBOX_RECORD")
pytestmark = pytest.mark.skipif(not RECORD, reason="RECON_SANDBOX_RECORD is not set")

SESSION = botocore.session.get_session()
VALIDATOR = ParamValidator()

# Where AWS itself does not keep to its model: part of the complaint, why.
EXCEPTIONS = [
    (
        "LoadBalancerAttributes .Attributes: ",
        "an application load balancer has more attributes than its model allows",
    ),
]


@functools.cache
def model(service, operation):
    return SESSION.get_service_model(service).operation_model(operation)


@functools.cache
def compiled(pattern):
    # AWS writes astral characters as Java's pairs of surrogates
    return regex.compile(pattern.replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF"))


def complaints(shape, value, path, answer):
    """What botocore's raw model holds against a value; its own validator does the rest of a request."""
    kind, rules = shape.type_name, shape.metadata
    if kind == "structure":
        yield from structure(shape, value, path, answer)
    elif kind == "list":
        if not isinstance(value, list):
            yield f"{path}: no list"
            return
        # AWS answers with an empty list also where its model knows none
        if value or not answer:
            yield from sizes(rules, len(value), path, answer)
        for at, item in enumerate(value):
            yield from complaints(shape.member, item, f"{path}[{at}]", answer)
    elif kind == "map":
        if not isinstance(value, dict):
            yield f"{path}: no map"
            return
        yield from sizes(rules, len(value), path, answer)
        for key, item in value.items():
            yield from complaints(shape.key, key, f"{path}[key {key}]", answer)
            yield from complaints(shape.value, item, f"{path}.{key}", answer)
    elif kind == "string":
        yield from string(shape, value, path, answer)
    elif kind in ("integer", "long", "float", "double"):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            yield f"{path}: no number"
        elif not answer:
            yield from sizes(rules, value, path, answer)
    elif kind == "boolean" and not isinstance(value, bool):
        yield f"{path}: neither true nor false"


def structure(shape, value, path, answer):
    if not isinstance(value, dict):
        yield f"{path}: no structure"
        return
    for name in shape.required_members:
        if value.get(name) is None:
            yield f"{path}: {name} is required"
    for name, item in value.items():
        if name not in shape.members:
            yield f"{path}: {name} is unknown"
        elif item is not None:
            yield from complaints(shape.members[name], item, f"{path}.{name}", answer)
        else:
            yield f"{path}.{name}: null"
    if shape.is_tagged_union and len(value) != 1:
        yield f"{path}: a union with {len(value)} members"


def string(shape, value, path, answer):
    if not isinstance(value, str):
        yield f"{path}: no text"
        return
    if shape.enum and value not in shape.enum:
        yield f"{path}: {value!r} is not one of {shape.enum}"
    yield from sizes(shape.metadata, len(value), path, answer)
    pattern = shape.metadata.get("pattern")
    if pattern and not compiled(pattern).search(value):
        yield f"{path}: {value!r} does not match {pattern}"


def sizes(rules, size, path, answer):
    if size < rules.get("min", size) or size > rules.get("max", size):
        yield f"{path}: {size} is not between {rules.get('min')} and {rules.get('max')}"


@pytest.fixture(scope="module")
def calls():
    """Distinct over all processes."""
    lines = set()
    for file in Path(RECORD).glob("*.jsonl"):
        lines.update(file.read_text().splitlines())
    return [json.loads(line) for line in sorted(lines)]


def judged(documents, judge):
    """Everything said against them, a kind of complaint once with one example."""
    said = {}
    for service, operation, document in documents:
        for complaint in judge(service, operation, document):
            form = regex.sub(r"\[\d+\]|'.*'|\[key .*?\]", "", complaint)
            said.setdefault(f"{service} {operation} {form}", f"{service} {operation} {complaint}")
    return [text for text in said.values() if not any(row[0] in text for row in EXCEPTIONS)]


def request(service, operation, document):
    shape = model(service, operation).input_shape
    if shape is None:
        if document:
            yield "takes nothing"
        return
    yield from VALIDATOR.validate(document, shape).generate_report().splitlines()
    yield from complaints(shape, document, "", answer=False)


def answer(service, operation, document):
    shape = model(service, operation).output_shape
    if shape is not None:
        yield from complaints(shape, document or {}, "", answer=True)


def test_every_request_of_recons_is_one_by_botocores_models(calls):
    requests = [(call["service"], call["operation"], call["input"]) for call in calls]
    found = judged(requests, request)
    print(f"{len(requests)} requests of {len({r[:2] for r in requests})} operations judged")
    assert len(requests) > 10_000
    assert not found, "\n" + "\n".join(found)


def test_every_answer_of_the_sandboxs_is_one_by_botocores_models(calls):
    answers = [(call["service"], call["operation"], call["output"]) for call in calls if "output" in call]
    found = judged(answers, answer)
    print(f"{len(answers)} answers of {len({a[:2] for a in answers})} operations judged")
    assert len(answers) > 10_000
    assert not found, "\n" + "\n".join(found)
