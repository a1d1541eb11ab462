"""`safeconduct watch inbox --browser` serves on this machine and nowhere else."""

import re
import signal
import subprocess
import sys
import urllib.request

import pytest


@pytest.fixture
def served(tmp_path):
    from socket import socket

    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", "from safeconduct.cli import main; main()", "watch", "--store", str(tmp_path),
         "--no-knowledge", "inbox", "--browser", "--port", str(port)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    yield process, port
    process.send_signal(signal.SIGINT)
    process.wait(20)
    process.stdout.close()
    process.stderr.close()


def test_the_command_starts_the_inbox_on_loopback(served):
    process, port = served
    address = process.stdout.readline().strip()
    assert address == f"http://127.0.0.1:{port}/"
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310
                body = answer.read().decode()
            break
        except OSError:
            import time

            time.sleep(0.1)
    assert re.search(r"0\s*(?:</\w+>\s*)?open|open", body)
    with pytest.raises(OSError):
        urllib.request.urlopen(f"http://127.0.0.2:{port}/", timeout=2)
