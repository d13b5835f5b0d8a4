"""The codec against botocore's, byte for byte where it matters.

For every operation of every service, in every protocol that botocore knows for
it: botocore writes a request and the codec reads it, the codec writes a request
and it is the one that botocore writes, the codec writes an answer and botocore
reads it. Documents are random, from botocore's own model, with every member.

Needs the codec as a filter: cargo build -p recon-shapes --example wire, and
RECON_WIRE=target/debug/examples/wire.
"""

import base64
import datetime
import io
import json
import os
import pathlib
import random
import subprocess
import xml.etree.ElementTree as ET
from urllib.parse import parse_qsl, urlsplit

import pytest
from botocore.awsrequest import HeadersDict, create_request_object, prepare_request_dict
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

WIRE = os.environ.get("RECON_WIRE")
pytestmark = pytest.mark.skipif(not WIRE, reason="RECON_WIRE is not set")

DATA = pathlib.Path(__file__).parents[2] / "crates/shapes/data"
SERVICES = sorted(p.stem for p in DATA.glob("*.json") if not p.name.endswith(".docs.json"))
UTC = datetime.timezone.utc


def ours(service):
    return json.loads((DATA / f"{service}.json").read_text())


def pairs():
    for service in SERVICES:
        metadata = Loader().load_service_model(service, "service-2")["metadata"]
        for protocol in metadata["protocols"]:
            yield service, protocol


def run(tasks):
    text = "".join(json.dumps(task) + "\n" for task in tasks)
    done = subprocess.run([WIRE], input=text, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


class Documents:
    """Random documents in recon's form, from botocore's shapes and within recon's models."""

    def __init__(self, service, seed):
        self.shapes = ours(service)["shapes"]
        self.random = random.Random(seed)

    def of(self, shape, request, depth=0):
        kind = shape.type_name
        if kind == "structure":
            return self.structure(shape, request, depth)
        if kind == "list":
            count = self.random.randint(1, 3)
            items = [self.of(shape.member, request, depth + 1) for _ in range(count)]
            return [item for item in items if item != {}]
        if kind == "map":
            count = self.random.randint(1, 3)
            keys = {self.of(shape.key, request, depth) for _ in range(count)}
            # a form numbers the entries of a map in the order that they have
            return {key: self.of(shape.value, request, depth + 1) for key in sorted(keys)}
        return self.scalar(shape)

    def structure(self, shape, request, depth):
        members = self.shapes[shape.name].get("members", {})
        # recon's model takes `Expires` of S3 for the text that S3 takes it for
        names = [name for name in shape.members if name in members and name != "Expires"]
        if shape.is_tagged_union:
            names = self.random.sample(names, 1)
        out = {}
        for name in names:
            member = shape.members[name]
            deep = depth > 6 and name not in shape.required_members
            # the HTTP layer's, or computed from the body by either side
            computed = request and (name in ("ContentLength", "ContentMD5") or "Checksum" in name)
            if not deep and not computed:
                out[name] = self.placed(member, request, depth)
        return {name: value for name, value in out.items() if value not in ({}, [])}

    def placed(self, member, request, depth):
        place = member.serialization.get("location")
        if member.type_name == "timestamp" and place:
            return self.random.randrange(4_000_000_000)
        if place == "headers":
            return {"key": "value", "other": "v"}
        if place in ("header", "uri") and member.type_name == "string" and not member.enum:
            return "a b/c" if place == "header" else "a b/c?d=é"
        return self.of(member, request, depth + 1)

    def scalar(self, shape):
        kind = shape.type_name
        if kind == "string":
            if getattr(shape, "enum", None):
                return self.random.choice(shape.enum)
            return "x" + "".join(self.random.choices("a7/+= &<>\"'%?#.,\té한😀~-_", k=5))
        if kind in ("integer", "long"):
            return self.random.randrange(1, 2**31)
        if kind in ("float", "double"):
            return self.random.choice([80.0, 0.1, 0.001, 123456.789])
        if kind == "boolean":
            return self.random.random() < 0.5
        if kind == "timestamp":
            rfc822 = shape.serialization.get("timestampFormat") == "rfc822"
            return self.random.randrange(1_000_000_000) * (4 if rfc822 else 1)
        if kind == "blob":
            return base64.b64encode(self.random.randbytes(7)).decode()
        raise NotImplementedError(kind)


def to_botocore(shape, value):
    """recon's form of a document as botocore takes it."""
    kind = shape.type_name
    if kind == "structure":
        return {name: to_botocore(shape.members[name], v) for name, v in value.items()}
    if kind == "list":
        return [to_botocore(shape.member, v) for v in value]
    if kind == "map":
        return {k: to_botocore(shape.value, v) for k, v in value.items()}
    if kind == "timestamp":
        return datetime.datetime.fromtimestamp(value, UTC)
    if kind == "blob":
        return base64.b64decode(value)
    return value


def from_botocore(shape, value):
    kind = shape.type_name
    if kind == "structure":
        members = {n: v for n, v in value.items() if n in shape.members}
        return {name: from_botocore(shape.members[name], v) for name, v in members.items()}
    if kind == "list":
        return [from_botocore(shape.member, v) for v in value]
    if kind == "map":
        return {k: from_botocore(shape.value, v) for k, v in value.items()}
    if kind == "timestamp":
        return int(value.timestamp()) if isinstance(value, datetime.datetime) else value
    if kind == "blob":
        return base64.b64encode(value if isinstance(value, bytes) else value.read()).decode()
    return value


def operations(service):
    model = ServiceModel(Loader().load_service_model(service, "service-2"), service)
    for name in ours(service)["operations"]:
        yield name, model.operation_model(name)


def botocores_request(protocol, operation, document):
    serializer = create_serializer(protocol, include_validation=False)
    shape = operation.input_shape
    params = to_botocore(shape, document) if shape else {}
    request = serializer.serialize_to_request(params, operation)
    prepare_request_dict(request, "http://127.0.0.1:4600")
    prepared = create_request_object(request).prepare()
    url = urlsplit(prepared.url)
    body = prepared.body or b""
    return {
        "do": "decode_request",
        "method": prepared.method,
        "path": url.path + (f"?{url.query}" if url.query else ""),
        "headers": [[k, v if isinstance(v, str) else v.decode()] for k, v in prepared.headers.items()],
        "body": base64.b64encode(body.encode() if isinstance(body, str) else body).decode(),
    }


def input_document(service, operation, seed):
    shape = operation.input_shape
    return Documents(service, seed).of(shape, True) if shape else {}


@pytest.mark.parametrize("service,protocol", list(pairs()))
def test_the_codec_reads_what_botocore_writes(service, protocol):
    sent = [
        (name, operation, input_document(service, operation, seed))
        for name, operation in operations(service)
        for seed in range(5)
    ]
    read = run(botocores_request(protocol, operation, document) for _, operation, document in sent)
    for (name, _, document), call in zip(sent, read, strict=True):
        assert call.get("error") is None, name
        assert (call["service"], call["operation"]) == (service, name)
        assert call["input"] == document, name


def canonical_body(protocol, headers, body):
    if not body:
        return None
    if protocol in ("query", "ec2"):
        return sorted(parse_qsl(body.decode(), keep_blank_values=True))
    if protocol in ("json", "rest-json"):
        return json.loads(body)
    if protocol == "rest-xml" and body.startswith(b"<"):
        # S3 takes the members of a structure in any order
        def tree(element):
            inner = sorted((tree(child) for child in element), key=repr)
            return (element.tag, sorted(element.attrib.items()), element.text or "", inner)

        return tree(ET.fromstring(body))
    return body


@pytest.mark.parametrize("service,protocol", [p for p in pairs() if "cbor" not in p[1]])
def test_the_codec_writes_what_botocore_writes(service, protocol):
    sent = [
        (name, operation, input_document(service, operation, seed))
        for name, operation in operations(service)
        for seed in range(5)
    ]
    task = {"do": "encode_request", "service": service, "wire": protocol}
    wrote = run(task | {"operation": name, "document": document} for name, _, document in sent)
    for (name, operation, document), mine in zip(sent, wrote, strict=True):
        theirs = botocores_request(protocol, operation, document)
        assert mine.get("error") is None, name
        assert mine["method"] == theirs["method"], name
        for side in (mine, theirs):
            url = urlsplit("http://x" + side["path"])
            side["path"] = (url.path, sorted(parse_qsl(url.query, keep_blank_values=True)))
            headers = {k.lower(): v for k, v in side["headers"]}
            side["body"] = canonical_body(protocol, headers, base64.b64decode(side["body"]))
            http = ("content-length", "content-type", "user-agent", "x-amz-checksum-sha256", "accept")
            own = ("smithy-protocol", "x-amzn-query-mode", "content-md5")
            side["headers"] = {k: v for k, v in headers.items() if k not in http + own}
        assert mine["path"] == theirs["path"], name
        assert mine["headers"] == theirs["headers"], name
        assert mine["body"] == theirs["body"], name


@pytest.mark.parametrize("service,protocol", list(pairs()))
def test_botocore_reads_what_the_codec_writes(service, protocol):
    sent = [
        (name, operation, Documents(service, seed).of(operation.output_shape, False))
        for name, operation in operations(service)
        if operation.output_shape
        for seed in range(5)
    ]
    task = {"do": "encode_response", "service": service, "wire": protocol}
    wrote = run(task | {"operation": name, "document": document} for name, _, document in sent)
    parser = create_parser(protocol)
    for (name, operation, document), response in zip(sent, wrote, strict=True):
        if name == "GetBucketLocation":
            # botocore reads this one in a handler of its own
            assert document["LocationConstraint"].encode() in base64.b64decode(response["body"])
            continue
        body = base64.b64decode(response["body"])
        raw = {
            "status_code": response["status"],
            "headers": HeadersDict(response["headers"]),
            "body": io.BytesIO(body) if operation.has_streaming_output else body,
        }
        parsed = parser.parse(raw, operation.output_shape)
        assert from_botocore(operation.output_shape, parsed) == document, name
