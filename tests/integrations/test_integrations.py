"""The files for GitHub, GitLab and CodeBuild, as far as they can be tried without them: before
the schemas that others keep, and their scripts run against the sandbox."""

import json
import os
import pathlib
import shutil
import stat
import subprocess
import sys

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
GITHUB = TOP / "integrations/github"
SCRIPT = GITHUB / "action/run.sh"


@pytest.mark.parametrize(
    "schema, file",
    [
        ("vendor.github-workflows", "integrations/github/recon.yml"),
        ("vendor.github-workflows", "integrations/github/release.yml"),
        ("vendor.github-workflows", "integrations/github/many.yml"),
        ("vendor.github-actions", "integrations/github/action/action.yml"),
        ("vendor.gitlab-ci", "integrations/gitlab/recon.gitlab-ci.yml"),
    ],
)
def test_a_file_is_valid_by_its_schema(schema, file):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(TOP / file)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("script", ["run.sh", "comment.sh"])
def test_a_script_parses(script):
    subprocess.run(["bash", "-n", str(GITHUB / "action" / script)], check=True)


def test_no_input_becomes_part_of_a_script():
    for file in [GITHUB / "action/action.yml", GITHUB / "recon.yml", GITHUB / "many.yml"]:
        for line in file.read_text().splitlines():
            if line.strip().startswith(("run:", "- run:")):
                assert "${{" not in line, line


@pytest.fixture
def runner(tmp_path):
    shutil.copytree(TOP / "desired", tmp_path / "desired")
    binaries = tmp_path / "bin"
    binaries.mkdir()
    (binaries / "recon").symlink_to(os.environ["RECON"])

    def run(command, expect=0, **more):
        env = {
            "PATH": f"{binaries}:{os.environ['PATH']}",
            "COMMAND": command,
            "DESIRED": "desired",
            "PLAN_FILE": "recon.plan",
            "SANDBOX": "box.json",
            "RUNNER_TEMP": str(tmp_path),
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
            **more,
        }
        (tmp_path / "output").write_text("")
        done = subprocess.run(["bash", str(SCRIPT)], cwd=tmp_path, env=env, capture_output=True, text=True)
        assert done.returncode == expect, done.stdout + done.stderr
        return dict(line.split("=", 1) for line in (tmp_path / "output").read_text().splitlines())

    run.top = tmp_path
    return run


def test_a_pull_request_is_planned_commented_and_merged(runner):
    said = runner("plan")
    assert said["changes"] == "true"
    comment = pathlib.Path(said["comment"]).read_text()
    assert comment.startswith("<!-- recon:plan:aws-cicd-test -->") and "Merging applies exactly this plan" in comment
    runner("apply")
    assert runner("plan")["changes"] == "false"
    assert runner("drift")["changes"] == "false"


def test_an_error_in_the_toml_fails_the_step_before_any_plan(runner):
    path = runner.top / "desired/codedeploy.toml"
    path.write_text(path.read_text().replace("CodeDeployDefault.", "CodeDeployDefaults."))
    runner("plan", expect=1)
    assert not (runner.top / "recon.plan").exists()


def test_drift_fails_the_job_and_says_what(runner):
    runner("plan")
    runner("apply")
    path = runner.top / "desired/ecs.toml"
    path.write_text(path.read_text().replace("health_check_grace_period_seconds = 200", "health_check_grace_period_seconds = 99"))
    assert runner("drift", expect=1)["changes"] == "true"
    assert "health_check_grace_period_seconds" in (runner.top / "summary").read_text()


def test_what_a_folder_is_called_starts_no_process(runner):
    runner("plan", expect=1, DESIRED="$(touch caught)")
    assert not (runner.top / "caught").exists()


@pytest.mark.parametrize("there", [[], [{"id": 7, "user": {"type": "Bot"}, "body": "<!-- recon:plan:s -->\nold"}]])
def test_the_one_comment_is_made_and_then_edited(tmp_path, there):
    calls = tmp_path / "calls"
    gh = tmp_path / "gh"
    gh.write_text(
        f"#!/usr/bin/env bash\necho \"$*\" >>{calls}\ncase $* in *--paginate*) echo '{json.dumps(there)}' ;; *) cat >{tmp_path}/body ;; esac\n"
    )
    gh.chmod(gh.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "comment").write_text("<!-- recon:plan:s -->\nnew\n")
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "COMMENT": str(tmp_path / "comment"), "GITHUB_REPOSITORY": "o/r", "PULL": "3"}
    subprocess.run(["bash", str(GITHUB / "action/comment.sh")], env=env, check=True)
    last = calls.read_text().splitlines()[-1]
    assert ("PATCH repos/o/r/issues/comments/7" in last) == bool(there)
    assert ("POST repos/o/r/issues/3/comments" in last) == (not there)
    assert json.loads((tmp_path / "body").read_text())["body"].endswith("new\n")
