"""What was made by hand comes in as TOML that plans to no change."""

import shutil
import tomllib

import tomli_w

from gaps import NOT_PULLED
from scenes import touched
from stacks import applied, on_every_target, planned, unexplained
from target import REGION
from untag import keys, untag

# what has no ARN, or no tags
BARE = ("codedeploy.deployment_config", "iam.service_credential", "autoscaling.policy")


@on_every_target
def test_a_stack_made_by_hand_comes_in(stack, tmp_path):
    target, folder = stack
    target.calls()
    applied(target, folder)
    owned = keys(target.calls())
    untag(target, arns(target, folder, tmp_path / "outputs"), owned)
    pulled = tmp_path / "pulled"
    run = target.run("pull", str(pulled), "--cluster", cluster_of(folder), "--name", "mine", "--region", REGION)
    assert run.returncode == 0, run.stderr
    code, plan = planned(target, pulled, "--detailed-exitcode")
    kinds = {step["address"].rsplit(".", 1)[0] for step in plan["steps"]}
    assert {"ecs.cluster", "ecs.service", "elb.listener"} <= kinds, kinds
    surprises, stale = unexplained(changes(plan), [row for row in NOT_PULLED if row[1] == folder.name], target)
    assert not surprises, surprises
    assert not stale, f"moto has learnt these: {stale}"
    if target.name == "sandbox":
        applied(target, pulled)
        code, plan = planned(target, pulled, "--detailed-exitcode")
        assert code == 0, sorted(touched(plan))


def changes(plan):
    """All that is more than taking over."""
    quiet = {f"adopt {step['address']}" for step in plan["steps"] if step["action"] == "adopt" and not step["fields"]}
    return touched(plan) - quiet


def arns(target, folder, copy):
    """Of all that has tags, as recon itself tells them."""
    _, plan = planned(target, folder)
    there = [step["address"] for step in plan["steps"] if step["action"] in ("keep", "update")]
    addresses = [address for address in there if not address.startswith(BARE)]
    outputs = {address.replace(".", "-"): f"${{{address}.arn}}" for address in addresses}
    shutil.copytree(folder, copy)
    (copy / "arns.toml").write_text(tomli_w.dumps({"outputs": outputs}))
    code, told, words = target.recon(copy, "output")
    assert code == 0, words
    return [told["outputs"][name] for name in outputs]


def cluster_of(folder):
    tables = [tomllib.loads(file.read_text()) for file in folder.glob("*.toml")]
    clusters = [cluster for table in tables for cluster in table.get("ecs", {}).get("cluster", {}).values()]
    return clusters[0]["name"]
