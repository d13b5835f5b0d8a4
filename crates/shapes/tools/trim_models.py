#!/usr/bin/env python3
"""Cuts AWS's service models (as botocore ships them) down to what recon speaks.

    pip install botocore && python3 crates/shapes/tools/trim_models.py

Writes crates/shapes/data/SERVICE.json (operations and shapes, botocore's own
layout) and crates/shapes/data/SERVICE.docs.json (first sentence of each
member's documentation). Both are committed; a test says when they are stale.
Licence of the data: Apache-2.0, see crates/shapes/data/NOTICE.
"""
import gzip
import html
import json
import pathlib
import re
import sys

import botocore

HERE = pathlib.Path(__file__).resolve().parent.parent
DATA = pathlib.Path(botocore.__file__).parent / "data"

OPERATIONS = json.loads((HERE / "tools" / "operations.json").read_text())

# What a shape keeps. Everything else (examples, waiters, paginators) is dropped.
KEEP_SHAPE = [
    "type", "required", "enum", "min", "max", "pattern", "exception", "fault", "error",
    "sensitive", "flattened", "payload", "wrapper", "locationName", "timestampFormat", "xmlNamespace", "union",
]
KEEP_MEMBER = [
    "shape", "locationName", "queryName", "location", "flattened", "timestampFormat",
    "xmlNamespace", "xmlAttribute", "idempotencyToken", "jsonvalue", "streaming",
]
# Our order of preference: what the Rust SDK speaks and every server understands.
PROTOCOLS = ["ec2", "rest-xml", "rest-json", "json", "query"]


def first_sentence(text):
    text = html.unescape(re.sub(r"<[^>]+>", "", text or ""))
    text = re.sub(r"\s+", " ", text).strip()
    match = re.match(r"(.{20,}?[.!?])(\s|$)", text)
    return (match.group(1) if match else text)[:300]


def load(service):
    path = sorted((DATA / service).glob("*/service-2.json.gz"))[-1]
    return json.load(gzip.open(path))


def member(spec):
    return {key: spec[key] for key in KEEP_MEMBER if key in spec}


def trim(service, names):
    model = load(service)
    shapes, docs, todo = {}, {}, []
    operations = {}
    for name in sorted(names):
        source = model["operations"][name]
        operation = {"http": source["http"]}
        for side in ("input", "output"):
            if side in source:
                operation[side] = {k: v for k, v in source[side].items() if k != "documentation"}
                todo.append(source[side]["shape"])
        operation["errors"] = [e["shape"] for e in source.get("errors", [])]
        todo += operation["errors"]
        if source.get("httpChecksumRequired") or source.get("httpChecksum", {}).get("requestChecksumRequired"):
            operation["httpChecksumRequired"] = True
        operations[name] = operation
    while todo:
        name = todo.pop()
        if name in shapes:
            continue
        source = model["shapes"][name]
        shape = {key: source[key] for key in KEEP_SHAPE if key in source}
        if "members" in source:
            shape["members"] = {}
            for key, spec in source["members"].items():
                shape["members"][key] = member(spec)
                todo.append(spec["shape"])
                sentence = first_sentence(spec.get("documentation"))
                if sentence and not source.get("exception"):
                    docs[f"{name}.{key}"] = sentence
        for side in ("member", "key", "value"):
            if side in source:
                shape[side] = member(source[side])
                todo.append(source[side]["shape"])
        shapes[name] = shape
    meta = model["metadata"]
    offered = meta.get("protocols", [meta["protocol"]])
    protocol = next(p for p in PROTOCOLS if p in offered)
    out = {
        "metadata": {
            "serviceId": meta["serviceId"],
            "apiVersion": meta["apiVersion"],
            "protocol": protocol,
            "endpointPrefix": meta["endpointPrefix"],
            "signingName": meta.get("signingName", meta["endpointPrefix"]),
            **{k: meta[k] for k in ("targetPrefix", "jsonVersion", "xmlNamespace", "globalEndpoint") if k in meta},
        },
        "operations": operations,
        "shapes": dict(sorted(shapes.items())),
    }
    return out, dict(sorted(docs.items()))


def main():
    for service, names in OPERATIONS.items():
        model, docs = trim(service, names)
        for suffix, content in (("json", model), ("docs.json", docs)):
            text = json.dumps(content, indent=None, separators=(",", ":"), ensure_ascii=False)
            # one shape or operation a line: small diffs when AWS changes something
            text = re.sub(r'(?<=[{,])("[A-Za-z0-9_.]+":\{"(?:type|http)")', r"\n\1", text)
            text = text if suffix == "json" else text.replace('","', '",\n"')
            target = HERE / "data" / f"{service}.{suffix}"
            if "--check" in sys.argv:
                if target.read_text() != text + "\n":
                    sys.exit(f"{target} is stale: run crates/shapes/tools/trim_models.py")
            else:
                target.write_text(text + "\n")
    (HERE / "data" / "BOTOCORE_VERSION").write_text(botocore.__version__ + "\n")


if __name__ == "__main__":
    main()
