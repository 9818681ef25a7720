import pytest
import torch
import torch.nn.functional as F

from mmmtl.models.necks import SimpleFeaturePyramid
from tests.utils.random_weights import randomise

MAP = torch.randn(2, 8, 5, 6, generator=torch.Generator().manual_seed(0))


def normed(x, weights, name):
    mean = x.mean(dim=1, keepdim=True)
    spread = (x - mean).square().mean(dim=1, keepdim=True)
    weight, bias = (weights[f'{name}.{part}'][:, None, None] for part in ('weight', 'bias'))
    return (x - mean) / (spread + 1e-5).sqrt() * weight + bias


def test_the_levels_are_those_of_the_paper():
    neck = SimpleFeaturePyramid(8, 4)
    randomise(neck)
    weights = neck.state_dict()

    def upward(x, name):
        return F.conv_transpose2d(x, weights[f'{name}.weight'], weights[f'{name}.bias'], stride=2)

    fine = upward(MAP, 'levels.0.0.0')
    fine = upward(F.gelu(normed(fine, weights, 'levels.0.0.1')), 'levels.0.0.3')
    cells = [
        [MAP[:, :, r : r + 2, c : c + 2].amax(dim=(2, 3)) for c in (0, 2, 4)] for r in (0, 2, 4)
    ]
    coarse = torch.stack([torch.stack(row, dim=-1) for row in cells], dim=-2)
    scaled = [fine, upward(MAP, 'levels.1.0'), MAP, coarse]
    found = neck((torch.zeros(1), MAP))
    assert [tuple(x.shape[2:]) for x in found] == [(20, 24), (10, 12), (5, 6), (3, 3)]
    for index, (level, x) in enumerate(zip(found, scaled, strict=True)):
        x = normed(F.conv2d(x, weights[f'levels.{index}.1.weight']), weights, f'levels.{index}.2')
        x = F.conv2d(x, weights[f'levels.{index}.3.weight'], padding=1)
        torch.testing.assert_close(level, normed(x, weights, f'levels.{index}.4'))


def test_what_is_no_map_is_told():
    with pytest.raises(ValueError, match=r'^in_channels: .* multiple of 4, found 6'):
        SimpleFeaturePyramid(6)
    with pytest.raises(ValueError, match=r'expected a map .* found tuple; .*output_cls_token'):
        SimpleFeaturePyramid(8)([(MAP, MAP[:, :, 0, 0])])
