"""An endpoint that speaks AWS, and a record of what it answered."""

import datetime
import json
import re
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError
from botocore.parsers import ResponseParserError

REGION = "ap-northeast-2"
ACCOUNT = "123456789012"

# What every implementation makes up for itself: only the form is compared.
MADE_UP = [
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "<uuid>"),
    (re.compile(r"\b(vpc|vpc-cidr-assoc|subnet|sg|rtb|rtbassoc|igw|dopt|acl)-[0-9a-f]{8,}"), r"<\1>"),
    (re.compile(r"/[0-9a-f]{16}\b"), "/<id>"),
    (re.compile(r"\b(AROA|AIDA|AGPA|ANPA|ACCA)[A-Z0-9]{16,17}\b"), r"<\1>"),
    (re.compile(r"^(/hostedzone/)?(Z[A-Z0-9]{13,20}|[A-Z0-9]{22})$"), "<hosted zone>"),
    (re.compile(r"\bns-[0-9a-z]{16,20}\b"), "<ns>"),
    (re.compile(r"^[0-9a-z]{32}-[0-9a-z]{8}$"), "<operation>"),
    (re.compile(r"\bscalable-target/[0-9a-z]+"), "scalable-target/<id>"),
    (re.compile(r"^([0-9a-f]{32}|[0-9a-f]{64})$"), "<hex>"),
    (re.compile(r"\buuid=[0-9a-f]{32}\b"), "uuid=<hex>"),
    (re.compile(r"\becs-svc/\d+"), "ecs-svc/<id>"),
    (re.compile(r"-(\d+|[0-9a-f]{16})\.(elb\.)?" + REGION + r"(\.elb)?\.amazonaws\.com"), "-<id>.<elb>"),
]
TIMES = {"creationTime"}
ABSENT = "absent"


def at(value, *path):
    """The value under that path, or None."""
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


class Endpoint:
    """The sandbox or moto. Every call is a step with a name of its own."""

    def __init__(self, url, is_sandbox):
        self.url = url
        self.is_sandbox = is_sandbox
        self.clients = {}
        self.steps = {}

    def post(self, path):
        with urllib.request.urlopen(urllib.request.Request(self.url + path, method="POST")) as answer:
            assert answer.status in (200, 204)

    def reset(self):
        if self.is_sandbox:
            self.post("/_recon/reset")
        else:
            self.post("/moto-api/reset")
        self.steps = {}

    def later(self, seconds):
        """Whatever AWS does within that time has been done. In moto all is done at once."""
        if self.is_sandbox:
            self.post(f"/_recon/later/{seconds}")

    def client(self, service):
        if service not in self.clients:
            self.clients[service] = boto3.client(
                service,
                endpoint_url=self.url,
                region_name=REGION,
                aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
                aws_secret_access_key="secret",
                config=Config(retries={"total_max_attempts": 1}),
            )
        return self.clients[service]

    def ask(self, operation, **arguments):
        """A call that is no step: what is needed to make one."""
        service, _, method = operation.partition(".")
        return getattr(self.client(service), method)(**arguments)

    def __call__(self, step, operation, **arguments):
        """A step: its answer, or {"Error": code} where it is refused."""
        assert step not in self.steps, f"{step} is done twice"
        try:
            answer = self.ask(operation, **arguments)
            del answer["ResponseMetadata"]
        except ClientError as error:
            answer = {"Error": error.response["Error"]["Code"]}
            if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
                answer = {"Error": "a crash"}
        except ParamValidationError:
            # an answer before this one lacked what is asked with
            if self.is_sandbox:
                raise
            answer = {"Error": "cannot be asked"}
        except ResponseParserError:
            if self.is_sandbox:
                raise
            answer = {"Error": "a crash"}
        self.steps[step] = plain(answer)
        return answer

    def certificate(self, number=0):
        """The ARN of a certificate that a listener may have."""
        if self.is_sandbox:
            return f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/00000000-0000-4000-8000-{number:012}"
        return self.ask("acm.request_certificate", DomainName=f"{number}.example.com")["CertificateArn"]

    def managed_policy(self, name):
        """The ARN of a policy of AWS's own. Moto has them only when told so, and is slow then."""
        if self.is_sandbox:
            return f"arn:aws:iam::aws:policy/{name}"
        statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        return self.ask("iam.create_policy", PolicyName=name, PolicyDocument=document)["Policy"]["Arn"]

    def holds(self, found, given):
        """What was given comes back. Of moto this is not asked: it is compared instead."""
        if self.is_sandbox:
            assert_holds(found, given, "")

    def refuses(self, answer, code):
        if self.is_sandbox:
            assert at(answer, "Error") == code, answer


def assert_holds(found, given, path):
    """All that is in `given` is in `found`; lists of named things in any order."""
    if isinstance(given, dict):
        assert isinstance(found, dict), f"{path} is {found!r}, not {given!r}"
        for key, value in given.items():
            assert key in found, f"{path}.{key} is lost"
            assert_holds(found[key], value, f"{path}.{key}")
    elif isinstance(given, list):
        assert isinstance(found, list) and len(found) == len(given), f"{path} is {found!r}, not {given!r}"
        key = path.rpartition(".")[2]
        for place, (one, other) in enumerate(zip(ordered(found, key), ordered(given, key), strict=True)):
            assert_holds(one, other, f"{path}[{place}]")
    else:
        assert found == given, f"{path} is {found!r}, not {given!r}"


NAMES = ("Key", "key", "name", "Name", "PolicyName", "ZoneName", "GroupName")
# lists of things with a name, whose order counts all the same
SEQUENCES = ("stages", "actions")


def ordered(items, key):
    """Things with a name in the order of their names; others as they are."""
    for name in () if key in SEQUENCES else NAMES:
        if items and all(isinstance(item, dict) and name in item for item in items):
            return sorted(items, key=lambda item: str(item[name]))
    return items


def plain(value, key=""):
    """The answer without what is made up: ids and times."""
    if isinstance(value, dict):
        return {key: plain(item, key) for key, item in value.items()}
    if isinstance(value, list):
        for name, content in (("Key", "Value"), ("key", "value"), ("name", "value")):
            if value and all(isinstance(item, dict) and item.keys() == {name, content} for item in value):
                return {item[name]: plain(item[content]) for item in value}
        return [plain(item) for item in ordered(value, key)]
    if isinstance(value, datetime.datetime) or key in TIMES:
        return "<time>"
    if isinstance(value, str):
        document = parsed(value)
        if document is not None:
            return plain(document)
        for pattern, form in MADE_UP:
            value = pattern.sub(form, value)
    return value


def parsed(text):
    """The JSON object in a text: its form is everybody's own."""
    if not text.startswith("{"):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def differences(ours, theirs, path):
    """Each path at which two answers differ, with both values; a missing part counts once."""
    if ours == theirs:
        return
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() | theirs.keys()):
            here = f"{path}.{key}"
            if key not in ours or key not in theirs:
                yield here, ours.get(key, ABSENT), theirs.get(key, ABSENT)
            else:
                yield from differences(ours[key], theirs[key], here)
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for place, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(one, other, f"{path}[{place}]")
    else:
        yield path, ours, theirs
