"""Which knowledge a story touches, in which way, and why."""

from safeconduct.watch.index import Item, Items
from safeconduct.watch.matching import Matcher, is_new
from safeconduct.watch.read.document import read_document
from safeconduct.watch.signals.analysis import analyse
from safeconduct.watch.types import Page, Raw


def matched(index, text, language="en", on=None):
    found = analyse(Page(kind="text", title="", text=text, language=language, published_on=on))
    return found, {m.item: m for m in Matcher(index).match(found)}


def test_a_new_case_of_a_known_danger_is_newer_and_says_why(examplia):
    _, found = matched(
        examplia, "Kazakhstan handed a deserter over to the Russian military on 3 April 2026."
    )
    match = found["kz.handover.deserter"]
    assert match.stance == "newer"
    assert "2026-04-03" in match.reason and "KZ: handover" in match.reason
    assert match.leaning == 7


def test_the_same_figure_confirms_and_another_contradicts(examplia):
    _, same = matched(examplia, "Россияне могут находиться в Казахстане без визы 90 дней.", "ru")
    _, other = matched(
        examplia, "Russians may now stay in Kazakhstan without a visa for 30 days only."
    )
    assert same["kz.entry.ru.stay"].stance == "confirms"
    assert other["kz.entry.ru.stay"].stance == "contradicts"
    assert "30 days" in other["kz.entry.ru.stay"].reason


def test_a_story_in_french_meets_a_ruling_by_its_court(examplia):
    _, found = matched(
        examplia,
        "La Cour nationale du droit d'asile a accordé le statut de réfugié à un Russe fuyant la mobilisation.",
        "fr",
    )
    assert "fr.cnda.2023-07-20" in found


def test_another_place_is_not_touched(examplia):
    _, found = matched(
        examplia, "Armenia handed a deserter over to the Russian military on 3 April 2026."
    )
    assert not any(m.startswith("kz.") for m in found)


def test_a_story_about_nothing_of_the_kind_touches_nothing(examplia):
    _, found = matched(examplia, "A festival of tourism and cheese was opened in Paris on Monday.")
    assert found == {}


def test_what_nothing_answers_to_is_new(examplia):
    story, found = matched(
        examplia, "Serbia extradited a Russian activist to Russia on 3 April 2026."
    )
    assert [c.places for c in is_new(story, tuple(found.values()))] == [("RS",)]


def test_a_state_called_unsafe_speaks_of_its_gravest_danger_first(examplia):
    extra = Item(
        id="kz.overstay",
        kind="danger",
        places=("KZ",),
        danger_kind="expulsion",
        text="Fine after an overstay",
    )
    _, found = matched(
        Items((*examplia.items(), extra)),
        "Kazakhstan is no longer safe for deserters, activists say.",
    )
    assert next(iter(found)) == "kz.handover.deserter"


def test_matching_is_the_same_every_time(examplia):
    text = "Kazakhstan handed a deserter over to Russia. Finland closed its border with Russia."
    one = list(matched(examplia, text)[1].items())
    assert one == list(matched(examplia, text)[1].items())


def test_the_real_knowledge_becomes_an_index_of_items(real):
    items = real.items()
    assert {"fact", "danger", "procedure"} <= {i.kind for i in items}
    assert len({i.id for i in items}) == len(items)
    assert all(i.leaning >= 1 for i in items)
    sentenced = next(i for i in items if "soldiers sentenced" in i.id)
    assert "soldiers sentenced for absence" in sentenced.text  # what a row is about is in its arguments


def test_the_first_real_input_touches_something_for_each_of_its_claims(real_matcher, shared):
    page = read_document(Raw(body=(shared / "news" / "globe-echo.txt").read_bytes())).pages[0]
    found = {m.item: m for m in real_matcher.match(analyse(page))}
    assert {"kz.handover.deserter", "kz.board.no-passport"} <= set(found)
    assert any(name.startswith("am.handover.") for name in found)
    assert any(name.startswith("ge.") for name in found)
    assert any(name.startswith("fr.cnda.") for name in found)
    assert any(name.startswith("ru.statistic.") for name in found)
    assert all(m.stance != "confirms" for m in found.values() if m.kind == "danger")


def test_calling_a_state_unsafe_confirms_no_danger(examplia):
    _, found = matched(examplia, "Kazakhstan is no longer safe for deserters, activists say.")
    assert found["kz.handover.deserter"].stance == "touches"
