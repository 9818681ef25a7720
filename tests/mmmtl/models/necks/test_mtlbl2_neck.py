import pytest
import torch

from tests.utils.plain.comparison import WIDTHS, assert_same_features, build
from tests.utils.plain.mtan_v1 import plain_mtlbl2

TASKS = ['seg', 'depth']
ENCODER = dict(type='SegNetEncoder')
NECK = dict(type='MTLBL2Neck')


def mtlbl2_path(name):
    first, second, *rest = name.split('.')
    if first == 'encoder':
        return f'backbone.{second}'
    if second == 'encoder':
        return f'neck.attention.{first}.{".".join(rest)}'
    return f'neck.decoders.{first}.{".".join(rest)}'


def test_mtlbl2_agrees_with_plain_torch():
    assert_same_features(
        build(TASKS, ENCODER, NECK),
        lambda image, weights, training, _: plain_mtlbl2(image, weights, TASKS, training),
        mtlbl2_path,
    )


def test_each_task_gives_all_blocks_of_its_decoder():
    model = build(TASKS, ENCODER, NECK).eval()
    features = model.extract_feat(torch.rand(1, 3, 53, 79))
    sizes = [(3, 4), (6, 9), (13, 19), (26, 39), (53, 79)]
    expected = [
        (1, width, *size) for width, size in zip((*WIDTHS[3::-1], WIDTHS[0]), sizes, strict=True)
    ]
    for outputs in features.values():
        assert [tuple(x.shape) for x in outputs] == expected


def test_a_task_trains_the_shared_encoder_and_its_own_parts():
    model = build(TASKS, ENCODER, NECK).train()
    model.extract_feat(torch.rand(1, 3, 64, 64))['depth'][-1].square().mean().backward()
    neck = model.neck
    own = [*neck.attention['depth'].parameters(), *neck.decoders['depth'].parameters()]
    other = [*neck.attention['seg'].parameters(), *neck.decoders['seg'].parameters()]
    assert all(p.grad is not None for p in (*own, *model.backbone.parameters()))
    assert all(p.grad is None for p in other)


def test_wrong_backbones_are_named():
    model = build(TASKS, dict(type='SegNet'), NECK)
    with pytest.raises(ValueError, match=r'MTLBL2Neck: .*SegNetEncoder.*found \[.Tensor'):
        model(torch.rand(1, 3, 32, 32))
