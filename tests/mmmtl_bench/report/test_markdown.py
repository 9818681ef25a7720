"""The report as a Markdown page, of the runs that run_folders.py writes."""

import dataclasses

from mmmtl_bench.report.documents import SYNTHETIC
from mmmtl_bench.report.figures import DrawnFigure, PlannedFigure
from mmmtl_bench.report.markdown import escape_markdown, grid_markdown, results_markdown
from mmmtl_bench.report.table_grid import make_grid


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


def test_markdown_page(one_seed):
    page = results_markdown(one_seed)
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


def test_real_data_are_not_called_synthetic(one_seed):
    real = dataclasses.replace(one_seed, synthetic=False)
    assert 'SYNTHETIC' in results_markdown(one_seed)
    assert 'SYNTHETIC' not in results_markdown(real)
    assert 'synthetic data)' not in results_markdown(real)


def test_markup_in_names_is_text(one_seed):
    odd = dataclasses.replace(one_seed, title='a|b *c* <d>')
    assert results_markdown(odd).startswith(r'# a\|b \*c\* \<d\>')
    assert escape_markdown(r'a_b `c` \d') == r'a\_b \`c\` \\d'


def test_markup_in_every_text_of_a_table_is_text(one_seed):
    (table,) = one_seed.tables
    nasty = '<b> *x* | _y_'
    rows = tuple(
        dataclasses.replace(row, architecture=nasty, weighting=nasty, missing=(nasty,))
        for row in table.rows
    )
    table = dataclasses.replace(table, title=nasty, rows=rows, differences=(nasty,), notes=(nasty,))
    page = results_markdown(dataclasses.replace(one_seed, tables=(table,), description=nasty))
    assert nasty not in page
    assert '<' not in page.replace(r'\<', '')
    assert page.count(r'\<b\> \*x\* \| \_y\_') == 2 + 6 * 2 + 1 + 6 + 1


def test_blocks_stand_apart_by_one_blank_line(one_seed):
    page = results_markdown(one_seed)
    assert '\n\n\n' not in page
    assert page.endswith('.\n')
    lines = page.splitlines()
    heads = [number for number, line in enumerate(lines) if line.startswith('## ')]
    assert all(lines[number - 1] == lines[number + 1] == '' for number in heads)


def test_figures_stand_below_a_heading_for_each_kind(one_seed, tmp_path):
    def drawn(name, kind, title, table):
        planned = PlannedFigure(name, kind, title, f'How to read {name}.', table, print)
        return DrawnFigure(planned, (tmp_path / 'figures' / f'{name}.png',))

    figures = [
        drawn('a', 'Curves', 'equal', 0),
        drawn('b', 'Curves', 'dwa', 0),
        drawn('c', 'Gains', '', None),
    ]
    page = results_markdown(one_seed, figures, tmp_path)
    assert page == results_markdown(one_seed) + (
        '\n## Curves: Streets, 7 classes\n'
        '\n![equal](figures/a.png)\n\n**equal.** How to read a.\n'
        '\n![dwa](figures/b.png)\n\n**dwa.** How to read b.\n'
        '\n## Gains\n'
        '\n![Gains](figures/c.png)\n\nHow to read c.\n'
    )
