"""PDF: text by page with pypdf, running heads and feet cut, broken words joined."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter

from safeconduct.watch import bounds
from safeconduct.watch.extras import need
from safeconduct.watch.problems import CannotRead
from safeconduct.watch.read.text import tidy

logging.getLogger("pypdf").setLevel(logging.CRITICAL)
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]\n(?=[a-zà-ÿа-яё])")
_DIGITS = re.compile(r"\d+")


def read_pdf(body: bytes) -> tuple[str, list[str], list[str]]:
    """The title, paragraphs and problems of a PDF.

    Raises:
        CannotRead: The file is no PDF, is locked, or holds no text.

    """
    pypdf = need("pypdf")
    problems: list[str] = []
    try:
        reader = pypdf.PdfReader(io.BytesIO(body), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise CannotRead("the PDF is locked with a password; nothing was read")
        pages = []
        size = 0
        for number, page in enumerate(reader.pages):
            if number >= bounds.MAX_PDF_PAGES or size > bounds.MAX_TEXT_CHARS:
                problems.append(f"only the first {number} pages were read")
                break
            text = page.extract_text() or ""
            size += len(text)
            pages.append(text)
        info = reader.metadata
        title = str(info.title or "") if info else ""
    except CannotRead:
        raise
    except RecursionError as error:
        raise CannotRead("the PDF is nested without end; nothing was read") from error
    except Exception as error:  # pypdf raises many kinds on broken files
        raise CannotRead(f"the PDF cannot be read: {type(error).__name__}") from error
    lines = _paragraphs(_without_running_heads(pages))
    if not lines:
        raise CannotRead("the PDF holds no text; a scanned page needs text recognition first")
    return tidy(title), lines, problems


def _without_running_heads(pages: list[str]) -> list[str]:
    edges: Counter[str] = Counter()
    split = [[line.strip() for line in page.split("\n")] for page in pages]
    for lines in split:
        full = [line for line in lines if line]
        edges.update({_DIGITS.sub("0", line) for line in full[:2] + full[-2:]})
    often = {line for line, count in edges.items() if count >= max(3, len(pages) * 0.5)}
    return ["\n".join(x for x in lines if _DIGITS.sub("0", x) not in often) for lines in split]


def _paragraphs(pages: list[str]) -> list[str]:
    text = _HYPHEN.sub("", "\n".join(pages))
    result: list[str] = []
    current: list[str] = []
    for raw in text.split("\n"):
        line = raw.strip()
        if not line:
            if current:
                result.append(tidy(" ".join(current)))
                current = []
            continue
        current.append(line)
        if (line[-1] in ".!?…:" and len(line) < 60) or len(" ".join(current)) > 2000:
            result.append(tidy(" ".join(current)))
            current = []
    if current:
        result.append(tidy(" ".join(current)))
    return result
