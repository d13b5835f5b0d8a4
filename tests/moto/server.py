"""moto on a port of the loopback, which tells what it was asked, as the sandbox does.

    python tests/moto/server.py PORT

`POST /_recon/log` hands over the requests since the last time.
"""

import base64
import io
import json
import logging
import sys
import threading

from moto.iam.models import IAMBackend
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server


class Watched:
    """A WSGI application that keeps what it is asked."""

    def __init__(self, app):
        self.app = app
        self.lock = threading.Lock()
        self.asked = []

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == "/_recon/log":
            with self.lock:
                asked, self.asked = self.asked, []
            start_response("200 OK", [("Content-Type", "application/json")])
            return [json.dumps(asked).encode()]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        request = {
            "method": environ["REQUEST_METHOD"],
            "path": environ["RAW_URI"],
            "headers": headers(environ),
            "body": base64.b64encode(body).decode(),
        }

        def started(status, *rest):
            request["status"] = int(status.split()[0])
            return start_response(status, *rest)

        answer = self.app(environ, started)
        if not environ["PATH_INFO"].startswith("/moto-api/"):
            with self.lock:
                self.asked.append(request)
        return answer


def headers(environ):
    names = [name for name in environ if name.startswith("HTTP_")]
    found = [[name[5:].replace("_", "-").lower(), environ[name]] for name in names]
    return [*found, ["content-type", environ.get("CONTENT_TYPE", "")]]


def load_policies_once():
    """Reading AWS's own policies takes seconds, which a reset need not take again."""
    load, loaded = IAMBackend._init_aws_policies, []

    def policies(backend):
        if not loaded:
            loaded.extend(load(backend))
        for policy in loaded:
            policy.attachment_count = 0
        return list(loaded)

    IAMBackend._init_aws_policies = policies


def main():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    load_policies_once()
    app = Watched(DomainDispatcherApplication(create_backend_app))
    port = int(sys.argv[1])
    make_server("127.0.0.1", port, app, threaded=True, request_handler=MotoRequestHandler).serve_forever()


if __name__ == "__main__":
    main()
