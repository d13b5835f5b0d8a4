"""desired/ and every example: from nothing, no change, and away again."""

from gaps import LOST, NOT_ASKED, STAYS, matches
from scenes import complaint, touched
from stacks import applied, on_every_target, planned, unexplained


@on_every_target
def test_a_stack_is_built_and_then_nothing_is_left_to_do(stack):
    target, folder = stack
    code, plan = planned(target, folder, "--detailed-exitcode")
    assert code == 2 and {step["action"] for step in plan["steps"]} == {"create"}, sorted(touched(plan))
    applied(target, folder)
    code, plan = planned(target, folder, "--detailed-exitcode")
    left = touched(plan)
    surprises, stale = unexplained(left, [row for row in LOST if row[1] == folder.name], target)
    assert not surprises, surprises
    assert not stale, "moto has learnt these"
    assert code == (2 if left else 0)
    code, drift, words = target.recon(folder, "drift")
    assert code == (2 if left else 0) and touched(drift) == left, words
    destroyed(target, folder)


def destroyed(target, folder):
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
