"""HTTP with the address checked after resolution and pinned, and every inflated byte counted."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from .addresses import is_odd_number, why_refused
from .rules import Rules

_LOCAL = (
    "localhost",
    ".localhost",
    ".local",
    ".internal",
    ".lan",
    ".home.arpa",
    ".onion",
    ".test",
    ".invalid",
)


class Refused(Exception):
    """A fetch that must not be made or went wrong; `reason` is one word."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(slots=True)
class Got:
    """One answer of one server, before redirects are followed."""

    status: int
    headers: dict[str, str]
    body: bytes


def check_url(url: str, rules: Rules) -> SplitResult:
    """Refuse addresses that no news page has.

    Raises:
        Refused: The scheme, the port, a login or the host is not that of a public page.

    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused("refused", f"{url[:200]!r} is no address") from error
    if parts.scheme not in ("http", "https"):
        raise Refused(
            "refused", f"only http and https are fetched, not {parts.scheme or 'nothing'!r}"
        )
    if parts.username is not None or parts.password is not None:
        raise Refused("refused", "addresses with a login are not fetched")
    host = (parts.hostname or "").lower()
    if not host or any(ord(c) < 33 or c in '\\<>"{}|^`' for c in host):
        raise Refused("refused", "the address has no usable host")
    if is_odd_number(host) or "%" in host:
        raise Refused("refused", f"{host} is a number in disguise")
    actual = port or (443 if parts.scheme == "https" else 80)
    allowed = any(a.rpartition(":")[2] == str(actual) for a in rules.allow)
    if actual not in rules.ports and not allowed:
        raise Refused("refused", f"port {actual} is not one of the web")
    if (host == "localhost" or host.endswith(_LOCAL[1:])) and not rules.allow:
        raise Refused("refused", f"{host} is a name of this network")
    return parts


def resolve(host: str, port: int, rules: Rules) -> tuple[str, int]:
    """The address to connect to: every address of the name must be public.

    Raises:
        Refused: The name has no address, or any of them is not public.

    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused("dns", f"{host} has no address") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if f"{address}:{port}" in rules.allow:
            continue
        why = why_refused(address)
        if why:
            raise Refused("refused", f"{host}: {why}")
    addresses.sort(key=lambda a: ":" in a)
    return addresses[0], port


def _connect(host: str, port: int, rules: Rules, left: Callable[[], float]) -> socket.socket:
    if not rules.proxy:
        address, port = resolve(host, port, rules)
        return socket.create_connection((address, port), timeout=left())
    why = why_refused(host) if _is_literal(host) else ""
    if why:
        raise Refused("refused", why)
    proxy = urlsplit(rules.proxy)
    sock = socket.create_connection((proxy.hostname or "", proxy.port or 9050), timeout=left())
    try:
        if proxy.scheme in ("socks5", "socks5h"):
            _socks(sock, host, port)
        else:
            _tunnel(sock, host, port)
    except BaseException:
        sock.close()
        raise
    return sock


def _is_literal(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _exactly(sock: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = sock.recv(size - len(data))
        if not part:
            raise Refused("failed", "the proxy hung up")
        data += part
    return data


def _socks(sock: socket.socket, host: str, port: int) -> None:
    """Ask a SOCKS 5 proxy to resolve and connect (RFC 1928), so that no name is looked up here."""
    sock.sendall(b"\x05\x01\x00")
    if _exactly(sock, 2) != b"\x05\x00":
        raise Refused("failed", "the proxy wants a login")
    name = host.encode("idna")
    sock.sendall(b"\x05\x01\x00\x03" + bytes([len(name)]) + name + port.to_bytes(2, "big"))
    head = _exactly(sock, 4)
    if head[1] != 0:
        raise Refused("failed", f"the proxy could not connect (code {head[1]})")
    size = {1: 4, 4: 16}.get(head[3]) or _exactly(sock, 1)[0]
    _exactly(sock, size + 2)


def _tunnel(sock: socket.socket, host: str, port: int) -> None:
    sock.sendall(
        f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode("ascii", "strict")
    )
    answer = b""
    while b"\r\n\r\n" not in answer:
        part = sock.recv(1)
        if not part or len(answer) > 16_384:
            raise Refused("failed", "the proxy gave no proper answer")
        answer += part
    if b" 200" not in answer.split(b"\r\n", 1)[0]:
        raise Refused("failed", "the proxy refused to connect")


class _Connection(http.client.HTTPConnection):
    """A connection over a socket that is already made."""

    def __init__(self, host: str, sock: socket.socket) -> None:
        super().__init__(host)
        self.sock = sock

    def connect(self) -> None:
        raise Refused("failed", "the server hung up")


def get(
    url: str, headers: dict[str, str], rules: Rules, context: ssl.SSLContext, end: float
) -> Got:
    """One request, no redirects.

    Args:
        end: The monotonic time by which it must be over.

    Raises:
        Refused: Anything that is not a complete answer within the bounds.

    """
    parts = check_url(url, rules)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)

    def left() -> float:
        seconds = end - time.monotonic()
        if seconds <= 0:
            raise Refused("timeout", "the time is over")
        return seconds

    sock: socket.socket | None = None
    try:
        sock = _connect(host, port, rules, left)
        if parts.scheme == "https":
            sock.settimeout(left())
            sock = context.wrap_socket(sock, server_hostname=host)
        sock.settimeout(min(left(), 10.0))
        connection = _Connection(host, sock)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        safe = "".join(
            c if 32 < ord(c) < 127 else "".join(f"%{b:02X}" for b in c.encode()) for c in path
        )
        connection.putrequest("GET", safe, skip_host=True, skip_accept_encoding=True)
        shown = f"[{host}]" if ":" in host else host
        connection.putheader("Host", shown if port in (80, 443) else f"{shown}:{port}")
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        body = _body(answer, sock, rules, left)
        return Got(answer.status, {k.lower(): v for k, v in answer.getheaders()}, body)
    except Refused:
        raise
    except ssl.SSLError as error:
        raise Refused("tls", f"{host}: no trusted connection ({error.reason})") from error
    except TimeoutError as error:
        raise Refused("timeout", f"{host} did not answer in time") from error
    except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
        raise Refused("failed", f"{host}: {type(error).__name__}") from error
    finally:
        if sock is not None:
            sock.close()


def _body(
    answer: http.client.HTTPResponse, sock: socket.socket, rules: Rules, left: Callable[[], float]
) -> bytes:
    """The body, inflated, with every inflated byte counted."""
    length = answer.getheader("content-length")
    if length and length.isdecimal() and int(length) > rules.max_bytes:
        raise Refused("too-large", f"the server announces {length} bytes")
    coding = (answer.getheader("content-encoding") or "identity").strip().lower()
    inflate = None
    if coding in ("gzip", "x-gzip", "deflate"):
        inflate = zlib.decompressobj(47 if coding != "deflate" else 15)
    elif coding not in ("identity", ""):
        raise Refused(
            "failed", f"the server used the coding {coding[:40]!r}, which was not asked for"
        )
    body = bytearray()
    while True:
        sock.settimeout(min(left(), 10.0))
        chunk = answer.read1(64 * 1024)
        if not chunk:
            break
        if inflate is None:
            body += chunk
        else:
            while chunk:
                try:
                    body += inflate.decompress(chunk, rules.max_bytes + 1 - len(body))
                except zlib.error as error:
                    raise Refused("failed", "the body is not well inflated") from error
                chunk = inflate.unconsumed_tail
                if len(body) > rules.max_bytes:
                    break
        if len(body) > rules.max_bytes:
            raise Refused("too-large", f"the page inflates past {rules.max_bytes} bytes")
    return bytes(body)
