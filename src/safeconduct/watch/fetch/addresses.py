"""Which network addresses may never be fetched from: everything that is not the public internet."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_REFUSED = tuple(
    ipaddress.ip_network(n)
    for n in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",
        "::ffff:0:0/96",
        "::ffff:0:0:0/96",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)


def why_refused(written: str) -> str:
    """Why an address is refused, in words; empty for a public one.

    Example:
        >>> why_refused("127.0.0.1"), why_refused("::ffff:10.0.0.1"), why_refused("1.1.1.1")
        ('127.0.0.1 is not on the public internet', '::ffff:10.0.0.1 is not on the public internet', '')

    """
    try:
        address = ipaddress.ip_address(written.partition("%")[0])
    except ValueError:
        return f"{written!r} is no address"
    if "%" in written:
        return f"{written} is bound to one link"
    for network in (*_REFUSED, *_NAT64):
        if address.version == network.version and address in network:
            return f"{written} is not on the public internet"
    if not address.is_global or address.is_multicast or address.is_unspecified:
        return f"{written} is not on the public internet"
    return ""


def is_odd_number(host: str) -> bool:
    """Whether a host is a number in disguise, as `0x7f.1` or `2130706433`, which systems resolve.

    Example:
        >>> is_odd_number("2130706433"), is_odd_number("0x7f.0.0.1"), is_odd_number("news.example")
        (True, True, False)

    """
    bare = host.rstrip(".").lower()
    if ":" in bare:
        return False
    last = bare.rsplit(".", 1)[-1]
    if not last:
        return True
    if last.isdecimal() or (last.startswith("0x") and all(c in "0123456789abcdef" for c in last[2:])):
        try:
            ipaddress.IPv4Address(bare)
        except ValueError:
            return True
    return False
