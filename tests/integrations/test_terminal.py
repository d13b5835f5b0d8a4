"""recon on a terminal: what is shown there once, and what is asked there."""

import json
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import time

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
# nothing of the environment reaches recon
ALONE = {"AWS_EC2_METADATA_DISABLED": "true"}


class Terminal:
    """A program on a terminal of its own, and all that it has shown there."""

    def __init__(self, folder, *words, env=ALONE):
        self.text = ""
        self.pid, self.screen = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execve(os.environ["RECON"], ["recon", *words], {**env, "TERM": "xterm"})

    def read_until(self, wanted, seconds=60):
        """Until it shows that, or ends (`None`)."""
        patience = time.monotonic() + seconds
        while wanted is None or wanted not in self.text:
            assert time.monotonic() < patience, self.text
            if not select.select([self.screen], [], [], 1)[0]:
                continue
            try:
                piece = os.read(self.screen, 65536)
            except OSError:
                piece = b""
            if not piece:
                assert wanted is None, self.text
                return
            self.text += piece.decode(errors="replace")

    def type(self, line):
        os.write(self.screen, f"{line}\n".encode())

    def end(self):
        self.read_until(None)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(TOP / "desired", tmp_path / "desired")
    return tmp_path


def passwords(folder):
    text = (folder / ".recon/sandbox.json").read_text()
    found = []

    def look(value):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(key, str) and "password" in key.lower() and isinstance(inner, str) and inner:
                found.append(inner)
            if isinstance(inner, (dict, list)):
                look(inner)

    look(json.loads(text))
    return found


def test_a_password_is_shown_once_on_the_terminal_and_nowhere_else(folder):
    terminal = Terminal(folder, "apply", "--sandbox")
    terminal.read_until("Only `yes` goes on")
    terminal.type("yes")
    assert terminal.end() == 0, terminal.text
    shown = re.findall(r"password\s+(\S+)", terminal.text)
    assert len(shown) == 1, terminal.text
    password = re.sub(r"\x1b\[[0-9;]*m", "", shown[0])
    assert len(password) > 8
    assert terminal.text.count(password) == 1
    kept = passwords(folder)
    assert not kept or kept == [password], "the sandbox knows it, as AWS does"

    for file in folder.rglob("*"):
        if file.is_file() and file.name != "sandbox.json":
            assert password not in file.read_text(errors="replace"), file

    for words in (
        ["plan", "--full", "-v"],
        ["plan", "--format", "json", "--full"],
        ["drift", "--format", "json", "-v"],
        ["output"],
        ["apply", "--auto-approve", "-v"],
        ["destroy", "--auto-approve", "--ignore-deployments", "-v"],
    ):
        done = subprocess.run(
            [os.environ["RECON"], *words, "--sandbox"], cwd=folder, env=ALONE, capture_output=True, text=True
        )
        assert done.returncode in (0, 1), done.stderr
        assert password not in done.stdout + done.stderr, words
    again = Terminal(folder, "plan", "--sandbox", "--full")
    again.end()
    assert password not in again.text


def test_only_yes_goes_on(folder):
    for answer in ("y", "YES", ""):
        terminal = Terminal(folder, "apply", "--sandbox")
        terminal.read_until("Only `yes` goes on")
        terminal.type(answer)
        assert terminal.end() == 1, terminal.text
        assert "the answer was not `yes`" in terminal.text
        assert not (folder / ".recon/sandbox.json").exists()


ROLLING = """
[stack]
name    = "rolling"
region  = "ap-northeast-2"
account = "123456789012"
[elb.target_group.api]
name = "api"
port = 80
protocol = "HTTP"
target_type = "ip"
vpc = "default"
[lookup.vpc.default]
default = true
[ecs.cluster.c]
name = "c"
[ecs.task_definition.api]
family = "api"
network_mode = "bridge"
container_definitions = [{ name = "api", image = "api:1", memory = 128 }]
[ecs.service.api]
name = "api"
cluster = "c"
task_definition = "api"
launch_type = "EXTERNAL"
desired_count = 1
"""


def test_a_deployment_that_begins_while_somebody_reads_the_plan_is_seen(tmp_path):
    boto3 = pytest.importorskip("boto3")
    (tmp_path / "desired").mkdir()
    stack = tmp_path / "desired/stack.toml"
    stack.write_text(ROLLING)
    served = subprocess.Popen(
        [os.environ["RECON"], "sandbox", "serve", "--port", "0", "--sandbox", "box.json"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )
    try:
        url = served.stdout.readline().strip()
        env = {**ALONE, "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
        apply = [os.environ["RECON"], "apply", "--auto-approve"]
        done = subprocess.run(apply, cwd=tmp_path, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        stack.write_text(ROLLING.replace("desired_count = 1", "desired_count = 2"))
        terminal = Terminal(tmp_path, "apply", env=env)
        terminal.read_until("Only `yes` goes on")
        ecs = boto3.client(
            "ecs", region_name="ap-northeast-2", endpoint_url=url, aws_access_key_id="x", aws_secret_access_key="x"
        )
        ecs.update_service(cluster="c", service="api", forceNewDeployment=True)
        terminal.type("yes")
        assert terminal.end() == 1, terminal.text
        assert "nothing was done: " in terminal.text and "ECS's deployment " in terminal.text, terminal.text
    finally:
        served.kill()
        served.wait()
