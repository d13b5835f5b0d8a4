"""What recon is driven against: the sandbox on the loopback, or moto."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import boto3
import botocore.session
from botocore import xform_name
from botocore.config import Config

ROOT = Path(__file__).resolve().parents[2]
BUILT = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug"
REGION = "ap-northeast-2"
ACCOUNT = "123456789012"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}
READS = ("Get", "List", "Describe", "BatchGet", "BatchDescribe", "Head")
MODELS = botocore.session.get_session()


class Target:
    """One server in a process of its own, which goes with this one."""

    def __init__(self, name):
        self.name = name
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        environment = {**os.environ, "MOTO_IAM_LOAD_MANAGED_POLICIES": "true"}
        self.server = subprocess.Popen(
            self.command(str(port)), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.clients = {}
        self.wire = None
        # recon's own folder: its lock and its journal are for one account
        self.here = Path(tempfile.mkdtemp(prefix=f"recon-{name}-"))
        wait_for(port)
        self.calls()

    def command(self, port):
        if self.name == "moto":
            return [sys.executable, str(Path(__file__).with_name("server.py")), port]
        return [str(BUILT / "examples" / "serve"), "--port", port, "--hurry"]

    def stop(self):
        self.server.terminate()
        self.server.wait(10)
        if self.wire:
            self.wire.stdin.close()
            self.wire.wait(10)
        shutil.rmtree(self.here)

    def post(self, path):
        request = urllib.request.Request(self.url + path, data=b"", method="POST")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def reset(self):
        self.post("/moto-api/reset" if self.name == "moto" else "/_recon/reset")
        self.calls()
        shutil.rmtree(self.here / ".recon", ignore_errors=True)

    def recon(self, folder, *words):
        """The real binary: its exit code, its one document, its words for people."""
        run = self.run(*words, "-C", str(folder), "--format", "json")
        assert run.stdout, run.stderr
        return run.returncode, json.loads(run.stdout), run.stderr

    def run(self, *words):
        return subprocess.run(
            [str(BUILT / "recon"), *words],
            capture_output=True,
            cwd=self.here,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.here),
                "AWS_ENDPOINT_URL": self.url,
                "AWS_MAX_ATTEMPTS": "2",
                **CREDENTIALS,
            },
            stdin=subprocess.DEVNULL,
            timeout=120,
            text=True,
        )

    def calls(self):
        """The mutating calls that were answered since the last time."""
        asked = json.loads(self.post("/_recon/log"))
        if self.name == "moto":
            asked = [self.decoded(request) for request in asked if request["status"] < 300]
            # what recon does not speak was not recon's: a certificate of this driver's
            asked = [call for call in asked if "UnknownOperation" not in call.get("error", "")]
        return [
            (call["service"], call["operation"], call["input"])
            for call in asked
            if not call.get("refused") and not call["operation"].startswith(READS)
        ]

    def decoded(self, request):
        """recon's own codec reads what it wrote; botocore's judgement of it is in tests/boto3."""
        self.wire = self.wire or subprocess.Popen(
            [str(BUILT / "examples" / "wire")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        print(json.dumps({"do": "decode_request", **request}), file=self.wire.stdin, flush=True)
        return json.loads(self.wire.stdout.readline())

    def certificate(self, arn):
        """One that is there: the sandbox believes in every one, moto only in its own."""
        if self.name == "sandbox":
            return arn
        asked = {"DomainName": f"{arn.rsplit('/')[-1]}.example.com"}
        return self.client("acm").request_certificate(**asked)["CertificateArn"]

    def client(self, service, **more):
        key = (service, *more)
        if key not in self.clients:
            self.clients[key] = boto3.client(
                service,
                endpoint_url=self.url,
                region_name=REGION,
                aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
                config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, **more),
            )
        return self.clients[key]

    def unchecked(self, service):
        """A client that sends even what is no request."""
        return self.client(service, parameter_validation=False)

    def by_hand(self, service, operation, arguments):
        """A call that is not recon's, made with boto3."""
        # of a token that AWS has seen it would do nothing
        once = MODELS.get_service_model(service).operation_model(operation).idempotent_members
        given = {name: value for name, value in arguments.items() if name not in once}
        return getattr(self.client(service), xform_name(operation))(**given)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    deadline = time.monotonic() + 300
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < deadline, f"nothing listens on {port}"
            time.sleep(0.1)
