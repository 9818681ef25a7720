import pytest
import torch

from mmmtl.models.necks.units import AttentionMask, BottleneckMask
from tests.utils.plain.stage_attention import mask as plain_mask
from tests.utils.random_weights import randomise

X = torch.randn(2, 6, 5, 7, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def build(kind, *widths, **settings):
    mask = kind(*widths, **settings).double()
    randomise(mask)
    return mask


def plain(mask, x, training):
    """The equation on the mask's own weights; ``g`` and ``h`` are the plain version's 0 and 1."""
    names = {'g': '0', 'h': '1'}
    state = {}
    for name, value in mask.state_dict().items():
        first, _, rest = name.partition('.')
        state[f'mask.{names.get(first, first)}.{rest}'] = value.clone()
    return plain_mask(x, state, 'mask', training)


@pytest.mark.parametrize('training', [False, True])
@pytest.mark.parametrize(('kind', 'widths'), [(AttentionMask, (6, 4)), (BottleneckMask, (6, 2, 4))])
def test_it_agrees_with_plain_torch(kind, widths, training):
    mask = build(kind, *widths).train(training)
    expected = plain(mask, X, training)
    found = mask(X)
    assert found.shape == (2, 4, 5, 7)
    assert expected.std() > 0.05
    torch.testing.assert_close(found, expected, atol=1e-12, rtol=1e-9)


def test_with_as_many_channels_inside_both_masks_are_the_same():
    wide, narrow = build(AttentionMask, 6, 4).eval(), build(BottleneckMask, 6, 4, 4).eval()
    narrow.load_state_dict(
        {
            name.replace('g.', '0.', 1).replace('h.', '1.', 1): value
            for name, value in wide.state_dict().items()
        }
    )
    assert torch.equal(wide(X), narrow(X))


def test_the_hidden_channels_are_those_of_the_masked_features_or_fewer():
    assert AttentionMask(6, 4).g[0].weight.shape == (4, 6, 1, 1)
    assert [layer[0].weight.shape for layer in BottleneckMask(6, 2, 4)] == [
        (2, 6, 1, 1),
        (4, 2, 1, 1),
    ]


@pytest.mark.parametrize(('kind', 'widths'), [(AttentionMask, (6, 4)), (BottleneckMask, (6, 2, 4))])
def test_the_mask_is_between_0_and_1_and_learns(kind, widths):
    mask = build(kind, *widths).train()
    found = mask(X)
    assert 0 < found.min() < 0.5 < found.max() < 1
    found.square().sum().backward()
    for name, parameter in mask.named_parameters():
        assert parameter.grad is not None, name
    assert all(layer[0].weight.grad.abs().sum() > 0 for layer in mask.children())


def test_the_normalisation_can_be_chosen():
    norm = dict(type='GN', num_groups=2)
    for mask in (AttentionMask(6, 4, norm), BottleneckMask(6, 2, 4, norm)):
        assert all(isinstance(layer[1], torch.nn.GroupNorm) for layer in mask.children())
