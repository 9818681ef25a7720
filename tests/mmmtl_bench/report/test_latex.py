"""The tables in LaTeX, of the runs that run_folders.py writes."""

import dataclasses
import re
import shutil
import subprocess

import pytest

from mmmtl_bench.report.latex import escape_latex, grid_latex, results_latex
from mmmtl_bench.report.table_grid import make_grid


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


def test_latex_page(one_seed):
    page = results_latex(one_seed)
    assert page.startswith(r'% needs \usepackage{booktabs,graphicx,url}')
    assert r'\caption{\textbf{SYNTHETIC DATA' in page
    assert r'\url{https://arxiv.org/abs/1803.10704}' in page
    assert 'Epochs: 4 here, 200 as published.' in page
    assert 'the last validation' in page
    assert page.isascii()
    plain = re.sub(r'\\.', '', page)
    assert plain.count('{') == plain.count('}')
    assert page.count(r'\begin{') == page.count(r'\end{')


def test_what_stands_below_a_table_is_short(one_seed):
    page = results_latex(one_seed)
    (below,) = re.findall(r'\\footnotesize\n(.+?)\n}', page, flags=re.DOTALL)
    assert len(below.split()) < 150
    printed = '\n'.join(line for line in page.splitlines() if not line.startswith('%'))
    for definition in one_seed.definitions:
        assert f'% {escape_latex(definition)}\n' in page
        assert escape_latex(definition) not in printed


def test_a_negative_number_has_a_minus_sign(two_seeds):
    page = grid_latex(make_grid(two_seeds.tables[0]))
    assert re.search(r'\$-\$\d', page)
    assert not re.search(r'(?<![\d$])-\d', page.split(r'\midrule')[1])


@pytest.mark.skipif(shutil.which('pdflatex') is None, reason='needs pdflatex')
def test_latex_page_compiles(one_seed, tmp_path):
    page = results_latex(one_seed)
    packages = re.match(r'% needs (.+)', page).group(1)
    (tmp_path / 'tables.tex').write_text(page)
    (tmp_path / 'paper.tex').write_text(
        rf'\documentclass{{article}}{packages}\begin{{document}}\input{{tables}}\end{{document}}'
    )
    command = ['pdflatex', '-interaction=nonstopmode', '-halt-on-error', 'paper']
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert (tmp_path / 'paper.pdf').stat().st_size > 10_000


def test_markup_in_names_is_text():
    assert escape_latex(r'50 % & #1_a {\b} ~ ^ 2 ± 1') == (
        r'50 \% \& \#1\_a \{\textbackslash{}b\} \textasciitilde{} \textasciicircum{} 2 $\pm$ 1'
    )
    assert escape_latex('see (https://a.org/b_c).') == r'see (\url{https://a.org/b_c}).'


def test_markup_in_every_text_of_a_table_is_text(one_seed):
    (table,) = one_seed.tables
    nasty = '50 % {x} & _y_ $z$ \\w'
    rows = tuple(
        dataclasses.replace(row, architecture=nasty, weighting=nasty, missing=(nasty,))
        for row in table.rows
    )
    table = dataclasses.replace(table, title=nasty, rows=rows, differences=(nasty,), notes=(nasty,))
    page = results_latex(dataclasses.replace(one_seed, tables=(table,)))
    assert nasty not in page
    # caption, names, missing runs, difference and note
    assert page.count(escape_latex(nasty)) == 1 + 6 * 2 + 6 + 1 + 1
    rows = page.split(r'\midrule')[1].split(r'\bottomrule')[0].strip().splitlines()
    assert {re.sub(r'\\&', '', row).count('&') for row in rows} == {11}


def test_real_data_are_not_called_synthetic(one_seed):
    real = dataclasses.replace(one_seed, synthetic=False)
    assert results_latex(one_seed).count('SYNTHETIC') == 2  # a remark, and the caption
    assert 'SYNTHETIC' not in results_latex(real)


def test_a_title_of_several_lines_stays_a_remark(one_seed):
    page = results_latex(dataclasses.replace(one_seed, title='One\nTwo'))
    assert page.splitlines()[1] == '% One Two'
