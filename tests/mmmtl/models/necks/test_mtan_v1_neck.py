import pytest
import torch

from tests.utils.plain.comparison import assert_same_features, build
from tests.utils.plain.mtan_v1 import plain_mtan_v1, plain_mtlbl1, plain_mtlbl2

TASKS = ['seg', 'depth']
WIDTHS = (8, 16, 32, 48, 48)  # masks of one, two and three channels in the decoder


def mtan_path(name):
    first = name.split('.')[0]
    return f'backbone.{name}' if first in ('encoder', 'decoder') else f'neck.attention.{name}'


def mtlbl1_path(name):
    return f'backbone.{name}' if name.startswith('shared') else f'backbone.streams.{name}'


def mtlbl2_path(name):
    first, second, *rest = name.split('.')
    if first == 'encoder':
        return f'backbone.{second}'
    if second == 'encoder':
        return f'neck.attention.{first}.{".".join(rest)}'
    return f'neck.decoders.{first}.{".".join(rest)}'


@pytest.mark.parametrize('tasks', [TASKS, ['depth']])
def test_the_attended_features_agree_with_plain_torch(tasks):
    """With one task it is the preprint's STAN."""
    model = build(
        tasks,
        dict(type='SegNet', return_blocks=True, widths=WIDTHS),
        dict(type='MTANv1Neck', widths=WIDTHS),
    )
    assert_same_features(
        model,
        lambda image, weights, training, _: plain_mtan_v1(image, weights, tasks, training),
        mtan_path,
    )


def test_mtlbl1_agrees_with_plain_torch():
    assert_same_features(
        build(TASKS, dict(type='MTLBL1SegNet', tasks=TASKS)),
        lambda image, weights, training, _: plain_mtlbl1(image, weights, TASKS, training),
        mtlbl1_path,
    )


def test_mtlbl2_agrees_with_plain_torch():
    assert_same_features(
        build(TASKS, dict(type='SegNetEncoder'), dict(type='MTLBL2Neck')),
        lambda image, weights, training, _: plain_mtlbl2(image, weights, TASKS, training),
        mtlbl2_path,
    )


def test_wrong_backbones_are_named():
    image = torch.rand(1, 3, 32, 32)
    with pytest.raises(ValueError, match=r'MTANv1Neck: .* set backbone.return_blocks=True'):
        build(TASKS, dict(type='SegNet'), dict(type='MTANv1Neck'))(image)
    with pytest.raises(ValueError, match=r'MTLBL2Neck: .*SegNetEncoder.*found \[.Tensor'):
        build(TASKS, dict(type='SegNet'), dict(type='MTLBL2Neck'))(image)
