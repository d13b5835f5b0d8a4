"""Every kind, every field that can change: in TOML, and behind recon's back.

One driver proves the sandbox on the loopback and moto: the real binary plans,
applies and looks for drift, boto3 makes the drift.
"""

import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from gaps import GAPS, LACKS, matches
from scenes import Stage, acts, book

SCENES = book()["scenes"]
# what takes longest goes first: most rows, and what AWS allows few calls of
SLOW = ("autoscaling", "codepipeline", "codedeploy", "elb", "ecs")
ROWS = {scene["kind"]: 0 for scene in SCENES}
for scene in SCENES:
    ROWS[scene["kind"]] += len(scene["change"]) + len(scene["behind"]) + len(scene["replace"])
KINDS = sorted(ROWS, key=lambda kind: (-ROWS[kind], kind))
ACTS = [act for scene in SCENES for act in acts(scene)]
ACTS.sort(key=lambda act: not act["kind"].startswith(SLOW))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in LACKS])
def test_every_field_in_moto(targets, kind):
    failures = [failure for act in ACTS if act["kind"] == kind for failure in Stage(targets("moto"), act).perform()]
    rows = GAPS.get(kind, [])
    unexplained = [f for f in failures if not any(matches(row[0], f.what) for row in rows)]
    assert not unexplained, "\n" + "\n".join(map(str, unexplained))
    stale = [row for row in rows if not any(matches(row[0], f.what) for f in failures)]
    assert not stale, f"moto has learnt this; take it out of gaps.py: {stale}"


@pytest.mark.parametrize("act", ACTS, ids=lambda act: f"{act['kind']} {act['base']} {act['act']}")
def test_every_field_in_the_sandbox(targets, act):
    failures = Stage(targets("sandbox"), act).perform()
    assert not failures, "\n" + "\n".join(map(str, failures))


@pytest.mark.parametrize("kind", LACKS)
def test_moto_still_lacks_what_the_kind_needs(targets, kind):
    service, operation = LACKS[kind].split()
    client = targets("moto").unchecked(service)
    try:
        client._make_api_call(operation, {})
    except ClientError as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] in (404, 500), error
    except ResponseParserError as error:
        # the page that it breaks down with is no XML
        assert "500 Internal Server Error" in str(error)
    else:
        pytest.fail(f"moto has learnt {operation}; take it out of gaps.py")
