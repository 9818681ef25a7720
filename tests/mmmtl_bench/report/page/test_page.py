"""The report's web page, as text."""

import dataclasses
import html
import re

import numpy as np
import pytest
from PIL import Image

from mmmtl_bench.report.figures import DrawnFigure, PlannedFigure
from mmmtl_bench.report.page import render_page, write_page
from mmmtl_bench.report.page.columns import make_columns, make_heads
from mmmtl_bench.report.table_grid import make_grid
from mmmtl_bench.results.results import read_results
from tests.utils.run_folders import write_benchmark

NASTY = '<script>alert("1")</script> & \'co\''


@pytest.fixture(scope='module')
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp('benchmark')
    write_benchmark(folder, (0, 1), unfinished=['streets7/mtan/equal/seed1'])
    return read_results(folder)


@pytest.fixture
def columns(results):
    return make_columns(make_grid(results.tables[0]))


def column(columns, group, head):
    (found,) = (c for c in columns if (c.group, c.head) == (group, head))
    return found


def test_published_figures_stand_beside_ours(results, columns):
    ours = column(columns, 'seg/mIoU ↑', 'ours')
    published = column(columns, 'seg/mIoU ↑', 'published')
    assert columns.index(published) == columns.index(ours) + 1
    assert [cell.text for cell in columns[0].cells] == [
        row.architecture for row in results.tables[0].rows
    ]
    assert [cell.text for cell in published.cells][:2] == ['51.09', '51.90']  # as printed
    for line, cell in zip(results.tables[0].rows, ours.cells, strict=True):
        assert float(cell.value) == pytest.approx(line.metrics['seg/mIoU'].mean, abs=0.005)
    spreads = [cell.spread for cell in ours.cells]
    assert spreads[0] == '0.71'  # of two seeds that differ by 1
    assert spreads.count('') == 1  # MTAN with equal weights has one seed


def test_the_best_is_marked(results, columns):
    def best(group):
        cells = column(columns, group, 'ours').cells
        rows = results.tables[0].rows
        return [
            (row.architecture, row.weighting)
            for row, cell in zip(rows, cells, strict=True)
            if cell.is_best
        ]

    assert best('seg/mIoU ↑') == [('MTAN', 'equal')]
    assert best('depth/rel_err ↓') == [('MTAN', 'dwa (T=2)')]  # least


def test_columns_without_published_figures_are_alone(columns):
    alone = [c.head for c in columns if not c.group]
    assert alone == ['architecture', 'weighting', 'GFLOPs', 'MR ↓']


def test_heads(columns):
    upper, lower = make_heads(columns)
    assert [head.text for head in upper][:4] == ['architecture', 'weighting', '#P', 'GFLOPs']
    assert {head.text: (head.span, head.lines) for head in upper}['seg/mIoU ↑'] == (2, 1)
    assert {head.text: (head.span, head.lines) for head in upper}['GFLOPs'] == (1, 2)
    assert {head.text for head in lower} == {'ours', 'published'}
    sorting = sorted(h.column for h in (*upper, *lower) if h.column is not None)
    assert sorting == list(range(len(columns)))
    assert sum(head.span for head in upper) == len(columns)
    first = {columns[head.column].group: head.first for head in lower}
    assert first['seg/mIoU ↑'] == 'descending'  # the best first
    assert first['depth/abs_err ↓'] == 'ascending'


def test_table_without_published_figures_has_one_line_of_heads(results):
    (table,) = results.tables
    rows = tuple(dataclasses.replace(row, published=None) for row in table.rows)
    columns = make_columns(make_grid(dataclasses.replace(table, published=None, rows=rows)))
    (heads,) = make_heads(columns)
    assert [head.text for head in heads] == [column.head for column in columns]
    assert not any(column.group for column in columns)


def text_of(page):
    body = re.sub(r'<(style|script)>.*?</\1>', '', page, flags=re.DOTALL)
    return ' '.join(html.unescape(re.sub(r'<[^>]+>', ' ', body)).split())


def test_what_the_page_says(results):
    (table,) = results.tables
    text = text_of(render_page(results))
    assert 'A small benchmark Made up. SYNTHETIC DATA' in text
    for sentence in (*results.notes, *table.differences, *table.notes):
        assert ' '.join(sentence.split()) in text
    assert 'streets7/mtan/equal/seed1' in text  # the run that is not finished
    assert f'Published figures: {table.published.title} .' in text
    assert 'Δ main (main-metric): the mean over the tasks' in text
    assert table.published.source.notes[0].partition(' (http')[0] in text


def test_sources_are_linked(results):
    link = results.tables[0].published.source.link
    page = render_page(results)
    assert f'<a href="{link}">' in page
    assert '<a href="https://github.com/lorenmt/mtan"' in page  # an address in a note


def test_addresses_of_other_schemes_are_no_links(results):
    (table,) = results.tables
    source = dataclasses.replace(table.published.source, link='javascript:alert(1)')
    published = dataclasses.replace(table.published, source=source)
    changed = dataclasses.replace(
        results, tables=(dataclasses.replace(table, published=published),)
    )
    assert 'javascript:' not in render_page(changed)


def test_real_data_have_no_warning(results):
    page = render_page(dataclasses.replace(results, synthetic=False))
    assert 'synthetic data' not in text_of(page).lower()


def test_texts_are_escaped(results):
    (table,) = results.tables
    rows = tuple(
        dataclasses.replace(row, architecture=NASTY, weighting=NASTY, missing=(NASTY,))
        for row in table.rows
    )
    table = dataclasses.replace(
        table, title=NASTY, rows=rows, differences=(NASTY,), notes=(NASTY,), baseline=NASTY
    )
    changed = dataclasses.replace(
        results, title=NASTY, description=NASTY, notes=(NASTY,), tables=(table,)
    )
    page = render_page(changed)
    assert page.count('<script>') == 1  # the page's own
    assert 'alert("1")' not in page
    assert text_of(page).count(NASTY) > 10


def test_pictures_are_in_the_page(results, tmp_path):
    file = tmp_path / 'a.png'
    Image.fromarray(np.zeros((150, 300, 3), dtype=np.uint8)).save(file)
    kinds = (('Curves', 'equal', 0), ('Curves', 'dwa', 0), ('Gains', '', None))
    figures = [
        DrawnFigure(PlannedFigure('a', kind, title, f'How to read {kind}.', at, print), (file,))
        for kind, title, at in kinds
    ]
    write_page(results, figures, tmp_path / 'new' / 'report.html')
    page = (tmp_path / 'new' / 'report.html').read_text(encoding='utf-8')

    assert page.count('src="data:image/png;base64,') == 3
    # 2 inches at 150 dots an inch, 84 CSS pixels an inch
    assert page.count('width="168" height="84"') == 3
    assert page.count('How to read Curves.') == 1  # not at every figure
    assert 'alt="Curves: equal"' in page
    anchors = set(re.findall(r'<section[^>]* id="([^"]+)"', page))
    assert anchors == {'table-1', 'table-1-curves', 'across', 'across-gains'}
    assert set(re.findall(r'<a href="#([^"]+)"', page)) == anchors


def test_nothing_is_fetched(results):
    page = render_page(results)
    assert not re.findall(r'<(?:link|script|img|iframe)[^>]*(?:src|href)="(?!data:)', page)
    assert 'url(' not in page
    assert '@import' not in page
