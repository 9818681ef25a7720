"""Predictions in words."""

import numpy as np
import pytest
from readout import pixel_words, task_words

from mmmtl.tasks import build_tasks

TASKS = build_tasks(
    dict(
        parts=dict(type='ClassTask', classes=['head', 'body']),
        height=dict(type='ScalarTask', unit='m'),
        normal=dict(type='DirectionTask'),
        edge=dict(type='BinaryTask'),
        albedo=dict(type='VectorTask', channels=3),
        weather=dict(type='ImageClassTask', classes=['dry', 'wet']),
    )
)
MAPS = dict(
    parts=np.array([[0, 1]]),
    height=np.array([[0.5, 2.25]], np.float32),
    normal=np.array([[[0, 0, -1], [0.6, 0, -0.8]]], np.float32),
    edge=np.array([[0, 0.25]], np.float32),
    albedo=np.array([[[0, 0, 0], [0.1, 0.2, 0.3]]], np.float32),
    weather=np.array([[[0.3, 0.7]]], np.float32),
)


@pytest.mark.parametrize('size', [(1, 2), (10, 20)])
def test_what_is_said_of_a_pixel(size):
    height, width = size
    assert dict(pixel_words(TASKS, MAPS, width - 1, height - 1, size)) == dict(
        parts='body',
        height='2.25 m',
        normal='x +0.60 (right), y +0.00 (down), z -0.80 (forward)',
        edge='25 %',
        albedo='0.1, 0.2, 0.3',
        weather='wet',
    )
    assert dict(pixel_words(TASKS, MAPS, 0, 0, size))['parts'] == 'head'


def test_every_task_is_said_in_words():
    words = {name: task_words(task) for name, task in TASKS.items()}
    assert words['parts'] == 'the class of each pixel'
    assert words['weather'] == 'the class of the whole image'
    assert words['height'] == 'height [m]'
    assert len(set(words.values())) == len(words)
