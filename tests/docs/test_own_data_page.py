"""The page on data of one's own, word for word in an empty folder."""

import pytest

from mmmtl.evaluation import read_scalars
from tests.utils.doc_pages import run_session
from tests.utils.paths import CONFIGS, DOCS

PAGE = 'own_data.md'
FAST = {'max_epochs=2': 'max_epochs=1', 'epoch_2': 'epoch_1'}


def test_the_page_counts_the_lines_of_the_config():
    lines = (CONFIGS / 'own_data_example.py').read_text().splitlines()

    assert f'one config of {sum(map(bool, lines))} lines' in (DOCS / PAGE).read_text()


@pytest.mark.e2e
def test_the_session(tmp_path):
    printed = sum(run_session(PAGE, tmp_path, FAST, in_one=True), [])

    assert sum('nothing looks wrong' in line for line in printed) == 2
    assert any('12 of 13' in line for line in printed)
    for name in ('data_check.png', 'mine.png', 'predictions/pictures/0001.png'):
        assert (tmp_path / name).is_file()
    assert len(list((tmp_path / 'samples').iterdir())) == 2
    for run in ('run', 'mine'):
        assert read_scalars(tmp_path / run).series('val', 'depth/abs_err')[0][-1] == 1
