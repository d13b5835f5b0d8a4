"""desired/ and every example: from nothing, no change, and away again."""

import shutil
import tomllib

import pytest
import tomli_w

from gaps import LACKS, LOST, NO_WAITING, NOT_ASKED, STAYS, matches
from scenes import complaint, touched
from target import ROOT

FOLDERS = [ROOT / "desired", *sorted(folder for folder in (ROOT / "examples").iterdir() if folder.is_dir())]


def planned(target, folder, *words):
    code, plan, said = target.recon(folder, "plan", *words)
    assert "steps" in plan, said or plan
    return code, plan


def without(folder, copy, kinds, needs):
    """The stack without these kinds and what needs them; `needs` as a plan has them."""
    gone = {address for address in needs if address.rsplit(".", 1)[0] in kinds}
    while more := {address for address, needed in needs.items() if gone & set(needed)} - gone:
        gone |= more
    shutil.copytree(folder, copy)
    for file in copy.glob("*.toml"):
        table = tomllib.loads(file.read_text())
        table.pop("outputs", None)
        for address in gone:
            family, kind, label = address.split(".")
            table.get(family, {}).get(kind, {}).pop(label, None)
        file.write_text(tomli_w.dumps(table))
    return gone


@pytest.fixture
def stack(request, targets, tmp_path):
    """The target in an empty account, and the folder as far as it can hold it."""
    name, folder = request.param
    target = targets(name)
    target.reset()
    if name == "sandbox":
        return target, folder
    sandbox = targets("sandbox")
    sandbox.reset()
    _, plan = planned(sandbox, folder)
    needs = {step["address"]: step["needs"] for step in plan["steps"]}
    gone = without(folder, tmp_path / folder.name, LACKS, needs)
    assert len(gone) < len(needs), "moto holds nothing of it"
    return target, tmp_path / folder.name


@pytest.mark.parametrize(
    "stack",
    [(name, folder) for name in ("sandbox", "moto") for folder in FOLDERS],
    ids=lambda case: f"{case[1].name} in {case[0]}",
    indirect=True,
)
def test_a_stack_is_built_and_then_nothing_is_left_to_do(stack):
    target, folder = stack
    code, plan = planned(target, folder, "--detailed-exitcode")
    assert code == 2 and {step["action"] for step in plan["steps"]} == {"create"}, sorted(touched(plan))
    code, report, words = target.recon(folder, "apply", "--auto-approve", *NO_WAITING)
    assert code == 0, complaint(report, words)
    code, plan = planned(target, folder, "--detailed-exitcode")
    left = touched(plan)
    rows = [row[0] for row in LOST if row[1] == folder.name] if target.name == "moto" else []
    assert not [line for line in left if not any(matches(row, line) for row in rows)], sorted(left)
    assert not [row for row in rows if not any(matches(row, line) for line in left)], "moto has learnt these"
    assert code == (2 if left else 0)
    code, report, words = target.recon(folder, "destroy", "--auto-approve", *NOT_ASKED)
    failed = [failure["address"] for failure in report["failed"]]
    if target.name == "moto" and failed:
        assert all(any(matches(row[0], address) for row in STAYS) for address in failed), complaint(report, words)
        return
    assert code == 0, complaint(report, words)
    _, plan = planned(target, folder)
    there = {step["address"] for step in plan["steps"] if step["action"] != "create"}
    stays = {address for address in there if any(matches(row[0], address) for row in STAYS)}
    assert there <= (stays if target.name == "moto" else set()), f"still there: {there}"
