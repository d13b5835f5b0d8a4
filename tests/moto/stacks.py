"""desired/ and every example, as far as a target can hold them."""

import shutil
import tomllib

import pytest
import tomli_w

from gaps import LACKS, NO_WAITING, NOT_ASKED, matches
from scenes import complaint
from target import ROOT

FOLDERS = [ROOT / "desired", *sorted(folder for folder in (ROOT / "examples").iterdir() if folder.is_dir())]

on_every_target = pytest.mark.parametrize(
    "stack",
    [(name, folder) for name in ("sandbox", "moto") for folder in FOLDERS],
    ids=lambda case: f"{case[1].name} in {case[0]}",
    indirect=True,
)


def planned(target, folder, *words):
    code, plan, said = target.recon(folder, "plan", *words)
    assert "steps" in plan, said or plan
    return code, plan


def applied(target, folder):
    code, report, words = target.recon(folder, "apply", "--auto-approve", *NO_WAITING, *NOT_ASKED)
    assert code == 0, complaint(report, words)


def unexplained(lines, rows, target):
    """What of these lines no row of moto's explains, and the rows that explain nothing."""
    rows = [row[0] for row in rows] if target.name == "moto" else []
    return (
        sorted(line for line in lines if not any(matches(row, line) for row in rows)),
        [row for row in rows if not any(matches(row, line) for line in lines)],
    )


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


def held(name, folder, targets, tmp_path):
    """The target in an empty account, and the folder as far as it can hold it."""
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
