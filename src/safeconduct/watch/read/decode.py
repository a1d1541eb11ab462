"""From bytes to text: the declared encoding if it holds, otherwise the likeliest one."""

from __future__ import annotations

import re

_META = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.I)
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SAFE = re.compile(
    r"(?:utf-?(?:8|16|32)(?:-?[bl]e)?|us-ascii|ascii|iso-?8859-?\d{1,2}|latin-?1|cp?125\d"
    r"|windows-?125\d|cp866|ibm866|koi8-?[ru]|mac-?cyrillic|gb2312|gbk|gb18030|big5|euc-?(?:jp|kr)"
    r"|shift_?jis)",
    re.I,
)
# Zero-width and direction-changing characters hide text from a reader; controls break tools.
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def decode(body: bytes, *, declared: str | None = None) -> tuple[str, str, bool]:
    """Decode bytes; never fails.

    A byte-order mark wins, then the header, then what the document says of itself, then UTF-8,
    then the single-byte encoding whose letters fit best (Cyrillic or Western).

    Returns:
        The text, the name of the encoding used, and whether some bytes had to be replaced.

    Example:
        >>> decode("мир".encode("windows-1251"))
        ('мир', 'windows-1251', False)

    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _strictly(body, name)
    names = [declared] if declared else []
    said = _META.search(body[:4096])
    if said:
        names.append(said.group(1).decode("ascii", "replace"))
    for name in [*names, "utf-8"]:
        if not name or not _SAFE.fullmatch(name.strip()):
            continue
        try:
            return body.decode(name.strip()), name.strip().lower(), False
        except (UnicodeDecodeError, LookupError):
            continue
    replaced = body.decode("utf-8", "replace")
    if replaced.count("\ufffd") * 200 < len(replaced):
        return replaced, "utf-8", True
    return _likeliest(body)


def _strictly(body: bytes, name: str) -> tuple[str, str, bool]:
    try:
        return body.decode(name), name.removesuffix("-sig"), False
    except UnicodeDecodeError:
        return body.decode(name, "replace"), name.removesuffix("-sig"), True


def _likeliest(body: bytes) -> tuple[str, str, bool]:
    sample = body[:20_000]
    best, best_score = "windows-1252", -1.0
    for name in ("windows-1251", "koi8-r", "cp866", "windows-1252"):
        text = sample.decode(name, "replace")
        high = [c for c in text if ord(c) > 127]
        if not high:
            continue
        if name == "windows-1252":
            good = sum(c.isalpha() and ord(c) < 256 and c.islower() for c in high)
        else:
            good = sum("а" <= c <= "я" or c == "ё" for c in high)
        score = good / len(high)
        if score > best_score + 0.02:
            best, best_score = name, score
    text = body.decode(best, "replace")
    return text, best, "\ufffd" in text


def visible(text: str) -> tuple[str, int]:
    r"""Drop characters that no reader sees; say how many there were.

    Example:
        >>> visible("de\u200bserter")
        ('deserter', 1)

    """
    found = len(_INVISIBLE.findall(text))
    if found:
        text = _INVISIBLE.sub("", text)
    return _CONTROLS.sub(" ", text), found
