import pytest
import torch

from mmmtl.models.necks import InvPTNeck
from mmmtl.models.necks.units import CrossTaskAttention
from tests.utils.plain.cross_task_attention import HEADS, layer_norm, linear, plain_attention
from tests.utils.plain.layers import resize
from tests.utils.pyramids import TASKS, assert_agrees, pyramid
from tests.utils.random_weights import randomise


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
