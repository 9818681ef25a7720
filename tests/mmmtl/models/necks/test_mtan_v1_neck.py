import pytest
import torch

from tests.utils.plain.comparison import assert_same_features, build
from tests.utils.plain.mtan_v1 import plain_mtan_v1

TASKS = ['seg', 'depth']
WIDTHS = (8, 16, 32, 48, 48)  # masks of one, two and three channels in the decoder


def mtan_path(name):
    first = name.split('.')[0]
    return f'backbone.{name}' if first in ('encoder', 'decoder') else f'neck.attention.{name}'


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


def test_wrong_backbones_are_named():
    image = torch.rand(1, 3, 32, 32)
    with pytest.raises(ValueError, match=r'MTANv1Neck: .* set backbone.return_blocks=True'):
        build(TASKS, dict(type='SegNet'), dict(type='MTANv1Neck'))(image)
