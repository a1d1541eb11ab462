"""Makes the documents that the tests read."""

from __future__ import annotations


def page_html(sentences, *, extra=""):
    """A news page with a menu, share buttons, JSON-LD and a footer around its story."""
    story = "".join(f"<p>{s}</p>" for s in sentences)
    return f"""<!doctype html><html lang="en"><head><title>A handover in Kazakhstan | Example News</title>
<meta property="og:site_name" content="Example News"><meta property="article:published_time" content="2026-02-03T10:00:00Z">
<script type="application/ld+json">{{"@type":"NewsArticle","headline":"A handover in Kazakhstan",
"author":[{{"@type":"Organization","name":"Reuters"}},{{"@type":"Person","name":"Somebody Private"}}]}}</script>
</head><body><nav><ul><li><a href="/">Home</a></li><li><a href="/w">Weather</a></li></ul></nav>
<article><h1>A handover in Kazakhstan</h1>{story}{extra}<p>Share this article</p></article>
<footer><p>© 2026 Example News. All rights reserved.</p></footer></body></html>""".encode()


def small_pdf(lines):
    """The smallest PDF that shows some lines of ASCII."""
    shown = (
        "BT /F1 12 Tf 50 750 Td 14 TL "
        + " ".join(f"({x.replace('(', '').replace(')', '')}) Tj T*" for x in lines)
        + " ET"
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = "%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(
        f"{p:010d} 00000 n \n" for p in places
    )
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF"
    return out.encode()
