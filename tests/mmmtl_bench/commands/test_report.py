import re
from functools import partial

import pytest

from tests.utils.run_folders import EPOCHS, write_benchmark

MTAN = 'streets7/mtan/equal/seed0'


@pytest.fixture
def report(tool):
    return partial(tool, 'report')


def test_all_files_are_written(report, tmp_path):
    write_benchmark(tmp_path, unfinished=['streets7/mtan/dwa-t-2/seed0'])
    code, printed = report(tmp_path)
    assert code == 0, printed
    out = tmp_path / 'report'
    assert sorted(path.name for path in out.iterdir()) == [
        'figures',
        'report.csv',
        'report.html',
        'report.md',
        'report.tex',
    ]
    for name in ('report.csv', 'report.html', 'report.md', 'report.tex'):
        assert str(out / name) in printed
        assert 'MTAN' in (out / name).read_text(encoding='utf-8')
    pictures = sorted((out / 'figures').glob('*.png'))
    page = (out / 'report.html').read_text(encoding='utf-8')
    assert page.count('<img src="data:image/png') == len(pictures) == 11
    shown = re.findall(r'!\[.+\]\((figures/.+)\)', (out / 'report.md').read_text(encoding='utf-8'))
    assert sorted(out / file for file in shown) == pictures
    assert len(list((out / 'figures').glob('*.pdf'))) == 9  # all but the predictions
    assert 'report.html: 1 table(s), 11 figure(s)' in printed
    assert '1 run(s) are not finished' in printed


@pytest.mark.parametrize(
    ('average', 'expected'), [('last', '55.00'), ('best', '55.00'), (f'last-{EPOCHS}', '53.50')]
)
def test_tables_alone_with_another_average(report, tmp_path, average, expected):
    write_benchmark(tmp_path / 'runs')
    out = tmp_path / 'elsewhere'
    code, printed = report(tmp_path / 'runs', '--average', average, '--out', out, '--no-figures')
    assert code == 0, printed
    assert not (out / 'figures').exists()
    assert not (tmp_path / 'runs' / 'report').exists()
    (line,) = [
        line for line in (out / 'report.md').read_text().splitlines() if '| MTAN | equal' in line
    ]
    assert f'**{expected}**' in line
    assert '<img' not in (out / 'report.html').read_text()


def test_mistakes_are_one_line(report, tmp_path):
    specs = write_benchmark(tmp_path / 'runs').specs()
    nothing = tmp_path / 'nothing'
    write_benchmark(nothing, unfinished=[str(spec.folder) for spec in specs])
    broken = tmp_path / 'broken'
    write_benchmark(broken)
    (broken / MTAN / 'record.json').write_text('{')
    for arguments, reason in (
        ((tmp_path / 'none',), 'none/suite.yaml; expected a folder that mmmtl benchmark filled'),
        ((nothing,), 'nothing: expected at least one finished run, found none'),
        ((broken,), f'broken/{MTAN}/record.json: not the record of a run'),
        ((tmp_path / 'runs', '--average', 'first'), "expected last-K, last or best, found 'first'"),
    ):
        code, printed = report(*arguments)
        assert code == 1
        assert printed.startswith('error: ')
        assert reason in printed
