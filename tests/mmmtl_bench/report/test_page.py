"""The report's web page, as text."""

import dataclasses
import html
import re

import numpy as np
from PIL import Image

from mmmtl_bench.report.figures import DrawnFigure, PlannedFigure
from mmmtl_bench.report.page import folding_lists, make_sections, render_page

NASTY = '<script>alert("1")</script> & \'co\''


def text_of(page):
    body = re.sub(r'<(style|script)>.*?</\1>', '', page, flags=re.DOTALL)
    return ' '.join(html.unescape(re.sub(r'<[^>]+>', ' ', body)).split())


def test_what_the_page_says(uneven_seeds):
    (table,) = uneven_seeds.tables
    text = text_of(render_page(uneven_seeds))
    assert 'A small benchmark Made up. SYNTHETIC DATA' in text
    for sentence in (*uneven_seeds.notes, *uneven_seeds.definitions, *table.differences):
        assert ' '.join(sentence.split()) in text
    assert 'streets7/mtan/equal/seed1' in text  # the run that is not finished
    assert f'Published figures: {table.published.title} .' in text
    assert text.index('Δ main (main-metric): ') > text.index('Published figures: ')
    assert table.published.source.notes[0].partition(' (http')[0] in text


def test_sources_are_linked(uneven_seeds):
    link = uneven_seeds.tables[0].published.source.link
    page = render_page(uneven_seeds)
    assert f'<a href="{link}">' in page
    assert '<a href="https://github.com/lorenmt/mtan"' in page  # an address in a note


def test_addresses_of_other_schemes_are_no_links(uneven_seeds):
    (table,) = uneven_seeds.tables
    source = dataclasses.replace(table.published.source, link='javascript:alert(1)')
    published = dataclasses.replace(table.published, source=source)
    changed = dataclasses.replace(
        uneven_seeds, tables=(dataclasses.replace(table, published=published),)
    )
    assert 'javascript:' not in render_page(changed)


def test_real_data_have_no_warning(uneven_seeds):
    page = render_page(dataclasses.replace(uneven_seeds, synthetic=False))
    assert 'synthetic data' not in text_of(page).lower()


def test_texts_are_escaped(uneven_seeds):
    (table,) = uneven_seeds.tables
    rows = tuple(
        dataclasses.replace(row, architecture=NASTY, weighting=NASTY, missing=(NASTY,))
        for row in table.rows
    )
    table = dataclasses.replace(
        table, title=NASTY, rows=rows, differences=(NASTY,), notes=(NASTY,), baseline=NASTY
    )
    changed = dataclasses.replace(
        uneven_seeds, title=NASTY, description=NASTY, notes=(NASTY,), tables=(table,)
    )
    page = render_page(changed)
    assert page.count('<script>') == 1  # the page's own
    assert 'alert("1")' not in page
    assert text_of(page).count(NASTY) > 10


def test_pictures_are_in_the_page(uneven_seeds, tmp_path):
    file = tmp_path / 'a.png'
    Image.fromarray(np.zeros((150, 300, 3), dtype=np.uint8)).save(file)
    kinds = (('Curves', 'equal', 0), ('Curves', 'dwa', 0), ('Gains', '', None))
    figures = [
        DrawnFigure(PlannedFigure('a', kind, title, f'How to read {kind}.', at, print), (file,))
        for kind, title, at in kinds
    ]
    page = render_page(uneven_seeds, figures)

    assert page.count('src="data:image/png;base64,') == 3
    # 2 inches at 150 dots an inch, 84 CSS pixels an inch
    assert page.count('width="168" height="84"') == 3
    assert page.count('How to read Curves.') == 1  # not at every figure
    assert 'alt="Curves: equal"' in page
    anchors = set(re.findall(r'<section[^>]* id="([^"]+)"', page))
    assert anchors == {'table-1', 'table-1-curves', 'across', 'across-gains', 'definitions'}
    assert set(re.findall(r'<a href="#([^"]+)"', page)) == anchors


def test_nothing_is_fetched(uneven_seeds):
    page = render_page(uneven_seeds)
    assert not re.findall(r'<(?:link|script|img|iframe)[^>]*(?:src|href)="(?!data:)', page)
    assert 'url(' not in page
    assert '@import' not in page


def test_the_baseline_is_marked(uneven_seeds):
    page = render_page(uneven_seeds)
    (line,) = re.findall(r'<tr class="baseline">(.*?)</tr>', page, re.DOTALL)
    assert text_of(line).startswith('One Task – – – – – – – 4.38 50.00')


def test_figures_about_several_tables_have_a_section_of_their_own(uneven_seeds):
    def drawn(kind, table):
        return DrawnFigure(PlannedFigure('a', kind, '', '', table, print), ())

    figures = [drawn('Curves', 0), drawn('Gains', 0), drawn('Curves', 0), drawn('Across', None)]
    own, across = make_sections(uneven_seeds, figures)
    assert (own.title, own.anchor) == ('Streets, 7 classes', 'table-1')
    assert own.figures == {'Curves': [figures[0], figures[2]], 'Gains': [figures[1]]}
    assert (across.title, across.table) == ('Across tables', None)
    assert across.figures == {'Across': [figures[3]]}
    assert len(make_sections(uneven_seeds, figures[:3])) == 1


def test_lists_without_entries_are_left_out_and_long_ones_folded(uneven_seeds):
    (table,) = uneven_seeds.tables
    titles = {title: is_open for title, _, is_open in folding_lists(table)}
    assert titles['Runs that are not finished']
    row = dataclasses.replace(table.rows[0], missing=tuple(f'run {n}' for n in range(9)), gains={})
    bare = dataclasses.replace(table, rows=(row,), published=None, differences=(), notes=())
    assert list(folding_lists(bare)) == [('Runs that are not finished', row.missing, False)]
