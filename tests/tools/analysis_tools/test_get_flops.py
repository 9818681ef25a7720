"""tools/analysis_tools/get_flops.py on a small network."""

from functools import partial

import pytest

SMALL = (
    '--cfg-options',
    'model.backbone.widths=(4,4,4,4,4)',
    'model.decode_head.seg.in_channels=4',
    'model.decode_head.seg.channels=4',
)


@pytest.fixture
def get_flops(tool):
    return partial(tool, 'get_flops')


@pytest.mark.parametrize(
    ('shape', 'size', 'flops'),
    # 926.875 multiply-adds a pixel, see the test of count_flops
    [((32, 64), '32x64', '0.001898'), ((64,), '64x64', '0.003796'), ((), '128x256', '0.03037')],
)
def test_parameters_and_flops(get_flops, repository, shape, size, flops):
    config = repository / 'configs' / 'segnet_cityscapes7-seg.py'
    options = ('--shape', *shape) if shape else ()
    code, printed = get_flops(config, *options, *SMALL)
    assert code == 0, printed
    # 25 convolutions 4>4 and one 3>4 with bias and batch norm, head 3x3 and 1x1
    parameters = 25 * (144 + 4 + 8) + (3 * 4 * 9 + 4 + 8) + (144 + 4) + (4 * 7 + 7)
    assert printed.splitlines() == [
        f'input      {size}',
        f'parameters {parameters:,}',
        f'FLOPs      {flops} G (multiply-adds)',
    ]


def test_three_numbers_are_no_shape(get_flops, repository):
    code, printed = get_flops(repository / 'configs' / 'x.py', '--shape', 3, 32, 64)
    assert code == 2
    assert '--shape: expected one or two numbers, found [3, 32, 64]' in printed


def test_a_size_that_is_too_small(get_flops, repository):
    config = repository / 'configs' / 'segnet_cityscapes7-seg.py'
    code, printed = get_flops(config, '--shape', 4, *SMALL)
    assert code == 1
    assert 'error: size: the network cannot run on 4x4' in printed
