"""Starts ministack with IAM enforced, and stops it. Run as a program, it is ministack whose roles are older than it."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager

ACCOUNT, REGION = "123456789012", "eu-central-1"
# Whoever has the key that ministack was started with is root there.
ADMIN = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}
# AWS knows no call that makes a role as old as a trail, and for a role of today nothing is proposed.
AGE_OF_ROLES = 400 * 86400


@contextmanager
def stand_in():
    """The URL of a ministack that is gone afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        setting = {
            "AUTH": "true", "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "MINISTACK_REGION": REGION, "LOG_LEVEL": "WARNING", "TMPDIR": folder, **ADMIN,
        }
        with open(f"{folder}/log", "w") as log:
            server = subprocess.Popen(
                [sys.executable, __file__], env={**os.environ, **setting}, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait(url, server, f"{folder}/log")
            yield url
        finally:
            server.terminate()
            server.wait(30)


def wait(url, server, log):
    for _ in range(240):
        try:
            return urllib.request.urlopen(f"{url}/_ministack/health", timeout=5).close()
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.25)
    with open(log) as said:
        sys.exit(f"ministack does not answer:\n{said.read()}")


if __name__ == "__main__":
    from ministack.app import main
    from ministack.services import iam

    made = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - AGE_OF_ROLES))
    iam._now = lambda: made
    main()
