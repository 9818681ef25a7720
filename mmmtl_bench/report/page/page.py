from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from mmmtl.files import write_atomically
from mmmtl_bench.report.figures.types import DrawnFigure
from mmmtl_bench.report.page.sections import make_sections
from mmmtl_bench.report.table_texts import SYNTHETIC
from mmmtl_bench.results.result_types import BenchmarkResults

_PACKAGE = 'mmmtl_bench.report.page'


def write_page(results: BenchmarkResults, figures: Sequence[DrawnFigure], path: str | Path) -> None:
    """Writes the report of a benchmark as one web page.

    Args:
        results: The benchmark.
        figures: Its figures, as :func:`mmmtl_bench.report.figures.draw_figure` drew them.
        path: The file to write.
    """
    write_atomically(path, render_page(results, figures))


def render_page(results: BenchmarkResults, figures: Sequence[DrawnFigure] = ()) -> str:
    """Makes the web page of a benchmark's report.

    The page needs no other file and no network: pictures, style and script are in it. Tables can be
    sorted by a click on a column's head; published figures stand beside ours.

    Args:
        results: The benchmark.
        figures: Its figures, of which the pictures are read. Defaults to none.

    Returns:
        The page as HTML. Texts of the benchmark are escaped.
    """
    head, _, warning = SYNTHETIC.partition(': ') if results.synthetic else ('', '', '')
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.from_string(_read('page.html')).render(
        title=results.title,
        description=results.description,
        warning_head=head,
        warning=warning[:1].upper() + warning[1:],
        notes=results.notes,
        sections=make_sections(results, figures),
        css=Markup(_read('page.css')),
        js=Markup(_read('page.js')),
    )


def _read(name: str) -> str:
    return files(_PACKAGE).joinpath(name).read_text(encoding='utf-8')
