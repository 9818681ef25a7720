import pytest
import torch
import torch.nn.functional as F
from torch import nn

from mmmtl.models.necks.units import StageMasks
from mmmtl.models.necks.units.stage_masks import resize_to_stage
from tests.utils.plain.stage_attention import attend
from tests.utils.random_weights import randomise

CHANNELS = (6, 4, 8)
SIZES = ((8, 12), (8, 12), (4, 6))


def features(seed):
    generator = torch.Generator().manual_seed(seed)
    return [
        torch.randn(2, c, *size, generator=generator, dtype=torch.float64)
        for c, size in zip(CHANNELS, SIZES, strict=True)
    ]


def build(**settings):
    masks = StageMasks(CHANNELS, **settings).double()
    shared = nn.ModuleList([nn.Conv2d(6, 4, 1), nn.Conv2d(4, 8, 1)]).double()
    randomise(masks)
    randomise(shared)
    return masks, shared


@pytest.mark.parametrize('training', [False, True])
@pytest.mark.parametrize('reduction', [1, 2])
def test_what_is_seen_and_what_is_masked_may_differ(reduction, training):
    masks, shared = build(reduction=reduction)
    masks.train(training)
    state = {f'attention.seg.{name}': value.clone() for name, value in masks.state_dict().items()}
    seen, masked = features(0), features(1)
    expected = attend(
        list(zip(seen, masked, strict=True)), state, 'seg', lambda x, j: shared[j](x), training
    )
    found = masks(seen, masked, shared)
    assert len(found) == 3
    for output, wanted in zip(found, expected, strict=True):
        assert wanted.std() > 0.05
        torch.testing.assert_close(output, wanted, atol=1e-12, rtol=1e-9)


def test_later_stages_learn_the_masks_before_them():
    masks, shared = build()
    masks(features(0), features(1), shared)[-1].square().sum().backward()
    assert all(p.grad is not None for p in (*masks.parameters(), *shared.parameters()))
    masks, shared = build()
    masks(features(0), features(1), shared)[0].square().sum().backward()
    assert all(p.grad is None for p in (*masks.masks[1].parameters(), *shared.parameters()))


def test_the_shared_layers_are_not_the_masks_own():
    masks, _ = build(reduction=3)
    assert [name for name, _ in masks.named_children()] == ['masks']
    widths = [(mask[0][0].in_channels, mask[0][0].out_channels) for mask in masks.masks]
    assert widths == [(6, 2), (8, 1), (16, 2)]


@pytest.mark.parametrize('reduction', [0, 5])
def test_a_wrong_reduction_is_named(reduction):
    message = (
        '^reduction: expected 1 to 4, the channels of the narrowest stage, '
        rf'found {reduction}\.$'
    )
    with pytest.raises(ValueError, match=message):
        StageMasks(CHANNELS, reduction=reduction)


def test_half_the_size_is_a_max_pooling():
    x = torch.randn(2, 3, 8, 12)
    assert torch.equal(resize_to_stage(x, (4, 6)), F.max_pool2d(x, 2))
    assert torch.equal(resize_to_stage(x, (4, 12)), F.max_pool2d(x, (2, 1)))


def test_sizes_that_do_not_divide_are_pooled_adaptively():
    x = torch.arange(5.0).view(1, 1, 1, 5)
    # windows of columns 0-1, 1-3 and 3-4
    assert resize_to_stage(x, (1, 3)).flatten().tolist() == [1, 3, 4]


def test_the_same_size_is_left_alone():
    x = torch.randn(2, 3, 8, 12)
    assert resize_to_stage(x, (8, 12)) is x


def test_upwards_the_corners_stay():
    x = torch.tensor([[[[0.0, 4.0]]]])
    assert resize_to_stage(x, (1, 5)).flatten().tolist() == [0, 1, 2, 3, 4]
    # larger in one direction and smaller in the other: bilinear, too
    mixed = resize_to_stage(torch.arange(3.0).view(1, 1, 3, 1).expand(1, 1, 3, 2), (2, 3))
    assert mixed[0, 0, :, 0].tolist() == [0, 2]
