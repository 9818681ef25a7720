"""The commands and the code of docs/deployment.md run as they stand, with a small network."""

import json

import cv2
import numpy as np
import pytest

from tests.utils.doc_pages import read_blocks, run_command, run_python, split_commands
from tests.utils.small_model import write_random_checkpoint

PAGE = 'deployment.md'
LOOK = """
import json

shapes = {task: values.shape for task, values in maps.items()}
print(json.dumps([shapes, json.loads(texts['tasks'])]))
"""
CONFIG = """
_base_ = ['{base}']
model = dict(
    backbone=dict(widths=(8, 12), num_convs=(2, 2)),
    neck=dict(widths=(8, 12)),
    decode_head=dict(
        seg=dict(in_channels=8, channels=8), depth=dict(in_channels=8, channels=8)
    ),
)
"""


@pytest.fixture(scope='module')
def place(tmp_path_factory, repository):
    """A folder with the files that the page names."""
    root = tmp_path_factory.mktemp('place')
    (root / 'configs').mkdir()
    config = root / 'configs' / 'mtan_segnet_cityscapes7.py'
    config.write_text(CONFIG.format(base=repository / 'configs' / config.name))
    write_random_checkpoint(config, root / 'epoch_200.pth', metainfo={})
    cv2.imwrite(str(root / 'street.png'), np.random.default_rng(0).integers(0, 256, (128, 256, 3)))
    return root


@pytest.mark.e2e
def test_the_page_runs(place, monkeypatch):
    monkeypatch.chdir(place)
    for language, block in read_blocks(PAGE):
        if language == 'bash':
            for command in split_commands(block):
                run_command(command)
    shapes, tasks = json.loads(run_python(PAGE, place, after=LOOK)[-1][-1])
    assert shapes == dict(seg=[1, 7, 128, 256], depth=[1, 1, 128, 256])
    assert set(tasks) == {'seg', 'depth'}
    for task in ('seg', 'depth'):
        assert np.load(place / 'predictions' / f'street_{task}.npy').shape == (128, 256)
