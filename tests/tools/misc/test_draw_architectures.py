"""Pictures of architectures, from the command line."""

import runpy
import shutil
import sys

import pytest

from tests.utils.paths import DOCS


@pytest.fixture
def draw(repository, monkeypatch, capsys):
    """Runs the tool in this process; gives exit code and errors."""

    def run(*arguments):
        path = str(repository / 'tools' / 'misc' / 'draw_architectures.py')
        monkeypatch.setattr(sys, 'argv', [path, *map(str, arguments)])
        with pytest.raises(SystemExit) as exited:
            runpy.run_path(path, run_name='__main__')
        return exited.value.code, capsys.readouterr().err

    return run


def test_chosen_pictures_and_all_tables(draw, tmp_path):
    pages = tmp_path / 'pages'
    shutil.copytree(DOCS / 'models', pages)
    page = pages / 'nddr.md'
    before = page.read_text(encoding='utf-8')
    page.write_text(before.replace('| ResNet-18 |', '| ResNet-0 |'), encoding='utf-8')
    costs = ('--json', DOCS / 'model_zoo.json')
    assert draw('split', 'nddr', '--out', tmp_path / 'out', '--pages', pages, *costs)[0] in (
        0,
        None,
    )
    assert sorted(path.name for path in (tmp_path / 'out').iterdir()) == ['nddr.svg', 'split.svg']
    assert page.read_text(encoding='utf-8') == before


def test_an_unknown_picture_is_one_line(draw, tmp_path):
    code, errors = draw('padnet', 'mtann', '--out', tmp_path)
    assert code == 1
    assert 'names: expected some of single_task, stan, split, ' in errors
    assert "found 'mtann'." in errors
    assert not list(tmp_path.iterdir())
