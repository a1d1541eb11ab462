"""Tells the story from the page furniture around it, line by line.

A line is furniture when it says nothing but what pages say everywhere (share, subscribe,
copyright, a menu), or when it stands before the first or after the last full sentence and has
no sentence of its own. Lines that are cut are kept aside and can be shown.
"""

from __future__ import annotations

import re

_WHOLE = re.compile(
    r"""^\W*(?:
      share(?:\s+(?:this|on|via|article|with|now).{0,60})? | (?:like\ this\ story\?.*) | comments?
    | print(?:\s+article)? | order\ reprints | e-?mail | tweet | copy\ link | read\ more | load\ more
    | sign\ (?:in|up).{0,80} | subscribe.{0,100} | newsletters? | advertisement | ad | sponsored
    | menu | home | search | weather | live\ markets | skip\ to\ .{1,40} | back\ to\ (?:top|.{1,20})
    | tags?:?.{0,200} | related(?:\s+(?:articles|stories|news|topics|content))? | trending.{0,30}
    | loading\W* | close | next | previous | more(?:\s+(?:from|on|stories|news).{0,60})?
    | thanks?\ (?:you|for\ (?:signing|subscribing|reading)).{0,60} | smiley\ face | image | photo
    | follow\ (?:us|.{1,40}\ on\ (?:twitter|facebook|instagram|telegram|x)).{0,80}
    | all\ rights\ reserved\W* | leave\ a\ (?:reply|comment).{0,60} | view\ (?:all|comments).{0,40}
    | accept(?:\s+all)?(?:\s+cookies)? | cookie\ (?:policy|settings) | privacy\ policy
    | terms\ of\ (?:use|service) | contact(?:\s+us)? | about(?:\s+us)? | don.t\ miss | also\ read\W*
    | get\ the\ .{0,80}newsletter.{0,80} | this\ (?:article|copy)\ (?:is\ for\ your|has\ been\ sent).*
    | an\ error\ (?:has\ occurred|occurred).{0,80} | there\ was\ an\ error.{0,80} | sorry\W*
    | write\ to\ .{1,60}@\S+ | (?:watch|listen|see)\ (?:also|more|live|now)\b.{0,90}
    | also\ on\ \S+\.\S+\ .{1,160} | join\ (?:our|the)\ .{1,80} | tell\ us\ what\ you\ think.{0,30}
    | keep\ an\ eye\ on\ your\ inbox.{0,80} | download\ (?:our|the)\ app.{0,60}
    | поделиться.{0,60} | подпис(?:аться|ывайтесь|ка).{0,120} | комментари(?:и|ев|й).{0,40}
    | читайте\ (?:также|ещ[её]|нас).{0,160} | читать\ (?:также|далее|ещ[её]).{0,120} | реклама
    | меню | поиск | главная | новости | все\ новости | перейти\ к\ .{1,40} | распечатать
    | поддержать.{0,80} | материалы\ по\ теме.{0,120} | теги:?.{0,200} | по\ теме | источник:?\s*фото.*
    | все\ права\ защищены.{0,120} | наверх | закрыть | загрузить\ ещ[её] | смотрите\ также.{0,160}
    | partager.{0,60} | s.abonner.{0,80} | abonnez-vous.{0,100} | commentaires?.{0,40} | publicité
    | lire\ (?:aussi|la\ suite|plus).{0,200} | à\ lire\ (?:aussi|également).{0,200} | accueil
    | rechercher | imprimer | newsletter.{0,60} | mots-clés:?.{0,200} | sur\ le\ même\ (?:sujet|thème)
    | tous\ droits\ réservés.{0,120} | retour\ en\ haut | fermer | suivez-nous.{0,80}
    | teilen | kommentare | anzeige | mehr\ zum\ thema.{0,80} | drucken
    )\W*$""",
    re.I | re.X,
)
_PART = re.compile(
    r"""(?:©|\(c\)\s*(?:19|20)\d\d|\bcopyright\b.{0,20}(?:19|20)\d\d|all\ rights\ reserved
    |все\ права\ защищены|tous\ droits\ réservés|this\ copy\ is\ for\ your\ personal
    |distribution\ and\ use\ of\ this\ material|to\ order\ presentation-ready\ copies
    |we\ use\ (?:income|cookies)|subscribe\ to\ (?:the|our)\ |sign\ up\ (?:for|to)\ (?:the|our)\b
    |your\ (?:support|contribution)\ can\ help|enjoying\ ad-free|click\ here\ for\ more\ information
    |подписывайтесь\ на\ (?:наш|нас)|нажмите\ ctrl|если\ вы\ нашли\ (?:ошибку|опечатку)
    |lorem\ ipsum|inscrivez-vous\ à\ (?:la|notre)\ newsletter|abonnez-vous\ à\ (?:la|notre)
    |an\ error\ occurred|enable\ javascript|receive\ .{1,40}newsletter|delivered\ through\ your\ letterbox)""",
    re.I | re.X,
)
_CREDIT = re.compile(
    r"""^\W*(?:(?:additional\ )?(?:reporting|writing|editing)\ by\ .{3,300}
    |(?:associated\ press|reuters|afp|bloomberg)\ (?:writers?|reporters?|journalists?)\ .{3,300}
    |\S+(?:\ \S+){0,6}\ (?:contributed\ to\ this\ (?:report|story|article)).{0,60}
    |(?:our\ standards|follow\ .{1,40}\ on\ twitter).{0,120}|click\ here\ to\ .{1,80}
    |(?:photo|image|picture|фото|illustration|crédit)s?\s*(?:credit|by|:).{1,120})\W*$""",
    re.I | re.X,
)
LIST_HEADS = frozenset(
    [
        "tags",
        "tag",
        "related",
        "topics",
        "more",
        "newsletter",
        "comments",
        "теги",
        "метки",
        "mots-clés",
        "trending",
        "newsletters",
    ]
)
"""Labels after which a run of lines without sentences is furniture too."""

_URL_ONLY = re.compile(r"^\W*(?:https?://|www\.)\S+\W*$", re.I)
_SENTENCE = re.compile(r"[.!?…。։।؟](?:[\"'»”’)\]]|\s|$)")
_WORD = re.compile(r"\w+")
_DATE_LINE = re.compile(
    r"""^\W*(?:published|updated|posted|last\ updated|опубликовано|обновлено|publié|mis\ à\ jour)?
    [\s\W]*(?:(?:(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?|lundi|mardi|mercredi|jeudi|vendredi
    |samedi|dimanche|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье
    |\w{5,8}-feira|s[áa]bado|domingo),?\s+)?
    (?:\d{1,4}[\s./-]+)?(?:de\s+)?(?:\w{3,9}\.?[\s./-]+)?(?:de\s+)?\d{1,4}(?:st|nd|rd|th)?(?:[\s./,-]+\d{1,4})?
    (?:[\s,|–-]*(?:at|às|à|в)?\s*\d{1,2}[:h.]\d{2}(?::\d\d)?\s*(?:[ap]\.?m\.?)?\s*[A-Z]{0,4})?\W*$""",
    re.I | re.X,
)


def is_furniture(line: str, *, inside: bool = False) -> bool:
    """Whether a line says only what pages say everywhere.

    `inside` the story a bare address or date may be part of a list, and is left alone.

    Example:
        >>> is_furniture("© 2024 Globe Echo. All Rights Reserved."), is_furniture("He fled in May.")
        (True, False)

    """
    if len(line) > 400:
        return False
    if _WHOLE.match(line) or _CREDIT.match(line) or (len(line) < 300 and _PART.search(line)):
        return True
    if inside:
        return False
    if _URL_ONLY.match(line):
        return True
    return len(line) < 60 and any(c.isdigit() for c in line) and bool(_DATE_LINE.match(line))


def has_sentence(line: str) -> bool:
    """Whether a line holds a sentence rather than a label."""
    return len(line) >= 40 and bool(_SENTENCE.search(line)) and len(_WORD.findall(line)) >= 6


def same_words(a: str, b: str) -> bool:
    """Whether two lines are one, but for case, marks and a site's name after a dash."""
    left, right = _key(a), _key(b)
    if not left or not right:
        return False
    short, long = sorted((left, right), key=len)
    return left == right or (20 < len(short) > 0.6 * len(long) and long.startswith(short))


def _key(line: str) -> str:
    return " ".join(_WORD.findall(line.casefold()))


def cut(lines: list[str], *, title: str = "", strict: bool = True) -> tuple[list[str], list[str]]:
    """Split lines into the story and its furniture.

    `strict` also drops what stands before the first and after the last full sentence without
    being one; it is for plain text, where nothing else tells a menu from a paragraph.

    Example:
        >>> cut(["Weather", "He fled to Armenia in May, and then went on to Georgia.", "Share."])
        (['He fled to Armenia in May, and then went on to Georgia.'], ['Weather', 'Share.'])

    """
    full = [has_sentence(line) and not is_furniture(line) for line in lines]
    first = full.index(True) if any(full) else 0
    last = len(full) - 1 - full[::-1].index(True) if any(full) else len(full) - 1
    story: list[str] = []
    left_out: list[str] = []
    for number, line in enumerate(lines):
        outside = any(full) and not first <= number <= last
        if (
            is_furniture(line)
            or (outside and strict and not full[number])
            or (title and number <= first and same_words(line, title))
        ):
            left_out.append(line)
        else:
            story.append(line)
    return story, left_out
