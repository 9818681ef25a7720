import math

import numpy as np
import pytest
from mmseg.registry import TASK_UTILS

from mmmtl.datasets.readers import DisparityReader, ScalarReader, VectorReader
from mmmtl.datasets.task_reader import build_task_reader
from mmmtl.tasks import DEPTH, BinaryTask, ScalarTask, VectorTask
from tests.utils.errors import error_of

HEIGHT = ScalarTask(name='height', unit='m')
NEAR = ScalarTask(name='near', unit='disparity', invalid=-1)
FLOW = VectorTask(name='flow', channels=2)


def test_a_reader_that_is_given_is_used_as_it_is():
    reader = ScalarReader(invalid=7)
    assert build_task_reader(reader, HEIGHT) is reader


def test_a_reader_is_told_what_the_task_says():
    scalar = build_task_reader(dict(type='ScalarReader', scale=0.5, signed=True), HEIGHT)
    assert isinstance(scalar, ScalarReader)
    assert math.isnan(scalar.invalid)
    assert (scalar.scale, scalar.signed) == (0.5, True)
    assert build_task_reader(dict(type=ScalarReader), DEPTH).invalid == 0
    vector = build_task_reader(dict(type='VectorReader'), FLOW)
    assert isinstance(vector, VectorReader)
    assert vector.channels == 2
    disparity = build_task_reader(dict(type='DisparityReader'), NEAR)
    assert isinstance(disparity, DisparityReader)
    assert (disparity.unit, disparity.invalid) == ('disparity', -1)


def test_a_config_may_repeat_what_the_task_says():
    config = dict(type='ScalarReader', invalid=float('nan'))
    assert math.isnan(build_task_reader(config, HEIGHT).invalid)
    assert build_task_reader(dict(type='DisparityReader', depth_unit='disparity'), NEAR)


def test_what_no_reader_asks_for_is_not_told():
    @TASK_UTILS.register_module()
    class HalvesReader:
        def __init__(self, **settings):
            self.settings = settings

        def __call__(self, path, info):
            return np.full((1, 1), 0.5)

    try:
        reader = build_task_reader(dict(type='HalvesReader', any=1), FLOW)
    finally:
        TASK_UTILS.module_dict.pop('HalvesReader')
    assert reader.settings == dict(any=1)


@pytest.mark.parametrize(
    ('config', 'task', 'message'),
    [
        (
            dict(type='ScalerReader'),
            HEIGHT,
            "label_readers.height.type: expected the type of a reader, found 'ScalerReader'; "
            "did you mean 'ScalarReader'?",
        ),
        (
            {},
            HEIGHT,
            'label_readers.height.type: expected the type of a reader, found None.',
        ),
        (
            dict(type='ScalarReader', scales=2),
            HEIGHT,
            'label_readers.height: expected arguments of ScalarReader, scale, invalid, signed, '
            'invalid_values, min_value, max_value, depth_unit, key, '
            "found 'scales'; did you mean 'scale'?",
        ),
        (
            dict(type='BoundaryReader', width=2),
            BinaryTask(name='edge'),
            "label_readers.edge: expected arguments of BoundaryReader, none, found 'width'.",
        ),
        (
            dict(type='CityscapesIdReader'),
            BinaryTask(name='edge'),
            "label_readers.edge: expected 'num_classes', which CityscapesIdReader needs.",
        ),
        (
            dict(type='ScalarReader', invalid=-1),
            DEPTH,
            'label_readers.depth.invalid: expected 0, as the task says, found -1; '
            'leave it out here, or define the task so.',
        ),
        (
            dict(type='DisparityReader', depth_unit='mtan'),
            NEAR,
            "label_readers.near.depth_unit: expected 'disparity', as the task says, found 'mtan'; "
            'leave it out here, or define the task so.',
        ),
        (
            dict(type='VectorReader', channels=3),
            FLOW,
            'label_readers.flow.channels: expected 2, as the task says, found 3; '
            'leave it out here, or define the task so.',
        ),
        (
            dict(type='ScalarReader', scale=-1),
            HEIGHT,
            'label_readers.height: scale: expected a positive number, found -1.',
        ),
    ],
)
def test_a_wrong_config_is_named_in_a_line(config, task, message):
    assert error_of(build_task_reader, config, task) == message
