"""What a difference between the sandbox and moto can be: each reason claims one of these."""

from aws import ABSENT


def lacks(difference):
    return difference.theirs == ABSENT


def adds(difference):
    return difference.ours == ABSENT


def takes(difference):
    """AWS refuses the step, moto does it."""
    return difference.path == "" and "Error" in difference.ours and "Error" not in difference.theirs


def cannot(difference):
    """AWS does the step, moto refuses it or breaks down."""
    return difference.path == "" and "Error" in difference.theirs


def differs(difference):
    return ABSENT not in (difference.ours, difference.theirs)


def unasked(difference):
    """Moto does not know the call or breaks down in it, whatever AWS says to it."""
    broken = ({"Error": "a crash"}, {"Error": "cannot be asked"}, "a crash", "cannot be asked")
    return difference.path in ("", ".Error") and difference.theirs in broken


def follows(difference):
    """Moto did not do the change before this step, so that it shows what was there before."""
    return "Error" not in (difference.theirs if isinstance(difference.theirs, dict) else ())
