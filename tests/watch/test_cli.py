"""The commands, as a person uses them."""

import json

import pytest
from click.testing import CliRunner

from safeconduct.cli.watch_commands import watch
from watch.make import page_html
from watch.test_reading import SENTENCES


@pytest.fixture
def call(tmp_path):
    def run(*arguments, **about):
        return CliRunner().invoke(
            watch,
            [
                "--store",
                str(tmp_path),
                "--on",
                "2026-11-24",
                "--no-knowledge",
                *map(str, arguments),
            ],
            **about,
        )

    return run


def test_read_prints_places_origin_and_claims_and_keeps_nothing(call, tmp_path):
    (tmp_path / "a.html").write_bytes(page_html(SENTENCES))
    result = call("read", tmp_path / "a.html")
    assert result.exit_code == 0, result.output
    assert "Places        KZ RU" in result.output
    assert "handover" in result.output
    assert "retells Reuters" in result.output
    assert not (tmp_path / "watch.db").exists()


@pytest.mark.usefixtures("reader_here")
def test_read_takes_standard_input_and_prints_plain_data(call):
    result = call("read", "-", "--json", input=page_html(SENTENCES))
    data = json.loads(result.stdout)
    assert data["signals"]["places"] == ["KZ", "RU"]
    assert data["text"].split("\n") == list(SENTENCES)


@pytest.mark.usefixtures("reader_here")
def test_the_first_real_input_as_printed(call, shared):
    result = call("read", shared / "news" / "globe-echo.txt", "--no-story")
    assert "Places        FR KZ AM GE RU" in result.output
    assert "French National Court of Asylum (CNDA)" in result.output
    assert "no independent source" in result.output
    for name in ("Ziganshin", "Yuseinov", "Vladimir", "Dmitry"):
        assert name not in result.output


@pytest.mark.usefixtures("reader_here")
def test_a_story_goes_from_file_to_inbox_to_drafts(call, tmp_path):
    (tmp_path / "a.html").write_bytes(page_html(SENTENCES))
    assert (
        "Story 1 (new)"
        in call("add", tmp_path / "a.html", "--url", "https://a.example/2026/02/03/x").output
    )
    assert (
        "Story 1 (known already)"
        in call("add", tmp_path / "a.html", "--url", "https://a.example/2026/02/03/x").output
    )
    assert "1 open" in call("inbox").output
    assert "Origins:" in call("show", 1).output
    accepted = call("accept", 1)
    assert accepted.exit_code == 0, accepted.output
    assert list((tmp_path / "drafts").rglob("*.toml"))
    assert "1 accepted" in call("inbox").output
    assert [
        s["state"]
        for s in json.loads(call("inbox", "--state", "accepted", "--json").stdout)["stories"]
    ] == ["accepted"]


@pytest.mark.usefixtures("reader_here")
def test_accepting_says_whose_answers_change_by_the_real_knowledge(tmp_path):
    def run(*arguments, **about):
        start = ["--store", str(tmp_path), "--on", "2026-11-24"]
        return CliRunner().invoke(watch, [*start, *arguments], **about)

    body = "Kazakhstan handed a deserter over to Russia on 2 November 2026, his lawyer said."
    assert "Story 1 (new)" in run("add", "-", "--url", "https://a.example/2026/11/03/x", input=body).output
    accepted = run("accept", "1", "--impact", "5")
    assert accepted.exit_code == 0, accepted.output
    assert "kz.handover.deserter: one more case; it changes no answer" in accepted.output
    case = (tmp_path / "drafts" / "story-1" / "kz.handover.deserter.toml").read_text()
    assert 'on        = "2026-11-02"' in case


@pytest.mark.usefixtures("reader_here")
def test_an_opml_list_becomes_sources(call, tmp_path):
    (tmp_path / "a.opml").write_text(
        '<opml version="2.0"><body><outline xmlUrl="https://a.example/rss"/></body></opml>'
    )
    assert "1 feeds are watched" in call("add", tmp_path / "a.opml").output
    assert "https://a.example/rss" in call("sources").output
    call("sources", "--remove", 1)
    assert "No source is watched" in call("sources").output


def test_addresses_of_this_machine_are_never_fetched_by_a_run(call):
    call("add", "http://127.0.0.1/secret")
    result = call("run")
    assert "failed" in result.output and "refused" in result.output


@pytest.mark.parametrize(
    "arguments",
    [("show", "7"), ("read", "/no/such/file"), ("add", "/no/such/file"), ("reject", "7")],
)
def test_what_cannot_be_done_leaves_with_2_and_says_why(call, arguments):
    result = call(*arguments)
    assert result.exit_code == 2
    assert result.stderr


def test_every_command_explains_itself(call):
    for name in watch.commands:
        result = call(name, "--help")
        assert result.exit_code == 0 and len(result.output) > 80
