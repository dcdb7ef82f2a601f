"""The report is whole, safe, and readable without pictures, colours or a mouse."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from mannscope.study import NetworkResult
from mannscope.study.report.document import document
from study.tiny import Study

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


class Seen(HTMLParser):
    """Every tag of a page with its attributes, and all of its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def named(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


@pytest.fixture(scope="module")
def seen(study: Study) -> Seen:
    return Seen((study.out / "report.html").read_text())


def test_nothing_outside_the_file_is_referred_to(seen: Seen) -> None:
    references = [
        attributes[name] or ""
        for _, attributes in seen.tags
        for name in ("src", "href", "srcset", "action", "data", "poster")
        if name in attributes
    ]
    assert references
    assert [r for r in references if not r.startswith(("data:image/svg+xml;base64,", "#"))] == []


def test_the_style_loads_nothing() -> None:
    style = (files("mannscope") / "pages" / "page.css").read_text()
    assert "url(" not in style
    assert "@import" not in style
    assert "</" not in style


def test_the_page_forbids_itself_to_load_anything(seen: Seen) -> None:
    policies = [m["content"] for m in seen.named("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]


def test_there_is_no_script(seen: Seen) -> None:
    assert seen.named("script", "iframe", "object", "link", "form") == []
    assert [name for _, attributes in seen.tags for name in attributes if name.startswith("on")] == []


def test_every_anchor_leads_somewhere_and_no_name_is_used_twice(seen: Seen) -> None:
    names = [attributes["id"] for _, attributes in seen.tags if "id" in attributes]
    anchors = {(attributes["href"] or "").removeprefix("#") for attributes in seen.named("a")}
    assert len(names) == len(set(names))
    assert anchors <= set(names)


def test_headings_go_down_one_level_at_a_time(seen: Seen) -> None:
    levels = [HEADINGS.index(tag) for tag, _ in seen.tags if tag in HEADINGS]
    assert levels.count(0) == 1
    assert all(after <= before + 1 for before, after in zip([-1, *levels[:-1]], levels, strict=True))


def test_every_picture_has_words(seen: Seen) -> None:
    pictures = seen.named("img")
    assert len(pictures) == 2 * 7
    assert all(len(attributes["alt"] or "") > 20 for attributes in pictures)


def test_every_table_has_a_caption_and_every_heading_a_scope(seen: Seen) -> None:
    assert len(seen.named("caption")) == len(seen.named("table")) > 0
    assert all(attributes.get("scope") for attributes in seen.named("th"))


def test_a_token_that_is_html_is_shown_and_not_obeyed(study: Study) -> None:
    results = [
        [NetworkResult.from_dict(json.loads(json.dumps(result.to_dict()).replace("#", "<script>")))]
        for (result,) in study.results
    ]
    tokens = Seen(document(study.out, study.summary, results))
    assert tokens.named("script") == []
    assert "<script>" in tokens.text


def test_a_verdict_that_holds_under_a_control_is_called_broken(study: Study, seen: Seen) -> None:
    (one,), two = study.results
    results = [[replace(one, verification={**one.verification, "controls_failed": True})], two]
    assert "The test is broken" not in seen.text
    assert "The test is broken" in Seen(document(study.out, study.summary, results)).text


def test_further_seeds_are_in_the_report_without_pictures(study: Study, seen: Seen) -> None:
    (one,), two = study.results
    more = Seen(document(study.out, study.summary, [[one, replace(one, seed=5)], two]))
    assert "Seed 5: no stated hypothesis holds" in more.text
    assert len(more.named("img")) == len(seen.named("img"))
