"""Tables as text, in all formats, of the runs that run_folders.py writes."""

import csv
import dataclasses
import io
import math
import re
import shutil
import subprocess

import pytest

from mmmtl_bench.report.latex import escape_latex, grid_latex, results_latex
from mmmtl_bench.report.markdown import grid_markdown, results_markdown
from mmmtl_bench.report.table_grid import make_grid
from mmmtl_bench.report.table_texts import SYNTHETIC
from mmmtl_bench.report.tidy_csv import results_csv
from mmmtl_bench.results.results import Value, read_results
from tests.utils.run_folders import write_benchmark


@pytest.fixture(scope='module')
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp('one')
    write_benchmark(folder, unfinished=['streets7/split-wide/dwa-t-2/seed0'])
    return read_results(folder, 'last')


@pytest.fixture(scope='module')
def two_seeds(tmp_path_factory):
    folder = tmp_path_factory.mktemp('two')
    write_benchmark(folder, seeds=(0, 1))
    return read_results(folder, 'last')


def texts(line):
    return [cell.text for cell in line.cells]


def test_columns(results):
    columns = make_grid(results.tables[0]).columns
    assert [column.name for column in columns] == [
        'architecture', 'weighting', '#P', 'GFLOPs', 'mIoU', 'aAcc', 'abs_err', 'rel_err',
        'Δ tasks', 'Δ main', 'Δm%', 'MR',
    ]  # fmt: skip
    assert [column.higher_is_better for column in columns[4:]] == [
        True, True, False, False, True, True, False, False,
    ]  # fmt: skip
    assert [column.group for column in columns[4:8]] == ['seg', 'seg', 'depth', 'depth']


def test_lines_have_the_published_figures_below_them(results):
    lines = make_grid(results.tables[0]).lines
    assert [line.is_published for line in lines] == [False, True] * 6
    # ranks of the five lines: 4 in mIoU, 5 in aAcc, 4 in each of the errors
    assert texts(lines[0]) == [
        'One Task', '–', '2.00', '2.000', '50.00', '80.00', '0.1000', '2.000',
        '–', '–', '–', '4.25',
    ]  # fmt: skip
    assert texts(lines[1]) == [
        'as published', '', '2', '', '51.09', '90.69', '0.0158', '34.17', '', '', '', '',
    ]  # fmt: skip
    assert texts(lines[2])[:3] == ['STAN', '–', '3.00']
    assert texts(lines[3])[:5] == ['as published', '', '3.04', '', '51.90']


def test_gains_of_published_figures_are_against_the_published_baseline(results):
    line = texts(make_grid(results.tables[0]).lines[9])  # MTAN, equal
    miou, acc = (53.04 - 51.09) / 51.09, (91.11 - 90.69) / 90.69
    error, relative = (0.0158 - 0.0144) / 0.0158, (34.17 - 33.63) / 34.17
    assert line[8] == f'{25 * (miou + acc + error + relative):+.2f}'
    assert line[9] == f'{50 * (miou + error):+.2f}'
    assert line[10] == f'{-25 * (miou + acc + error + relative):+.2f}'


def test_the_best_are_marked_as_they_are_printed(results):
    def best_of(table):
        return [
            (line.cells[0].text, line.cells[1].text, column.name)
            for line in make_grid(table).lines
            for cell, column in zip(line.cells, make_grid(table).columns, strict=True)
            if cell.is_best
        ]

    table = results.tables[0]
    assert best_of(table) == [
        ('MTAN', 'equal', 'mIoU'),
        ('MTAN', 'equal', 'aAcc'),
        ('MTAN', 'equal', 'abs_err'),
        ('MTAN', 'equal', 'Δ main'),
        ('MTAN', 'equal', 'MR'),
        ('MTAN', 'dwa (T=2)', 'rel_err'),
        ('MTAN', 'dwa (T=2)', 'Δ tasks'),
        ('MTAN', 'dwa (T=2)', 'Δm%'),
    ]
    stan = table.rows[1]
    close = dataclasses.replace(stan, metrics={**stan.metrics, 'seg/mIoU': Value(54.999, None, 1)})
    rows = (table.rows[0], close, *table.rows[2:])
    assert ('STAN', '–', 'mIoU') in best_of(dataclasses.replace(table, rows=rows))


def test_missing_runs_are_dashes(results):
    line = texts(make_grid(results.tables[0]).lines[6])
    assert line == ['Split Wide', 'dwa (T=2)', *['–'] * 10]


def test_spreads_have_the_decimals_of_their_column(two_seeds):
    cells = make_grid(two_seeds.tables[0]).lines[8].cells
    found = [(cell.text, cell.spread) for cell in cells[:8]]
    assert found == [
        ('MTAN', ''), ('equal', ''), ('1.65', ''), ('1.650', ''), ('55.50', '0.71'),
        ('84.25', '0.35'), ('0.0750', '0.0071'), ('1.750', '0.071'),
    ]  # fmt: skip


def test_what_a_table_has_not_has_no_column(results):
    table = results.tables[0]
    single = [row for row in table.rows if row.weighting is None]
    bare = [
        dataclasses.replace(
            row, params_ratio=None, flops=None, gains={}, mean_rank=None, published=None
        )
        for row in single
    ]
    grid = make_grid(dataclasses.replace(table, rows=tuple(bare), metrics=('seg/mIoU',)))
    assert [column.name for column in grid.columns] == ['architecture', 'mIoU']
    assert [texts(line) for line in grid.lines] == [['One Task', '50.00'], ['STAN', '51.00']]


def test_nan_is_a_dash(results):
    table = results.tables[0]
    row = dataclasses.replace(table.rows[0], metrics={'seg/mIoU': Value(math.nan, None, 1)})
    line = make_grid(dataclasses.replace(table, rows=(row, *table.rows[1:]))).lines[0]
    assert line.cells[4].text == '–'


def test_markdown_table(two_seeds):
    lines = grid_markdown(make_grid(two_seeds.tables[0])).splitlines()
    assert lines[0] == (
        r'| architecture | weighting | #P | GFLOPs | seg/mIoU ↑ | seg/aAcc ↑ | depth/abs\_err ↓ '
        r'| depth/rel\_err ↓ | Δ tasks ↑ | Δ main ↑ | Δm% ↓ | MR ↓ |'
    )
    assert lines[1] == '| :-- | :-- |' + ' --: |' * 10
    assert lines[10].startswith(
        '| MTAN | equal | 1.65 | 1.650 '
        '| **55.50** ± 0.71 | **84.25** ± 0.35 | **0.0750** ± 0.0071 |'
    )
    assert lines[11].startswith('| *as published* |  | *1.65* |  | *53.04* | *91.11* | *0.0144* |')
    assert {line.count('|') for line in lines} == {13}


def test_markdown_page(results):
    page = results_markdown(results)
    assert page.startswith(
        f'# A small benchmark\n\n> **{SYNTHETIC}**\n\nMade up.\n\n- A value of a'
    )
    assert '## Streets, 7 classes (synthetic data)' in page
    assert (
        '[End-to-End Multi-Task Learning with Attention (CVPR 2019), Table 2]'
        '(https://arxiv.org/abs/1803.10704)' in page
    )
    assert '- Epochs: 4 here, 200 as published.\n' in page
    assert '- Not finished: streets7/split-wide/dwa-t-2/seed0.\n' in page
    assert 'in November 2020' in page


def test_real_data_are_not_called_synthetic(results):
    real = dataclasses.replace(results, synthetic=False)
    for write in (results_markdown, results_latex):
        assert 'SYNTHETIC' in write(results)
        assert 'SYNTHETIC' not in write(real)
        assert 'synthetic data)' not in write(real)


def test_markup_in_names_is_text(results):
    odd = dataclasses.replace(results, title='a|b *c* <d>')
    assert results_markdown(odd).startswith(r'# a\|b \*c\* \<d\>')
    assert escape_latex(r'50 % & #1_a {\b} ~ ^ 2 ± 1') == (
        r'50 \% \& \#1\_a \{\textbackslash{}b\} \textasciitilde{} \textasciicircum{} 2 $\pm$ 1'
    )
    assert escape_latex('see (https://a.org/b_c).') == r'see (\url{https://a.org/b_c}).'


def test_latex_table(two_seeds):
    lines = grid_latex(make_grid(two_seeds.tables[0])).splitlines()
    assert lines[:4] == [
        r'\begin{tabular}{@{}llrrrrrrrrrr@{}}',
        r'\toprule',
        r' &  &  &  & \multicolumn{2}{c}{seg} & \multicolumn{2}{c}{depth} & '
        r'\multicolumn{3}{c}{gain} &  \\',
        r'\cmidrule(lr){5-6}\cmidrule(lr){7-8}\cmidrule(lr){9-11}',
    ]
    assert lines[4].startswith(r'architecture & weighting & \#P & GFLOPs & mIoU $\uparrow$ & aAcc')
    mtan = next(line for line in lines if line.startswith('MTAN & equal'))
    assert r'& \textbf{55.50} {\scriptsize $\pm$ 0.71} &' in mtan
    rows = [line for line in lines if line.endswith(r'\\')][1:]
    assert {line.replace(r'\&', '').count('&') for line in rows} == {11}
    assert lines[-2:] == [r'\bottomrule', r'\end{tabular}']


def test_latex_page(results):
    page = results_latex(results)
    assert page.startswith(r'% needs \usepackage{booktabs,graphicx,url}')
    assert r'\caption{\textbf{SYNTHETIC DATA' in page
    assert r'\url{https://arxiv.org/abs/1803.10704}' in page
    assert 'Epochs: 4 here, 200 as published.' in page
    assert 'the last validation' in page
    assert page.isascii()
    plain = re.sub(r'\\.', '', page)
    assert plain.count('{') == plain.count('}')
    assert page.count(r'\begin{') == page.count(r'\end{')


def test_a_negative_number_has_a_minus_sign(two_seeds):
    page = grid_latex(make_grid(two_seeds.tables[0]))
    assert re.search(r'\$-\$\d', page)
    assert not re.search(r'(?<![\d$])-\d', page.split(r'\midrule')[1])


@pytest.mark.skipif(shutil.which('pdflatex') is None, reason='needs pdflatex')
def test_latex_page_compiles(results, tmp_path):
    page = results_latex(results)
    packages = re.match(r'% needs (.+)', page).group(1)
    (tmp_path / 'tables.tex').write_text(page)
    (tmp_path / 'paper.tex').write_text(
        rf'\documentclass{{article}}{packages}\begin{{document}}\input{{tables}}\end{{document}}'
    )
    command = ['pdflatex', '-interaction=nonstopmode', '-halt-on-error', 'paper']
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert (tmp_path / 'paper.pdf').stat().st_size > 10_000


def test_csv_has_a_number_a_line(two_seeds):
    lines = list(csv.DictReader(io.StringIO(results_csv(two_seeds))))
    assert list(lines[0]) == [
        'suite', 'table', 'dataset', 'architecture', 'weighting', 'metric', 'mean', 'std', 'n',
        'published', 'average', 'synthetic',
    ]  # fmt: skip
    mtan = {
        line['metric']: line
        for line in lines
        if (line['architecture'], line['weighting']) == ('MTAN', 'equal')
    }
    assert float(mtan['seg/mIoU']['mean']) == 55.5
    assert float(mtan['seg/mIoU']['std']) == pytest.approx(math.sqrt(0.5))
    assert mtan['seg/mIoU']['n'] == '2'
    assert mtan['seg/mIoU']['published'] == '53.04'
    assert (mtan['params']['mean'], mtan['params_ratio']['mean']) == ('1650', '1.65')
    assert mtan['params_ratio']['published'] == '1.65'
    assert mtan['seg/val_loss']['published'] == ''
    assert {'flops', 'mean_rank', 'gain/task-mean', 'gain/main-metric', 'gain/metric-mean'} <= set(
        mtan
    )
    assert {(line['average'], line['synthetic']) for line in lines} == {('last', 'true')}
    assert {line['weighting'] for line in lines} == {'', 'equal', 'dwa (T=2)'}


def test_csv_keeps_published_figures_of_missing_runs(results):
    lines = list(csv.DictReader(io.StringIO(results_csv(results))))
    (line,) = (
        line
        for line in lines
        if (line['architecture'], line['weighting'], line['metric'])
        == ('Split Wide', 'dwa (T=2)', 'seg/mIoU')
    )
    assert (line['mean'], line['std'], line['n'], line['published']) == ('', '', '0', '50.39')
