import copy

import pytest
import torch
from torch.nn import functional as F

from mmmtl.models.necks import ASPPNeck
from tests.utils.plain.stage_attention import conv_norm
from tests.utils.random_weights import randomise

IMAGE = torch.rand(2, 3, 64, 96, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def test_the_aspp_is_that_of_the_public_code():
    neck = ASPPNeck(6, channels=4, dilations=(1, 2, 5)).double().train()
    randomise(neck)
    state = copy.deepcopy(neck.state_dict())
    first, x = IMAGE[:, :2, :9, :11], IMAGE.repeat(1, 2, 1, 1)[:, :, :9, :11]
    branches = [
        conv_norm(x, state, f'branches.{k}.conv', f'branches.{k}.bn', True, **how).relu()
        for k, how in enumerate(({}, dict(dilation=2, padding=2), dict(dilation=5, padding=5)))
    ]
    image = x.mean(dim=(2, 3), keepdim=True)
    image = conv_norm(image, state, 'image_branch.conv', 'image_branch.bn', True).relu()
    branches.append(F.interpolate(image, (9, 11), mode='bilinear'))
    joined = torch.cat(branches, dim=1)
    wanted = conv_norm(joined, state, 'project.conv', 'project.bn', True).relu()
    kept, found = neck((first, x))
    assert kept is first
    torch.testing.assert_close(found, wanted, atol=1e-9, rtol=1e-9)


def test_a_dilation_of_1_is_a_convolution_1x1():
    neck = ASPPNeck(6, channels=4)
    convs = [branch.conv for branch in neck.branches]
    assert [conv.kernel_size for conv in convs] == [(1, 1), (3, 3), (3, 3), (3, 3)]
    assert [conv.dilation[0] for conv in convs] == [1, 12, 24, 36]
    assert neck.project.conv.in_channels == 5 * 4


def test_other_feature_maps_stay_whatever_their_number():
    neck = ASPPNeck(6, channels=4, dilations=(1, 2)).eval()
    maps = tuple(torch.rand(1, 6, 5, 7) for _ in range(3))
    alone, several = neck(maps[-1:]), neck(maps)
    assert len(alone) == 1
    assert [a is b for a, b in zip(several, maps, strict=True)] == [True, True, False]
    assert torch.equal(alone[0], several[-1])


def test_the_image_s_mean_reaches_every_pixel():
    neck = ASPPNeck(6, channels=4, dilations=(1,)).eval()
    randomise(neck)
    x = torch.randn(1, 6, 5, 7)
    other = x.clone()
    other[..., -1, -1] += 5  # one corner
    seen = []
    neck.project.conv.register_forward_hook(lambda _, inputs, output: seen.append(output))
    neck((x,))
    neck((other,))
    assert (seen[0] != seen[1]).any(dim=1).all()


def test_dropout_acts_in_training_alone():
    neck = ASPPNeck(6, channels=4, dilations=(1,), dropout_ratio=0.5).eval()
    randomise(neck)
    x = torch.randn(2, 6, 8, 8)
    expected = neck((x,))[0]
    assert torch.equal(neck((x,))[0], expected)
    neck.dropout.train()
    found = neck((x,))[0]
    kept = found != 0
    torch.testing.assert_close(found[kept], 2 * expected[kept])
    dropped = (~kept & (expected != 0)).sum() / (expected != 0).sum()
    assert dropped.item() == pytest.approx(0.5, abs=0.1)
