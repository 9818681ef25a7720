import pytest
import torch

from mmmtl.models.necks.units import CrossTaskAttention
from tests.utils.plain.cross_task_attention import HEADS, plain_attention
from tests.utils.plain.layers import PlainLayers, resize
from tests.utils.random_weights import randomise


def test_every_position_sees_every_task():
    module = CrossTaskAttention(num_tasks=2, channels=4).eval()
    randomise(module)
    x = torch.randn(1, 2, 4, 6, 8, requires_grad=True)
    message, scores = module(x, (2, 3))
    assert message.shape == x.shape
    assert scores.shape == (1, 2, 2 * 2 * 3, 2, 3, 4)
    (gradient,) = torch.autograd.grad(message[0, 0, :, 0, 0].square().sum(), x)
    assert (gradient[0, 1].abs().sum(dim=0) > 0).all()  # all positions of the other task


def test_the_scores_of_the_block_before_arrive():
    module = CrossTaskAttention(num_tasks=2, channels=4, receives_scores=True).eval()
    randomise(module)
    module.fusion.weight.data.zero_()
    for head in range(2):  # each head takes its own scores of the block before alone
        module.fusion.weight.data[head, 2 + head] = 1
    x = torch.randn(1, 2, 4, 6, 8)
    before = torch.randn(1, 2, 12, 2, 2, 2)
    with torch.no_grad():
        _, scores = module(x, (2, 3), before)
    for head in range(2):
        for task in range(2):
            expected = resize(before[:, head, :, task], (3, 4))
            torch.testing.assert_close(scores[:, head, :, task], expected)
    with pytest.raises(ValueError, match='scores_before: expected those of the block before'):
        module(x, (2, 3))


@pytest.mark.parametrize('training', [False, True])
@pytest.mark.parametrize('receives', [False, True])
@pytest.mark.parametrize('count', [1, 2])
def test_it_agrees_with_plain_torch(count, receives, training):
    module = CrossTaskAttention(count, channels=6, num_heads=HEADS, receives_scores=receives)
    module = module.double().train(training)
    randomise(module)
    state = {f'unit.{name}': value for name, value in module.state_dict().items()}
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(2, count, 6, 7, 9, generator=generator, dtype=torch.float64)
    grid, coarse = (3, 4), (2, 3)
    keys = count * 3 * 4
    before = known = None
    if receives:
        before = torch.randn(2, HEADS, keys, count, *coarse, generator=generator).double()
        queries = before.flatten(3).transpose(2, 3)  # (N, heads, queries, keys)
        known = [(queries[:, head], coarse) for head in range(HEADS)]
    layers = PlainLayers(state, training)
    messages, scores = plain_attention(list(x.unbind(1)), layers, 'unit', grid, known)
    with torch.no_grad():
        message, found = module(x, grid, before)
    for task, expected in enumerate(messages):
        assert expected.std() > 0.01
        torch.testing.assert_close(message[:, task], expected, atol=1e-9, rtol=1e-9)
    assert found.shape == (2, HEADS, keys, count, 4, 5)
    for head, (expected, _) in enumerate(scores):
        torch.testing.assert_close(found[:, head].flatten(2).transpose(1, 2), expected)


def test_only_a_block_that_receives_scores_has_a_fusion():
    assert CrossTaskAttention(2, 4).fusion is None
    fusion = CrossTaskAttention(2, 4, receives_scores=True).fusion
    assert fusion.weight.shape == (2, 4, 1, 1)
    assert fusion.bias is None


def test_heads_must_divide_the_channels():
    with pytest.raises(
        ValueError, match=r'^num_heads: expected a divisor of the 6 channels, found 4\.$'
    ):
        CrossTaskAttention(2, 6, num_heads=4)
