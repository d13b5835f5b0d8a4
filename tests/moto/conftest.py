import pytest

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
