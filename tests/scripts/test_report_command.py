from __future__ import annotations

import base64
import dataclasses
import io
from html.parser import HTMLParser

import pytest
from command_line import shanhai
from pictures import png
from sample_reports import HOSTILE, hostile_report, sample_report

from analyses.outputs.html_report import html_report
from analyses.outputs.report_json import document_of
from analyses.outputs.run_folder import write_run
from maps.page import render_map


class Page(HTMLParser):
    """The elements of a page, and the text in its cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.cells: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data):
        if self.tags and self.tags[-1] in ("td", "th"):
            self.cells[-1] += data


@pytest.fixture
def run(tmp_path):
    return write_run(sample_report(), tmp_path / "run")


@pytest.mark.parametrize(("lang", "title"), [("zh", "方城"), ("en", "Square City")])
def test_both_documents_hold_the_same_tables(run, tmp_path, lang, title):
    docx = pytest.importorskip("docx")
    picture = tmp_path / "map.png"
    picture.write_bytes(png())
    out = tmp_path / "r.docx", tmp_path / "r.html"
    ended = shanhai("report", run, "--docx", out[0], "--html", out[1], "--picture", picture, "--lang", lang)
    assert (ended.code, ended.err) == (0, "")
    word = docx.Document(io.BytesIO(out[0].read_bytes()))
    page = Page(out[1].read_text(encoding="utf-8"))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    assert [cell.strip() for cell in page.cells] == cells
    assert len(cells) > 30
    assert page.tags.count("img") == len(word.inline_shapes) == 1
    assert title in out[1].read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hostile_text_stays_text(lang):
    page = Page(html_report(document_of(hostile_report()), lang))
    allowed = {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "dl", "dt", "dd",
        "table", "thead", "tbody", "tr", "th", "td",
    }  # fmt: skip
    assert set(page.tags) <= allowed
    names = {name for name, _ in page.attributes}
    assert names <= {"lang", "charset", "http-equiv", "content", "class", "scope"}
    assert any("<script>alert(1)</script>" in cell for cell in page.cells)
    assert len(HOSTILE) > 10


def test_the_page_loads_nothing_and_is_the_same_each_time(run):
    document = document_of(sample_report())
    text = html_report(document)
    assert text == html_report(document)
    assert "default-src 'none'" in text
    assert "http://" not in text.replace("http://evil.example", "")
    assert "<script" not in text


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"<svg/>", png()[:20]])
def test_a_picture_that_is_none_is_refused_and_nothing_written(run, tmp_path, content):
    pytest.importorskip("docx")
    picture = tmp_path / "map.png"
    picture.write_bytes(content)
    ended = shanhai("report", run, "--docx", tmp_path / "r.docx", "--picture", picture, "--lang", "en")
    assert ended.code == 2
    assert "PNG or JPEG" in ended.sentence
    assert not (tmp_path / "r.docx").exists()


@pytest.mark.parametrize(
    "options", [[], ["--html", "x.html", "--picture", "nowhere.png"], ["--lang", "en", "--html"]]
)
def test_wrong_usage_is_2(run, options, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert shanhai("report", run, *options).code == 2
    assert not (tmp_path / "x.html").exists()


def test_a_folder_without_a_report_is_refused(tmp_path):
    ended = shanhai("report", tmp_path, "--html", tmp_path / "r.html", "--lang", "en")
    assert ended.code == 2
    assert "report.json" in ended.sentence


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    report = sample_report()
    return write_run(report, tmp_path_factory.mktemp("drawn") / "run", map_html=render_map(report))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_program_draws_the_map_itself(drawn, tmp_path, lang):
    docx = pytest.importorskip("docx")
    out = tmp_path / "r.docx", tmp_path / "r.html"
    ended = shanhai("report", drawn, "--docx", out[0], "--html", out[1], "--lang", lang)
    assert ended.code == 0
    assert len(docx.Document(io.BytesIO(out[0].read_bytes())).inline_shapes) == 1
    assert "data:image/png;base64," in out[1].read_text(encoding="utf-8")
    again = tmp_path / "again.docx", tmp_path / "again.html"
    shanhai("report", drawn, "--docx", again[0], "--html", again[1], "--lang", lang)
    assert [one.read_bytes() for one in again] == [one.read_bytes() for one in out]


def test_a_given_picture_takes_its_place(drawn, tmp_path):
    picture, out = tmp_path / "mine.png", tmp_path / "r.html"
    picture.write_bytes(png())
    assert shanhai("report", drawn, "--html", out, "--picture", picture).code == 0
    text = out.read_text(encoding="utf-8")
    assert text.count("data:image/") == 1
    assert base64.b64encode(png()).decode() in text


@pytest.mark.parametrize(("page", "why"), [(None, "there is no"), ("<html>", "run shanhai run again")])
def test_a_run_without_a_fit_map_is_reported_without_a_picture(run, tmp_path, page, why):
    if page is not None:
        (run / "map.html").write_text(page, encoding="utf-8")
    ended = shanhai("report", run, "--html", tmp_path / "r.html", "--lang", "en")
    assert ended.code == 0
    assert "no picture of the map" in ended.err
    assert why in ended.err
    assert "<img" not in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_the_map_of_another_run_is_not_put_in(run, tmp_path):
    other = dataclasses.replace(sample_report(), run_id="another")
    (run / "map.html").write_text(render_map(other), encoding="utf-8")
    ended = shanhai("report", run, "--html", tmp_path / "r.html", "--lang", "en")
    assert "of another run" in ended.err
    assert "<img" not in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_a_machine_without_chinese_letters_says_so(drawn, tmp_path, monkeypatch):
    monkeypatch.setenv("SHANHAI_FONT", str(tmp_path / "none.ttf"))
    ended = shanhai("report", drawn, "--html", tmp_path / "r.html", "--lang", "zh")
    assert ended.code == 0
    assert "找不到中文字体" in ended.err
    assert "data:image/png" in (tmp_path / "r.html").read_text(encoding="utf-8")
