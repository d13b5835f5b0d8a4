import pytest

from stacks import held
from target import Target

running = {}


@pytest.fixture(scope="session")
def targets():
    """A server of each sort, begun when it is first asked for."""

    def target(name):
        if name not in running:
            running[name] = Target(name)
        return running[name]

    yield target
    while running:
        running.popitem()[1].stop()


@pytest.fixture
def stack(request, targets, tmp_path):
    """A target in an empty account, and a folder as far as it can hold it."""
    name, folder = request.param
    return held(name, folder, targets, tmp_path)
