"""Every kind of resource made, read, changed and taken away, with a client that recon did not write.

The same steps run against the sandbox, where what was given must come back, and
against moto, where every difference must stand in DIFFERENCES with its reason.

    cargo run -p recon-sandbox --example serve -- --port 4600
    moto_server -p 4601
    RECON_SANDBOX_URL=http://127.0.0.1:4600 MOTO_URL=http://127.0.0.1:4601 pytest tests/boto3
"""

import functools
import os

import pytest

from aws import Endpoint, differences
from differences import DIFFERENCES, Difference, explains
from kinds import KINDS

SANDBOX_URL = os.environ.get("RECON_SANDBOX_URL")
MOTO_URL = os.environ.get("MOTO_URL")
needs_sandbox = pytest.mark.skipif(not SANDBOX_URL, reason="RECON_SANDBOX_URL is not set")
needs_both = pytest.mark.skipif(
    not (SANDBOX_URL and MOTO_URL), reason="RECON_SANDBOX_URL or MOTO_URL is not set"
)


@functools.cache
def run(kind, url, is_sandbox):
    endpoint = Endpoint(url, is_sandbox)
    endpoint.reset()
    KINDS[kind](endpoint)
    return endpoint.steps


def compared(kind):
    """All differences of a kind. Where one side refuses the step, that is the one difference."""
    ours, theirs = run(kind, SANDBOX_URL, True), run(kind, MOTO_URL, False)
    assert ours.keys() == theirs.keys()
    for step in ours:
        if ("Error" in ours[step]) != ("Error" in theirs[step]):
            yield Difference(kind, step, "", ours[step], theirs[step])
        else:
            for path, one, other in differences(ours[step], theirs[step], ""):
                yield Difference(kind, step, path, one, other)


@needs_sandbox
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_given_comes_back_until_it_is_deleted(kind):
    run(kind, SANDBOX_URL, True)


@pytest.fixture(scope="module")
def found():
    return [difference for kind in KINDS for difference in compared(kind)]


@needs_both
def test_every_difference_from_moto_has_a_reason(found):
    unexplained = [d for d in found if not any(explains(row, d) for row in DIFFERENCES)]
    assert not unexplained, "\n" + "\n".join(map(str, unexplained))


@needs_both
def test_every_reason_still_has_its_difference(found):
    gone = [row for row in DIFFERENCES if not any(explains(row, d) for d in found)]
    assert not gone, "\n" + "\n".join(
        f"{kind} | {step} | {path}: {reason}" for kind, step, path, _, reason in gone
    )
