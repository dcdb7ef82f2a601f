import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import xarray as xr

from mannscope.errors import MannscopeError
from mannscope.figures import FIGURES, actions, memory, save, svg_text


@pytest.mark.parametrize(("suffix", "first"), [(".svg", b"<svg"), (".pdf", b"%PDF"), (".PNG", b"\x89PNG")])
def test_the_suffix_picks_the_format(stack: xr.Dataset, tmp_path: Path, suffix: str, first: bytes) -> None:
    path = save(memory(stack), tmp_path / f"figure{suffix}")
    assert path.read_bytes().startswith(first)


def test_another_suffix_is_an_error_that_offers_the_choices(stack: xr.Dataset, tmp_path: Path) -> None:
    with pytest.raises(
        MannscopeError, match=r"\.svg, \.pdf or \.png\. Got 'figure\.gif'\. Name .*figure\.svg"
    ):
        save(memory(stack), tmp_path / "figure.gif")


def test_missing_folders_are_made_and_nothing_else_is_left(stack: xr.Dataset, tmp_path: Path) -> None:
    save(memory(stack), tmp_path / "some" / "folder" / "figure.svg")
    assert [path.name for path in (tmp_path / "some" / "folder").iterdir()] == ["figure.svg"]


def test_a_failed_write_leaves_the_old_file(
    stack: xr.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "figure.svg").write_text("old")
    monkeypatch.setattr("os.replace", lambda *paths: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        save(memory(stack), tmp_path / "figure.svg")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("figure.svg", "old")]


@pytest.mark.parametrize("suffix", ["svg", "pdf"])
def test_equal_figures_are_equal_files(stack: xr.Dataset, tmp_path: Path, suffix: str) -> None:
    first = save(memory(stack), tmp_path / f"first.{suffix}")
    second = save(memory(stack).get_figure(), tmp_path / f"second.{suffix}")
    assert first.read_bytes() == second.read_bytes()


def test_svg_is_xml_that_refers_to_nothing_outside(stack: xr.Dataset) -> None:
    text = svg_text(memory(stack))
    links = [
        value for part in ET.fromstring(text).iter() for key, value in part.items() if key.endswith("href")
    ]
    assert links
    assert all(link.startswith(("#", "data:image/png;base64,")) for link in links)
    assert "<!DOCTYPE" not in text
    assert "url(http" not in text


def test_text_stays_text_in_svg(stack: xr.Dataset) -> None:
    texts = {"".join(part.itertext()).strip() for part in ET.fromstring(svg_text(actions(stack))).iter()}
    assert {"probability", "PUSH", "delimiter"} <= texts


def test_drawing_leaves_the_parameters_of_matplotlib_alone(stack: xr.Dataset, tmp_path: Path) -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    save(memory(stack), tmp_path / "figure.png")
    assert dict(mpl.rcParams) == before


def test_the_table_of_figures_names_functions_by_their_names() -> None:
    assert {name: function.__name__ for name, function in FIGURES.items()} == {name: name for name in FIGURES}
