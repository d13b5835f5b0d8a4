"""Every difference between the sandbox and moto, with its reason.

A row: kinds, steps, paths (with * for anything), what it is, why.
"""

import re
from dataclasses import dataclass

from .pipeline import OF_THE_PIPELINE
from .service import OF_THE_SERVICE

DIFFERENCES = [*OF_THE_SERVICE, *OF_THE_PIPELINE]


@dataclass
class Difference:
    kind: str
    step: str
    path: str
    ours: object
    theirs: object

    def __str__(self):
        return f"{self.kind} | {self.step} | {self.path}: {self.ours!r}, moto {self.theirs!r}"


def matches(pattern, text):
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), text) is not None


def explains(row, difference):
    kind, step, path, nature, _ = row
    where = (
        matches(kind, difference.kind) and matches(step, difference.step) and matches(path, difference.path)
    )
    return where and nature(difference)
