"""The page on foundation backbones, word for word in an empty folder, with one epoch for five."""

import re
from typing import NamedTuple

import pytest
from mmengine.config import Config

from tests.utils.doc_pages import read_blocks, run_session
from tests.utils.foundation_configs import NAMES
from tests.utils.paths import CONFIGS, DOCS, REPOSITORY

PAGE = 'foundation_backbones.md'
DOC = (DOCS / PAGE).read_text()
FAST = {
    '--train 16 --val 4': '--train 4 --val 2',
    'max_epochs=5, val_interval=5': 'max_epochs=1',
    'epoch_5': 'epoch_1',
    'tools/analysis_tools': str(REPOSITORY / 'tools' / 'analysis_tools'),
    '--time 3': '--time 1',
}


class Session(NamedTuple):
    """What a reader has at the end of the page."""

    folder: object
    printed: list


@pytest.fixture(scope='module')
def session(tmp_path_factory):
    folder = tmp_path_factory.mktemp('empty')
    return Session(folder, run_session(PAGE, folder, FAST))


@pytest.mark.e2e
def test_every_block_runs_and_says_what_the_page_says(session):
    (log,) = (session.folder / 'run').glob('*/*.log')
    (said,) = [block.code for block in read_blocks(PAGE) if block.language == 'text']
    for line in said.splitlines():
        assert line in log.read_text()
    assert len(list(session.folder.glob('**/pictures/**/*.png'))) == 2
    assert len(list((session.folder / 'features').glob('*/*.safetensors'))) == 4
    (stored,) = (session.folder / 'run_stored').glob('*/*.log')
    losses = [
        re.findall(r'Epoch\(train\).*?  loss: (\S+)', one.read_text()) for one in (log, stored)
    ]
    assert losses[0] == losses[1]
    assert losses[0]
    printed = [line for lines in session.printed for line in lines]
    assert {'8 14', "['mmmtl']"} <= {*printed}
    assert printed[-1].startswith('rooms.onnx: ')
    assert printed[-1].endswith('images 72x96, dynamic: batch')


def test_the_table_of_configs_is_the_folder():
    listed = dict(re.findall(r'^\| `([\w.-]+)\.py` \| `([\w/.-]+)` \|', DOC, flags=re.MULTILINE))
    assert sorted(listed) == list(NAMES)
    for name, model in listed.items():
        assert Config.fromfile(CONFIGS / f'{name}.py').model.backbone.model == model
