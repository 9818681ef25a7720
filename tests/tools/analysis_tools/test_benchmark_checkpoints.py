import runpy
import sys

import pytest

from tests.utils.paths import TOOLS

TOOL = TOOLS / 'analysis_tools' / 'benchmark_checkpoints.py'


def run(monkeypatch, *arguments):
    monkeypatch.setattr(sys, 'argv', [TOOL.name, *map(str, arguments)])
    runpy.run_path(str(TOOL))['main']()


def test_the_table_of_a_small_network(monkeypatch, capsys, tmp_path):
    folder = tmp_path / 'disk'
    run(monkeypatch, folder, '--megabytes', 1, '--rounds', 2, '--interval', 1)
    lines = capsys.readouterr().out.splitlines()
    size = lines[-7]  # a layer of 1024 x 1024 weights and 1024 offsets, with two averages each
    assert size == '13 MB, 2 rounds, 1 steps after each turn'
    rows = [[cell.strip() for cell in line.split('|')[1:-1]] for line in lines[-3:]]
    assert [row[0] for row in rows] == ['none', 'waited for', 'background']
    assert rows[0][1:3] == ['0.00', '0.00']
    assert rows[0][4] == rows[1][2] == '1.00'
    assert all(float(row[1]) > 0 for row in rows[1:])
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize('option', ['megabytes', 'rounds', 'interval'])
def test_sizes_are_positive(monkeypatch, tmp_path, option):
    with pytest.raises(ValueError, match=f'--{option}: expected more than 0, found 0'):
        run(monkeypatch, tmp_path, f'--{option}', 0)
