"""Files of predictions."""

import os
import time
from pathlib import Path

import numpy as np
from PIL import Image
from prediction_downloads import write_downloads

from mmmtl.tasks import build_tasks

TASKS = build_tasks(
    dict(
        parts=dict(type='ClassTask', classes=['head', 'body']),
        height=dict(type='ScalarTask', unit='m'),
        normal=dict(type='DirectionTask'),
    )
)
MAPS = dict(
    parts=np.array([[0, 1]]),
    height=np.array([[0.5, 2.25]], np.float32),
    normal=np.array([[[0, 0, -1], [0.6, 0, -0.8]]], np.float32),
)


def test_arrays_and_pictures(tmp_path):
    paths = [Path(path) for path in write_downloads(tmp_path, 'a', MAPS, TASKS)]
    names = ['a_parts.npy', 'a_parts.png', 'a_height.npy', 'a_height.png', 'a_normal.npy']
    assert [path.name for path in paths] == names
    np.testing.assert_array_equal(np.asarray(Image.open(paths[1])), MAPS['parts'])
    assert np.asarray(Image.open(paths[3])).max() > 255  # 16 bits
    np.testing.assert_array_equal(np.load(paths[4]), MAPS['normal'])


def test_what_a_picture_cannot_hold_is_an_array_alone(tmp_path):
    maps = dict(height=np.array([[0.5, np.nan]], np.float32))
    (path,) = write_downloads(tmp_path, 'a', maps, TASKS)
    assert path.endswith('a_height.npy')


def test_old_files_are_removed(tmp_path):
    old, recent = (Path(write_downloads(tmp_path, 'a', MAPS, TASKS)[0]).parent for _ in range(2))
    long_ago = time.time() - 4000
    os.utime(old, (long_ago, long_ago))
    write_downloads(tmp_path, 'b', MAPS, TASKS)
    assert not old.exists()
    assert recent.exists()
