import pytest
import torch

from mmmtl.models.necks import InvPTNeck
from mmmtl.models.necks.units import CrossTaskAttention
from tests.utils.plain.layers import resize
from tests.utils.pyramids import TASKS, assert_agrees, pyramid
from tests.utils.random_weights import randomise

HEADS = 2


def layer_norm(x, layers, name):
    """Over the channels of a map (N, C, H, W)."""
    mean = x.mean(dim=1, keepdim=True)
    var = x.var(dim=1, unbiased=False, keepdim=True)
    x = (x - mean) / (var + 1e-5).sqrt()
    weight, bias = (layers.state[f'{name}.{key}'][:, None, None] for key in ('weight', 'bias'))
    return x * weight + bias


def linear(tokens, layers, name):
    x = tokens @ layers.state[f'{name}.weight'].T
    bias = layers.state.get(f'{name}.bias')
    return x if bias is None else x + bias


def cells(x, rows, columns):
    """Means over the cells of a grid, cell by cell."""
    height, width = x.shape[2:]
    grid = x.new_zeros(*x.shape[:2], rows, columns)
    for i in range(rows):
        for j in range(columns):
            top, bottom = i * height // rows, -(-(i + 1) * height // rows)
            left, right = j * width // columns, -(-(j + 1) * width // columns)
            grid[:, :, i, j] = x[:, :, top:bottom, left:right].mean(dim=(2, 3))
    return grid


def tokens_of(maps):
    """The positions of all maps (N, C, h, w), one map after the other."""
    return torch.cat([x.flatten(2).transpose(1, 2) for x in maps], dim=1)


def plain_attention(maps, layers, name, grid, before):
    """Gives the messages to all tasks' maps and each head's scores (N, queries, keys)."""
    channels, size = maps[0].shape[1], maps[0].shape[2:]
    maps = [layer_norm(x, layers, f'{name}.norm') for x in maps]
    joined = torch.cat(maps, dim=1)
    queries = layers.conv(joined, f'{name}.query_grid.conv', stride=2, groups=joined.shape[1])
    queries = layers.norm(queries, f'{name}.query_grid.bn').chunk(len(maps), dim=1)
    coarse = tokens_of([cells(x, *grid) for x in maps])
    query = linear(tokens_of(queries), layers, f'{name}.query')
    key, value = (linear(coarse, layers, f'{name}.{which}') for which in ('key', 'value'))
    width = channels // HEADS
    parts = [slice(head * width, (head + 1) * width) for head in range(HEADS)]
    scores = [
        torch.einsum('nqc,nkc->nqk', query[..., p], key[..., p]) / channels**0.5 for p in parts
    ]
    if before is not None:
        fusion = layers.state[f'{name}.fusion.weight'][:, :, 0, 0]
        known = [*scores, *(grow(x, queries[0].shape[2:], len(maps)) for x in before)]
        scores = [sum(w * x for w, x in zip(row, known, strict=True)) for row in fusion]
    grid_of_queries = queries[0].shape[2:]
    attended = [x.softmax(dim=-1) @ value[..., p] for x, p in zip(scores, parts, strict=True)]
    message = linear(torch.cat(attended, dim=-1), layers, f'{name}.output')
    messages = [
        resize(x.transpose(1, 2).unflatten(2, grid_of_queries), size)
        for x in message.chunk(len(maps), dim=1)
    ]
    return messages, [(x, grid_of_queries) for x in scores]


def grow(known, size, count):
    """Resizes the queries of scores, for each task and key on its own."""
    scores, grid = known
    grown = [
        resize(x.transpose(1, 2).unflatten(2, grid), size).flatten(2).transpose(1, 2)
        for x in scores.chunk(count, dim=1)
    ]
    return torch.cat(grown, dim=1)


@pytest.mark.parametrize('training', [False, True])
@pytest.mark.parametrize('count', [1, 2, 3])
def test_it_agrees_with_plain_torch(count, training):
    tasks = TASKS[:count]

    def conv_twice(x, layers, name):
        return layers.conv_norm(layers.conv_norm(x, f'{name}.0').relu(), f'{name}.1').relu()

    def plain(features, layers):
        maps = [conv_twice(features[2], layers, f'preliminary.{task}') for task in tasks]
        outputs = [maps]
        grid = [(length + 1) // 2 for length in features[1].shape[2:]]
        scores = None
        for stage, encoded in enumerate((features[1], features[0])):
            name = f'stages.{stage}'
            maps = [resize(x, encoded.shape[2:]) for x in maps]
            if stage:
                maps = [conv_twice(x, layers, f'{name}.upward.{i}') for i, x in enumerate(maps)]
            maps = [x + layers.conv(encoded, f'{name}.encoded') for x in maps]
            messages, scores = plain_attention(maps, layers, f'{name}.attention', grid, scores)
            maps = [x + message for x, message in zip(maps, messages, strict=True)]
            for i, x in enumerate(maps):
                y = layer_norm(x, layers, f'{name}.norm').movedim(1, -1)
                y = torch.nn.functional.gelu(linear(y, layers, f'{name}.mlp.layers.0.0'))
                maps[i] = x + linear(y, layers, f'{name}.mlp.layers.1').movedim(-1, 1)
            outputs.insert(0, maps)
        return {task: [maps[i] for maps in outputs] for i, task in enumerate(tasks)}

    neck = InvPTNeck(tasks, (6, 8, 10), channels=8, num_heads=HEADS, drop_path_rate=0.0)
    assert_agrees(neck, plain, training)


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


def test_branches_are_dropped_in_training_alone():
    neck = InvPTNeck(('seg',), (6, 8, 10), channels=8, drop_path_rate=0.9)
    randomise(neck)
    features = pyramid()
    torch.manual_seed(0)
    with torch.no_grad():
        neck.eval()
        first, second = neck(features)['seg'][0], neck(features)['seg'][0]
        assert torch.equal(first, second)
        for stage in neck.stages:
            stage.drop_path.train()
        assert not torch.allclose(neck(features)['seg'][0], first)


def test_wrong_settings_are_named():
    with pytest.raises(ValueError, match='channels: expected a multiple of 4, found 6'):
        InvPTNeck(('seg',), (6, 8, 10, 12), channels=6)
    with pytest.raises(ValueError, match=r'num_heads: .* the 6 channels, found 4'):
        CrossTaskAttention(2, 6, num_heads=4)
    with pytest.raises(ValueError, match=r'at least 2 feature maps, found \[6\]'):
        InvPTNeck(('seg',), (6,))
