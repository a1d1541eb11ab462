"""HTML: the story by trafilatura, then what it missed put back and what it kept too much cut."""

from __future__ import annotations

import re
from typing import Any

from safeconduct.watch import bounds
from safeconduct.watch.extras import need
from safeconduct.watch.problems import CannotRead
from safeconduct.watch.read import furniture, hidden, metadata
from safeconduct.watch.read.metadata import About
from safeconduct.watch.read.text import tidy

_DROP = re.compile(
    r"<(script|style|noscript|template|svg|canvas|iframe|object)\b(?![^>]*ld\+json)[^>]*>.*?</\1\s*>",
    re.I | re.S,
)
_BULLET = re.compile(r"^(?:[-–•*]\s+|\|\s*|\[[ x]\]\s*)")


def read_html(text: str) -> tuple[str, list[str], list[str], About, list[str]]:
    """The title, paragraphs, furniture, self-description and problems of an HTML page.

    Raises:
        CannotRead: The page holds nothing that can be parsed.

    """
    problems: list[str] = []
    if text.count("<") > bounds.MAX_TAGS:
        text = _flatten(text, problems)
    try:
        tree = _parse(text)
    except CannotRead:
        tree = _parse(_flatten(text, problems))
    if _is_deep(tree):
        tree = _parse(_flatten(text, problems))
    about = metadata.about(tree)
    number = hidden.remove(tree)
    if number:
        problems.append(f"{number} elements that no reader would see were left out")
    wide = _containers(tree)
    body = _extract(tree, problems)
    lines = [tidy(_BULLET.sub("", line)) for line in (body or "").split("\n")]
    lines = [line for line in lines if line]
    lines = _complete(lines, wide, about)
    if not lines:
        lines = [tidy(p) for p in _all_text(tree)]
        lines = [line for line in lines if line]
    if not lines:
        lines = [tidy(p) for p in _all_text(_parse(_flatten(text, problems)))]
        lines = [line for line in lines if line]
    story, left_out = _trim(lines, about)
    return about.title, story, left_out, about, problems


def _extract(tree: Any, problems: list[str]) -> str:
    """The extractor's fast way, and its slow way when the fast one found suspiciously little."""
    extract = need("trafilatura").extract
    best = ""
    try:
        for fast in (True, False):
            found = extract(
                tree, fast=fast, include_comments=False, include_tables=True, output_format="txt"
            )
            if fast:
                best = found or ""
                prose = sum(len(p.text_content()) for p in tree.iter("p"))
                if len(best) >= max(250, prose * 0.15):
                    break
            elif found and len(found) > len(best) * 1.15:
                best = found
    except (RecursionError, ValueError, AssertionError, TypeError, AttributeError) as error:
        problems.append(f"the extractor gave up ({type(error).__name__})")
    return best


def _flatten(text: str, problems: list[str]) -> str:
    """Drop all tags unread: for pages with more or deeper ones than any real page has."""
    problems.append("more or deeper tags than any real page has; tags were dropped unread")
    bare = re.sub(r"<[^<>]{0,2000}>", " ", _DROP.sub(" ", text[: bounds.MAX_TEXT_CHARS * 4]))
    escaped = bare.replace("<", " ").replace(">", " ")[: bounds.MAX_TEXT_CHARS]
    return f"<html><body><article><p>{escaped}</p></article></body></html>"


def _parse(text: str) -> Any:
    lxml_html = need("lxml.html")
    etree = need("lxml.etree")
    parser = lxml_html.HTMLParser(
        remove_comments=True, remove_pis=True, no_network=True, huge_tree=False, encoding="utf-8"
    )
    clean = _DROP.sub(" ", text)
    try:
        tree = lxml_html.document_fromstring(clean.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise CannotRead(
            f"the page holds no HTML that can be parsed: {type(error).__name__}"
        ) from error
    if tree is None:
        raise CannotRead("the page holds no HTML that can be parsed")
    return tree


def _is_deep(tree: Any) -> bool:
    """Whether the tree is nested deeper than the extractor can follow."""
    depth, level = 0, [tree]
    while level:
        depth += 1
        if depth > bounds.MAX_TAG_DEPTH:
            return True
        level = [child for element in level for child in element if len(child)]
    return False


def _containers(tree: Any) -> list[list[str]]:
    """Runs of paragraphs whose containers carry the same class, one container or several.

    Long articles are cut into several boxes around advertisements; an extractor that picks one
    box loses the others.
    """
    groups: dict[str, list[Any]] = {}
    for paragraph in tree.iter("p"):
        parent = paragraph.getparent()
        if parent is None:
            continue
        name = parent.get("class") or ""
        if name and parent.tag in ("div", "section", "article"):
            groups.setdefault(f"{parent.tag} {name}", []).append(paragraph)
    runs = []
    for paragraphs in groups.values():
        parents = {id(p.getparent()) for p in paragraphs}
        if len(parents) <= 40:
            runs.append([tidy(p.text_content()) for p in paragraphs])
    return runs


def _complete(lines: list[str], runs: list[list[str]], about: About) -> list[str]:
    """Put back whole runs of which only a part was extracted, and the page's own full text."""
    have = sum(map(len, lines))
    got = {_start(line) for line in lines if len(line) > 60}
    for run in runs:
        long = [p for p in run if len(p) > 60]
        inside = sum(_start(p) in got for p in long)
        if inside < max(2, len(got) * 0.6) or inside == len(long) or not _is_prose(long):
            continue
        if sum(map(len, long)) > have * 1.15:
            lines = [p for p in run if p]
            have, got = sum(map(len, lines)), {_start(p) for p in long}
    own = [tidy(p) for p in about.body.split("\n")]
    own = [p for p in own if p]
    if own and sum(map(len, own)) > have * 1.6 and "<" not in about.body:
        return own
    return lines


def _start(line: str) -> str:
    return "".join(c for c in line[:80] if c.isalnum())[:40]


def _is_prose(lines: list[str]) -> bool:
    return sum(furniture.has_sentence(line) for line in lines) >= len(lines) * 0.7


def _trim(lines: list[str], about: About) -> tuple[list[str], list[str]]:
    """Cut the title repeated, the byline and date above, and the furniture below the story."""
    titles = [t for t in (about.title, about.heading, about.head) if len(t) > 12]
    story: list[str] = []
    left_out: list[str] = []
    head, skip = True, False
    for line in lines:
        repeats = head and any(furniture.same_words(line, t) for t in titles)
        if (repeats and len(lines) > 1) or furniture.is_furniture(line, inside=not head):
            left_out.append(line)
            if line.rstrip(" :").lower() in furniture.LIST_HEADS:
                skip = True
            continue
        if skip and not furniture.has_sentence(line):
            left_out.append(line)
            continue
        skip = False
        if head and furniture.has_sentence(line):
            head = False
        story.append(line)
    while len(story) > 3 and not furniture.has_sentence(story[-1]) and _is_tail(story):
        left_out.append(story.pop())
    return story, left_out


def _is_tail(story: list[str]) -> bool:
    """Whether the last lines are a list of other headlines rather than the story's own list."""
    tail = 0
    for line in reversed(story):
        if furniture.has_sentence(line):
            break
        tail += 1
    return (
        tail <= 6
        and tail < len(story) * 0.3
        and len(story[-1]) < 120
        and story[-1][-1] not in ".!?…"
    )


def _all_text(tree: Any) -> list[str]:
    body = tree.find(".//body")
    whole = (tree if body is None else body).text_content()
    return str(whole)[: bounds.MAX_TEXT_CHARS].split("\n")
