"""The page on data of one's own, word for word in an empty folder."""

import re

import pytest

from mmmtl.evaluation import read_scalars
from tests.utils.doc_pages import run_session
from tests.utils.paths import CONFIGS, DOCS

PAGE = 'own_data.md'
IN_HERE = 'train_dataloader.num_workers=0 val_dataloader.num_workers=0'
FAST = {
    'max_epochs=2': 'max_epochs=1',
    'epoch_2': 'epoch_1',
    '--cfg-options': f'--cfg-options {IN_HERE}',
    '--work-dir mine': f'--work-dir mine --cfg-options {IN_HERE}',
    '--work-dir tested': '--work-dir tested --cfg-options test_dataloader.num_workers=0',
    'data check mmmtl::own_data_example.py': (
        'data check mmmtl::own_data_example.py --num 1 --workers 0'
    ),
    '--out mine.png': '--out mine.png --num 1 --workers 0',
    '--num 2': '--num 1 --views 1',
    '--out rooms.onnx': '--out rooms.onnx --dynamic none',
    '--out photos.png': '--out photos.png --num 1 --workers 0',
}


def test_the_page_counts_the_lines_of_the_config():
    lines = (CONFIGS / 'own_data_example.py').read_text().splitlines()

    assert f'one config of {sum(map(bool, lines))} lines' in (DOCS / PAGE).read_text()


def test_the_page_shows_the_config():
    text = (CONFIGS / 'own_data_example.py').read_text()

    assert f'```python\n# configs/own_data_example.py\n{text}```' in (DOCS / PAGE).read_text()


def changes():
    """The keys and values of the table of what to change first."""
    cells = re.findall(
        r'`(\S.*?)`', (DOCS / PAGE).read_text().partition('what else to change first\n')[2]
    )
    pairs = [pair for cell in cells for pair in cell.split()]
    return [pair for pair in pairs if re.fullmatch(r'[a-z]\w*(\.\w+)+=\S+', pair)]


@pytest.mark.e2e
def test_the_session(tmp_path):
    (tmp_path / 'configs').mkdir()
    arguments = ['check', 'photos.py', '--cfg-options', *changes()]
    assert len(arguments) == 11
    after = f'assert __import__("mmmtl.__main__").__main__.main({arguments!r}) == 0\n'
    printed = sum(run_session(PAGE, tmp_path, FAST, after), [])

    assert sum('nothing looks wrong' in line for line in printed) == 3
    assert any('12 of 13' in line for line in printed)
    for name in (
        'data_check.png',
        'mine.png',
        'photos.png',
        'rooms.onnx',
        'predictions/pictures/0001.png',
    ):
        assert (tmp_path / name).exists()
    assert len(list((tmp_path / 'samples').iterdir())) == 1
    for run in ('run', 'mine'):
        assert read_scalars(tmp_path / run).series('val', 'depth/abs_err')[0][-1] == 1
