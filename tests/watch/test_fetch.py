# ruff: noqa: S104 - addresses, seeds and table names of the tests themselves
"""The fetching process refuses, bounds and honours; a server on this machine plays the attacker."""

import gzip
import http.server
import socket
import threading
import time
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.watch.fetch import frames
from safeconduct.watch.fetch.addresses import is_odd_number, why_refused
from safeconduct.watch.fetch.client import Fetcher
from safeconduct.watch.fetch.http import Refused, check_url
from safeconduct.watch.fetch.rules import Rules

REFUSED = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "2002:7f00:1::",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "2001::1",
    "2001:db8::1",
    "fec0::1",
    "3fff::1",
    "not-an-address",
]


@pytest.mark.parametrize("address", REFUSED)
def test_what_is_not_the_public_internet_is_refused(address):
    assert why_refused(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]
)
def test_public_addresses_are_not_refused(address):
    assert why_refused(address) == ""


@given(st.ip_addresses(v=4))
def test_no_mapped_form_of_an_ipv4_address_gets_through(address):
    packed = address.packed.hex()
    for form in (
        f"::ffff:{address}",
        f"2002:{packed[:4]}:{packed[4:]}::",
        f"64:ff9b::{address}",
        f"::{address}",
    ):
        assert why_refused(form)


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "127.1", "0177.0.0.1", "127.0.0.1.", "0x7f.1"]
)
def test_numbers_in_disguise_are_seen(host):
    assert is_odd_number(host) or why_refused(host.rstrip("."))


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://a.example/", "gopher://a.example/", "https://u:p@a.example/", "https://a.example:22/",
     "https:///x", "https://2130706433/", "http://localhost/", "http://printer.local/", "https://a b/", "javascript:1"],
)  # fmt: skip
def test_addresses_that_no_news_page_has_are_refused(url):
    with pytest.raises(Refused):
        check_url(url, Rules())


class Attacker(http.server.BaseHTTPRequestHandler):
    """Answers each path in its own bad way."""

    protocol_version = "HTTP/1.0"
    asked: ClassVar[list[tuple[str, dict[str, str], float]]] = []

    def log_message(self, *_):
        pass

    def answer(self, status=200, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(body)

    def do_GET(self):
        self.asked.append((self.path, dict(self.headers), time.monotonic()))
        port = self.server.server_port
        match self.path:
            case "/robots.txt":
                self.answer(200, b"User-agent: *\nDisallow: /private\n")
            case "/page":
                self.answer(200, b"<p>text", Content_Type="text/html; charset=utf-8", ETag='"1"')
            case "/same":
                unchanged = self.headers.get("If-None-Match") == '"1"'
                self.answer(304 if unchanged else 200, b"" if unchanged else b"text", ETag='"1"')
            case "/inward":
                self.answer(302, Location="http://169.254.169.254/latest/meta-data/")
            case "/to-file":
                self.answer(302, Location="file:///etc/passwd")
            case "/circle":
                self.answer(302, Location="/circle")
            case "/chain":
                self.answer(302, Location=f"/chain{time.monotonic_ns()}")
            case "/to-private":
                self.answer(302, Location="/private/x")
            case "/moved":
                self.answer(301, Location=f"http://127.0.0.1:{port}/page")
            case "/bomb":
                self.answer(200, gzip.compress(b"0" * 20_000_000), Content_Encoding="gzip")
            case "/double":
                self.answer(
                    200,
                    gzip.compress(gzip.compress(b"0" * 20_000_000)),
                    Content_Encoding="gzip, gzip",
                )
            case "/liar":
                self.answer(200, b"x", Content_Length="99999999999")
            case "/endless":
                self.send_response(200)
                self.end_headers()
                try:
                    while True:
                        self.wfile.write(b"x" * 65536)
                except OSError:
                    pass
            case "/slow":
                self.send_response(200)
                self.end_headers()
                try:
                    for _ in range(100):
                        self.wfile.write(b"x")
                        self.wfile.flush()
                        time.sleep(0.1)
                except OSError:
                    pass
            case "/headers":
                self.wfile.write(b"HTTP/1.0 200 OK\r\n" + b"X: y\r\n" * 5000 + b"\r\n")
            case "/error":
                self.answer(500)
            case path if path.startswith("/chain"):
                self.answer(302, Location=f"/chain{time.monotonic_ns()}")
            case _:
                self.answer(404)


@pytest.fixture(scope="module")
def attacker():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Attacker)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture(scope="module")
def fetcher(attacker):
    rules = Rules(
        allow=(f"127.0.0.1:{attacker}",),
        interval=0,
        seconds=20.0,
        max_bytes=100_000,
        plain_http=True,
    )
    with Fetcher(rules) as one:
        yield one


@pytest.fixture
def fetch(attacker, fetcher):
    return lambda path, **about: fetcher.fetch(f"http://127.0.0.1:{attacker}{path}", **about)


def test_a_page_comes_back_with_its_type_and_tag(fetch):
    answer = fetch("/page")
    assert (answer.ok, answer.body, answer.media_type, answer.charset) == (
        True,
        b"<p>text",
        "text/html",
        "utf-8",
    )
    assert answer.etag == '"1"'


def test_an_unchanged_page_is_asked_for_with_its_tag_and_not_sent_again(fetch):
    answer = fetch("/same", etag='"1"')
    assert answer.ok and answer.unchanged and answer.body == b""


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/inward", "refused"), ("/to-file", "refused"), ("/circle", "redirects"), ("/chain", "redirects"),
     ("/private", "robots"), ("/to-private", "robots"), ("/bomb", "too-large"), ("/double", "failed"), ("/liar", "too-large"),
     ("/endless", "too-large"), ("/headers", "failed"), ("/error", "http"), ("/nothing", "http")],
)  # fmt: skip
def test_the_attacker_gets_nothing_and_the_reason_is_told(fetch, path, reason):
    answer = fetch(path)
    assert not answer.ok
    assert answer.reason == reason, answer.message
    assert answer.body == b""
    assert fetch("/page").ok


def test_an_answer_that_drips_is_given_up_in_time(attacker):
    rules = Rules(allow=(f"127.0.0.1:{attacker}",), interval=0, seconds=1.0, robots=False, plain_http=True)
    with Fetcher(rules) as one:
        answer = one.fetch(f"http://127.0.0.1:{attacker}/slow")
    assert (answer.ok, answer.reason, answer.body) == (False, "timeout", b"")


def test_a_redirect_to_a_good_page_is_followed_and_shown(fetch, attacker):
    answer = fetch("/moved")
    assert answer.ok
    assert answer.url == f"http://127.0.0.1:{attacker}/page"
    assert len(answer.hops) == 2


def test_without_an_exception_this_machine_is_not_reached(attacker):
    before = len(Attacker.asked)
    with Fetcher(Rules(interval=0, seconds=20.0, ports=(80, 443, attacker))) as one:
        for host in ("127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]", "127.1"):
            assert one.fetch(f"http://{host}:{attacker}/page").reason == "refused"
    assert len(Attacker.asked) == before


def test_the_process_is_shut_in_and_carries_no_environment(fetcher, fetch):
    fetch("/page")
    assert {"limits", "no-new-privileges"} <= set(fetcher.jail)
    assert b"fetch.worker" in Path(f"/proc/{fetcher._process.pid}/cmdline").read_bytes()


def test_a_process_that_is_ended_is_started_again(fetcher, fetch):
    fetch("/page")
    fetcher._process.kill()
    fetcher._process.wait()
    assert fetch("/page").ok


def test_requests_to_one_host_keep_their_distance(attacker):
    rules = Rules(
        allow=(f"127.0.0.1:{attacker}",), interval=0.4, seconds=20.0, robots=False, plain_http=True
    )
    Attacker.asked.clear()
    with Fetcher(rules) as one:
        for _ in range(3):
            one.fetch(f"http://127.0.0.1:{attacker}/page")
    times = [t for path, _, t in Attacker.asked if path == "/page"]
    assert all(b - a >= 0.35 for a, b in pairwise(times))


def test_a_socks_proxy_is_given_the_name_and_no_lookup_is_made():
    heard = {}
    server = socket.create_server(("127.0.0.1", 0))

    def proxy():
        with server.accept()[0] as peer:
            peer.recv(3)
            peer.sendall(b"\x05\x00")
            head = peer.recv(5)
            heard["name"] = peer.recv(head[4])
            heard["port"] = int.from_bytes(peer.recv(2), "big")
            peer.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
            heard["request"] = peer.recv(4096)
            peer.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nhello")

    thread = threading.Thread(target=proxy, daemon=True)
    thread.start()
    rules = Rules(
        proxy=f"socks5h://127.0.0.1:{server.getsockname()[1]}",
        robots=False,
        interval=0,
        seconds=20.0,
        ports=(8080, 443),
    )
    with Fetcher(rules) as one:
        answer = one.fetch("http://news.example:8080/x")
        assert one.fetch("http://10.0.0.1:8080/x").reason == "refused"
    thread.join(5)
    server.close()
    assert answer.body == b"hello"
    assert (heard["name"], heard["port"]) == (b"news.example", 8080)


def test_a_frame_larger_than_allowed_is_refused(tmp_path):
    path = tmp_path / "frame"
    path.write_bytes(b"\xff\xff\xff\xff\x00\x00\x00\x00")
    with path.open("rb") as file, pytest.raises(ValueError, match="larger"):
        frames.read(file, max_body=10)
