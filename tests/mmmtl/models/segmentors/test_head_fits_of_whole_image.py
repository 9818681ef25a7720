"""Heads of maps and of the whole image, each for tasks of its own kind."""

import pytest

from mmmtl.models.segmentors.task_parts import build_head
from mmmtl.tasks import ClassTask, ImageClassTask, VectorTask
from tests.utils.errors import error_of

PARTS = ClassTask(name='parts', classes=('a', 'b', 'c'))
ALBEDO = VectorTask(name='albedo', channels=4)
SIZES = dict(in_channels=8, channels=8)
FCN = dict(type='FCNHead', num_convs=0, concat_input=False, **SIZES)
WEATHER = ImageClassTask(name='weather', classes=('a', 'b', 'c', 'd'))
WHOLE = dict(type='ImageClassHead', in_channels=8)


def test_a_head_of_the_whole_image_is_told_how_many_classes_there_are():
    head = build_head(WHOLE, WEATHER, 'x')
    assert head.out_channels == 4
    many = ImageClassTask(name='many', classes=range(1000))
    assert build_head(WHOLE, many, 'x').out_channels == 1000
    wrong = error_of(build_head, dict(WHOLE, out_channels=3), WEATHER, 'x')
    assert wrong.startswith(
        "x: ImageClassHead predicts 3 per image, expected 4, those of 'weather'"
    )


@pytest.mark.parametrize(
    ('config', 'task', 'message'),
    [
        (
            FCN,
            WEATHER,
            "FCNHead predicts something for each pixel, and 'weather' is of the whole image; "
            'expected a head such as ImageClassHead.',
        ),
        (
            dict(type='VectorHead', **SIZES),
            WEATHER,
            "VectorHead predicts something for each pixel, and 'weather' is of the whole image; "
            'expected a head such as ImageClassHead.',
        ),
        (
            WHOLE,
            PARTS,
            "ImageClassHead predicts something for the whole image, and 'parts' is of each pixel; "
            'expected a head such as FCNHead.',
        ),
        (
            WHOLE,
            ALBEDO,
            "ImageClassHead predicts something for the whole image, and 'albedo' is of each pixel; "
            'expected a head such as VectorHead.',
        ),
        (
            dict(type='DecoderRegressionHead', decoder=FCN, head=dict(WHOLE, out_channels=4)),
            ALBEDO,
            "ImageClassHead predicts something for the whole image, and 'albedo' is of each pixel; "
            'expected a head such as VectorHead.',
        ),
    ],
)
def test_heads_of_maps_and_of_the_whole_image_are_kept_apart(config, task, message):
    assert error_of(build_head, config, task, 'x') == f'x: {message}'


def test_a_loss_of_numbers_is_refused():
    wrong = error_of(build_head, dict(WHOLE, loss_decode=dict(type='MaskedL1Loss')), WEATHER, 'x')
    assert wrong.startswith('x.loss_decode: MaskedL1Loss compares numbers')
