"""Ansible and Terraform looking at an unchanged stack, beside recon: for `bench/run.py`.

Their modules and providers ask what recon does not, so they speak to moto, which knows more operations than the
sandbox; it answers one request at a time, in about 3 ms, which is little beside what they take. Each makes the
stack there first. The stacks are those of `ansible.yml` and `terraform/`: smaller than recon's.
"""

import contextlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import run

HERE = Path(__file__).resolve().parent
RUNS = 2


@contextlib.contextmanager
def moto():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, HERE.parent / "tests/moto/server.py", str(port)],
                              env={**os.environ, "MOTO_IAM_LOAD_MANAGED_POLICIES": "true"},
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port)).close()
                break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def asked(url):
    with urllib.request.urlopen(urllib.request.Request(f"{url}/_recon/log", method="POST", data=b"")) as answer:
        return len(json.load(answer))


def looks(command, place, env, url):
    """Milliseconds and calls of each look."""
    asked(url)
    took = [run.timed(command, place, env)[0] for _ in range(RUNS)]
    return took, asked(url) // RUNS


def ansible(place, url):
    env = {**run.environment(url), "HOME": str(place), "ANSIBLE_DEPRECATION_WARNINGS": "False",
           "ANSIBLE_PYTHON_INTERPRETER": sys.executable, "LANG": "C.UTF-8"}
    command = [Path(sys.executable).parent / "ansible-playbook", "-i", "localhost,", HERE / "ansible.yml"]
    run.timed(command, place, env)
    return looks([*command, "--check"], place, env, url)


def terraform(place, url):
    env = {**run.environment(url), "HOME": str(place), "CHECKPOINT_DISABLE": "1"}
    work = place / "terraform"
    shutil.copytree(HERE / "terraform", work)
    plugins = os.environ.get("TF_PLUGIN_DIR")
    run.timed(["terraform", "init", *([f"-plugin-dir={plugins}"] if plugins else [])], work, env)
    run.timed(["terraform", "apply", "-auto-approve"], work, env)
    return looks(["terraform", "plan"], work, env, url)


def beside(recon, place, asked_for):
    print("\n### Others, on an unchanged stack\n\n| | least ms | median ms | |\n|---|---|---|---|")
    failures = []
    with run.served(recon, place, 0) as url:
        own = [run.timed([recon, "plan", "--detailed-exitcode"], place, run.environment(url))[0] for _ in range(10)]
    run.row("recon plan, 30 resources", own)
    for name, wanted, look, times in (
        ("ansible-playbook --check, 22 tasks", asked_for.ansible, ansible, 100),
        ("terraform plan, 32 resources", asked_for.terraform, terraform, 30),
    ):
        if not wanted:
            continue
        with moto() as url:
            took, calls = look(place, url)
        ratio = statistics.median(took) / statistics.median(own)
        run.row(name, took, f"{calls} calls, {ratio:.0f} times as long")
        if ratio < times:
            failures.append(f"recon is only {ratio:.0f} times as fast as {name.split(',')[0]}, not {times}")
    return failures
