"""A kind's scene carried out: every field changed in TOML and behind recon's back.

The scenes are the books of `crates/acceptance/tests/matrix`, written out by
`cargo run -p recon-acceptance --example scenes`. What a target does not do is a
`Failure`; a target that loses a field shows it in every plan, and that is one too.
"""

import json
import os
import re
import subprocess
import tempfile
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from botocore.exceptions import ClientError, ParamValidationError

from gaps import NO_WAITING, NOT_ASKED
from target import ACCOUNT, BUILT, REGION


@dataclass
class Failure:
    kind: str
    what: str
    text: str

    def __str__(self):
        return f"{self.kind} | {self.what}: {self.text}"


class Wrong(Exception):
    """What recon says is not what it should."""


@cache
def book():
    written = os.environ.get("RECON_SCENES")
    if written:
        return json.loads(Path(written).read_text())
    return json.loads(subprocess.check_output([str(BUILT / "examples" / "scenes")], text=True))


def touched(plan):
    """What a plan changes: a line for each path of each step, as the scenes write them."""
    lines = set()
    for step in plan["steps"]:
        if step["action"] != "keep":
            line = f"{step['action']} {step['address']}"
            lines.update(f"{line} {field['path']}" for field in step["fields"])
            if not step["fields"]:
                lines.add(line)
    return lines


# Rows that are carried out in one account. A task definition leaves a revision behind for each of
# them, which AWS's search by tag goes on finding: a few, and then a new account.
ROWS = 12


def acts(scene):
    """The scene in parts of a few rows, for accounts of their own; the last one ends it."""
    rows = [(part, row) for part in ("change", "replace", "behind") for row in scene[part]]
    for at in range(0, max(len(rows), 1), ROWS):
        some = rows[at : at + ROWS]
        parts = {part: [row for of, row in some if of == part] for part in ("change", "replace", "behind")}
        yield {**scene, **parts, "ends": at + ROWS >= len(rows), "act": at // ROWS + 1}


class Stage:
    """One act of a scene on one target."""

    def __init__(self, target, scene):
        self.target = target
        self.scene = scene
        self.failures = []
        self.kept = {}
        self.certificates = {}
        self.residue = set()
        self.settled = False
        self.folder = Path(tempfile.mkdtemp(prefix="recon-scene-"))

    def perform(self):
        """All of it; what went wrong is kept, and the rest goes on."""
        if not self.attempt("base", self.build):
            return self.failures
        for line in sorted(self.residue):
            self.fails(f"keeps: {line.removeprefix('update ')}", "a plan after the apply shows it")
        works = [(f"change {row['field']}", self.change, row) for row in self.scene["change"]]
        works += [(f"replace {row['field']}", self.replace, row) for row in self.scene["replace"]]
        works += [(f"behind {row['field']} by {row['call']}", self.behind, row) for row in self.scene["behind"]]
        for what, work, row in works:
            if not self.attempt(what, lambda: work(row)) and not self.attempt("base", self.build):
                return self.failures
        if self.scene["ends"]:
            self.attempt("destroy", self.destroy)
        return self.failures

    def attempt(self, what, work):
        try:
            work()
        except (Wrong, ClientError, ParamValidationError, subprocess.TimeoutExpired) as error:
            self.fails(what, str(error))
            return False
        return True

    def fails(self, what, text):
        self.failures.append(Failure(self.scene["kind"], f"{self.scene['base']} · {what}", text))

    def build(self):
        """The base in an empty account. What the target loses of it is the residue."""
        self.target.reset()
        literals = set(re.findall(r"arn:aws:acm:[\w:-]*certificate/\w+", json.dumps(self.scene)))
        self.certificates = {literal: self.target.certificate(literal) for literal in sorted(literals)}
        self.kept = {}
        for prepared in self.scene["account"]:
            service, operation = prepared["call"].split()
            answer = self.target.by_hand(service, operation, self.filled(prepared["input"]))
            for name, pointer in prepared["keep"].items():
                self.kept[name] = pick(answer, pointer)
        self.base = self.written("base", self.scene["toml"])
        self.document = tomllib.loads(self.named(self.scene["toml"]))
        self.residue, self.settled = set(), False
        self.apply(self.base)
        self.settled = True
        plan = self.plan(self.base, 0, 1, 2)
        self.residue = touched(plan)
        if any(not line.startswith("update ") for line in self.residue):
            raise Wrong(f"left to do: {complaint({'plan': plan}, '') or sorted(self.residue)}")

    def change(self, row):
        other = self.written("other", row["toml"])
        shows, back = self.filled(row["shows"]), self.filled(row["back"])
        self.expect("plan", shows, self.apply(other))
        self.nothing_left(other, row["notice"])
        calls = self.target.calls()
        self.expect("plan back", back, self.apply(self.base))
        undone = self.target.calls()
        # the same calls by somebody else's hand, and by that hand back again
        self.replay(calls)
        self.drift(back)
        self.replay(undone)

    def replace(self, row):
        for folder in (self.written("other", row["toml"]), self.base):
            plan = self.apply(folder)
            step = next(step for step in plan["steps"] if step["address"] == self.scene["resource"])
            codes = {because["code"] for because in step["because"]}
            if step["action"] != "replace" or row["code"] not in codes:
                raise Wrong(f"no replacement: {sorted(touched(plan))}")
            self.nothing_left(folder)

    def behind(self, row):
        service, operation = row["call"].split()
        self.replay([(service, operation, self.filled(row["input"]))])
        shows = self.filled(row["shows"])
        self.drift(shows)
        self.expect("plan", shows, self.apply(self.base))
        self.nothing_left(self.base)

    def destroy(self):
        code, report, words = self.target.recon(self.base, "destroy", "--auto-approve", *NOT_ASKED)
        if code != 0:
            raise Wrong(complaint(report, words))
        left = {s["address"] for s in self.plan(self.base, 2)["steps"] if s["action"] != "create"}
        if left:
            raise Wrong(f"still there: {sorted(left)}")

    def apply(self, folder):
        """Applies, and gives the plan that it applied. recon itself looks afterwards whether
        anything is left to do, and says so."""
        self.target.calls()
        words = ["apply", "--auto-approve", "--allow-outage", *NO_WAITING, *NOT_ASKED]
        code, report, words = self.target.recon(folder, *words)
        if code != 0:
            raise Wrong(complaint(report, words))
        if not self.residue and self.settled and ("setting the rest" in words or "would not be empty" in words):
            raise Wrong(f"not everything was taken at once: {words[words.find('Plan: ') :]}")
        return report["plan"]

    def plan(self, folder, *codes):
        code, plan, words = self.target.recon(folder, "plan", "--detailed-exitcode")
        if code not in codes:
            raise Wrong(f"plan ends with {code}: {sorted(touched(plan)) if 'steps' in plan else words}")
        return plan

    def nothing_left(self, folder, notice=None):
        """After an apply: but for what the target lost of the base, and the violation that the row is about."""
        code, plan, words = self.target.recon(folder, "plan", "--detailed-exitcode")
        left = touched(plan) if "steps" in plan else {words}
        violated = notice is not None and notice in {said["code"] for said in plan.get("notices", [])}
        if code != (2 if left or violated else 0) or left - self.residue:
            raise Wrong(f"left to do, exit code {code}: {sorted(left - self.residue)}")

    def drift(self, lines):
        code, plan, words = self.target.recon(self.base, "drift")
        # some fields are not the stack's: others may change them
        if code != (2 if lines or self.residue else 0):
            raise Wrong(f"drift ends with {code}: {words}")
        self.expect("drift", lines, plan)

    def expect(self, what, lines, plan):
        shown, expected = touched(plan) - self.residue, set(lines) - self.residue
        if shown != expected:
            raise Wrong(f"{what} shows {sorted(shown)} and not {sorted(expected)}")

    def replay(self, calls):
        for service, operation, arguments in calls:
            # what goes with old versions: another one has been made meanwhile
            if operation == "DeletePolicyVersion":
                continue
            if operation == "CreatePolicyVersion":
                self.room(arguments["PolicyArn"])
            self.target.by_hand(service, operation, arguments)

    def room(self, policy):
        """A policy has five versions at most: the oldest that is not in force goes, as with anybody."""
        client = self.target.client("iam")
        versions = client.list_policy_versions(PolicyArn=policy)["Versions"]
        others = [version["VersionId"] for version in versions if not version["IsDefaultVersion"]]
        if len(versions) >= 5:
            client.delete_policy_version(PolicyArn=policy, VersionId=min(others, key=lambda name: int(name[1:])))

    def written(self, name, toml):
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        (folder / "head.toml").write_text(book()["head"])
        (folder / "stack.toml").write_text(self.named(toml))
        return folder

    def named(self, text):
        for name, value in self.kept.items():
            text = text.replace(f"<{name}>", value)
        for literal, arn in self.certificates.items():
            text = text.replace(literal, arn)
        return text

    def filled(self, value):
        """With `<key>` and `${ADDRESS.ATTRIBUTE}` as the account has them."""
        if isinstance(value, str):
            return re.sub(r"\$\{([^}]*)\.(\w+)\}", lambda m: self.attribute(m[1], m[2]), self.named(value))
        if isinstance(value, list):
            return [self.filled(item) for item in value]
        if isinstance(value, dict):
            return {key: self.filled(item) for key, item in value.items()}
        return value

    def attribute(self, address, attribute):
        family, kind, label = address.split(".")
        if family == "lookup":
            return self.subnet(book_lookups(self.document)[label])
        spec = self.document[family][kind][label]
        return ATTRIBUTES[f"{family}.{kind}.{attribute}"](self, spec)

    def subnet(self, lookup):
        zones = lookup["availability_zones"]
        wanted = [{"Name": "availability-zone", "Values": zones}, {"Name": "default-for-az", "Values": ["true"]}]
        return self.target.client("ec2").describe_subnets(Filters=wanted)["Subnets"][0]["SubnetId"]

    def balanced(self, operation, answer, arn, **arguments):
        found = getattr(self.target.client("elbv2"), operation)(**arguments)[answer]
        return [item for item in found if item][0][arn] if arn else found

    def load_balancer(self, spec):
        return self.balanced("describe_load_balancers", "LoadBalancers", "LoadBalancerArn", Names=[spec["name"]])

    def target_group(self, spec):
        return self.balanced("describe_target_groups", "TargetGroups", "TargetGroupArn", Names=[spec["name"]])

    def listener(self, spec):
        above = self.load_balancer(self.document["elb"]["load_balancer"][spec["load_balancer"]])
        found = self.balanced("describe_listeners", "Listeners", None, LoadBalancerArn=above)
        return next(item["ListenerArn"] for item in found if item["Port"] == spec["port"])

    def listener_rule(self, spec):
        above = self.listener(self.document["elb"]["listener"][spec["listener"]])
        found = self.balanced("describe_rules", "Rules", None, ListenerArn=above)
        return next(item["RuleArn"] for item in found if item["Priority"] == str(spec["priority"]))

    def service(self, spec):
        cluster = self.document["ecs"]["cluster"][spec["cluster"]]["name"]
        return arn("ecs", f"service/{cluster}/{spec['name']}")

    def group(self, spec):
        application = self.document["codedeploy"]["application"][spec["application"]]["name"]
        return arn("codedeploy", f"deploymentgroup:{application}/{spec['name']}")

    def newest(self, spec):
        answer = self.target.client("ecs").describe_task_definition(taskDefinition=spec["family"])
        return answer["taskDefinition"]["taskDefinitionArn"]


    def key(self, spec):
        aliases = self.target.client("kms").list_aliases()["Aliases"]
        return next(alias["TargetKeyId"] for alias in aliases if alias["AliasName"] == spec["alias"])

    def notification(self, spec):
        client = self.target.client("codestar-notifications")
        return client.list_notification_rules()["NotificationRules"][0]["Arn"]

    def namespace(self, spec, member):
        found = self.target.client("servicediscovery").list_namespaces()["Namespaces"]
        return next(item[member] for item in found if item["Name"] == spec["name"])

    def scaled(self, spec):
        service = self.document["ecs"]["service"][spec["resource"]]
        cluster = self.document["ecs"]["cluster"][service["cluster"]]["name"]
        named = {"ServiceNamespace": "ecs", "ResourceIds": [f"service/{cluster}/{service['name']}"]}
        found = self.target.client("application-autoscaling").describe_scalable_targets(**named)
        return found["ScalableTargets"][0]["ScalableTargetARN"]


def arn(service, resource):
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


ATTRIBUTES = {
    "codebuild.project.arn": lambda stage, spec: arn("codebuild", f"project/{spec['name']}"),
    "codecommit.repository.arn": lambda stage, spec: arn("codecommit", spec["name"]),
    "codedeploy.application.arn": lambda stage, spec: arn("codedeploy", f"application:{spec['name']}"),
    "codedeploy.deployment_group.arn": Stage.group,
    "codepipeline.pipeline.arn": lambda stage, spec: arn("codepipeline", spec["name"]),
    "ecr.repository.arn": lambda stage, spec: arn("ecr", f"repository/{spec['name']}"),
    "ecs.cluster.arn": lambda stage, spec: arn("ecs", f"cluster/{spec['name']}"),
    "ecs.service.arn": Stage.service,
    "ecs.task_definition.arn": Stage.newest,
    "elb.listener.arn": Stage.listener,
    "elb.listener_rule.arn": Stage.listener_rule,
    "elb.load_balancer.arn": Stage.load_balancer,
    "elb.target_group.arn": Stage.target_group,
    "events.rule.arn": lambda stage, spec: arn("events", f"rule/{spec['name']}"),
    "logs.log_group.arn": lambda stage, spec: arn("logs", f"log-group:{spec['name']}"),
    "autoscaling.target.arn": Stage.scaled,
    "cloudwatch.alarm.arn": lambda stage, spec: arn("cloudwatch", f"alarm:{spec['name']}"),
    "iam.policy.arn": lambda stage, spec: f"arn:aws:iam::{ACCOUNT}:policy{spec.get('path', '/')}{spec['name']}",
    "kms.key.id": Stage.key,
    "notifications.rule.arn": Stage.notification,
    "servicediscovery.namespace.arn": lambda stage, spec: stage.namespace(spec, "Arn"),
    "servicediscovery.namespace.id": lambda stage, spec: stage.namespace(spec, "Id"),
    "sns.topic.arn": lambda stage, spec: arn("sns", spec["name"]),
}


def book_lookups(document):
    return {**tomllib.loads(book()["head"])["lookup"]["subnets"], **document.get("lookup", {}).get("subnets", {})}


def pick(answer, pointer):
    for step in pointer.strip("/").split("/"):
        answer = answer[int(step) if isinstance(answer, list) else step]
    return answer


def complaint(report, words):
    """Why an apply did not come to its end, in few words."""
    failed = [f"{f['what']} {f['address']}: {f['error']}" for f in report.get("failed", [])]
    blocked = [
        f"{step['address']}: {because['text']}"
        for step in report.get("plan", {}).get("steps", [])
        if step["action"] == "blocked"
        for because in step["because"]
    ]
    return "; ".join(failed or blocked or [words[max(words.find("error: "), 0) :]])
