import pytest
import torch
import torch.nn.functional as F

from mmmtl.models.necks import InvPTFullNeck
from tests.utils.plain.cross_task_attention import HEADS, layer_norm, linear, plain_attention
from tests.utils.plain.layers import PlainLayers, join, resize
from tests.utils.pyramids import TASKS
from tests.utils.random_weights import randomise

PREDICTED = dict(seg=5, depth=1, normal=3)
CHANNELS = (6, 8, 10)
PYRAMID = ((13, 19), (7, 10), (4, 5))
"""Sizes of maps at strides of 8, 16 and 32."""

ONE_STRIDE = ((7, 9),) * 3
"""Sizes of a plain transformer's maps, at a stride of 16."""


def build(tasks=TASKS, strides=(8, 16, 32), **settings):
    predicted = {task: PREDICTED[task] for task in tasks}
    sizes = dict(channels=6, token_channels=8, num_heads=HEADS)
    return InvPTFullNeck(tasks, predicted, CHANNELS, strides, **{**sizes, **settings})


def maps_of(sizes):
    generator = torch.Generator().manual_seed(3)
    return [
        torch.randn(2, width, *size, generator=generator)
        for width, size in zip(CHANNELS, sizes, strict=True)
    ]


def dilated(x, layers, name):
    x = layers.conv(x, f'{name}.conv', padding=2, dilation=2)
    return layers.norm(x, f'{name}.bn').relu()


def plain(tasks, features, layers, start, transposed):
    """Task by task, with the equations as they stand in the paper and the code."""
    predicted, maps = {}, []
    for task in tasks:
        x = resize(features[2], start)
        for number in (0, 1):
            x = layers.conv_norm(x, f'preliminary.{task}.{number}').relu()
        predicted[task] = layers.conv(x, f'predictions.{task}')
        maps.append(layers.conv(join(x, predicted[task]), f'tokens.{task}'))
    key_grid = [(side + 1) // 2 for side in start]
    scores, scales = None, []
    for stage, source in enumerate((None, features[1], features[0])):
        name = f'stages.{stage}'
        if source is not None:
            if stage == 2 and transposed:
                weight = (layers.state[f'{name}.encoded.{key}'] for key in ('weight', 'bias'))
                added = F.conv_transpose2d(source, *weight, 2, padding=1, output_padding=1)
            else:
                added = layers.conv(source, f'{name}.encoded')
            maps = [resize(x, added.shape[2:]) for x in maps]
            for number in (0, 1):
                maps = [
                    dilated(x, layers, f'{name}.upward.{i}.{number}') for i, x in enumerate(maps)
                ]
            maps = [x + added for x in maps]
        messages, scores = plain_attention(maps, layers, f'{name}.attention', key_grid, scores)
        maps = [x + message for x, message in zip(maps, messages, strict=True)]
        for i, x in enumerate(maps):
            y = layer_norm(x, layers, f'{name}.norm').movedim(1, -1)
            y = F.gelu(linear(y, layers, f'{name}.mlp.layers.0.0'))
            maps[i] = x + linear(y, layers, f'{name}.mlp.layers.1').movedim(-1, 1)
        normed = layer_norm(torch.cat(maps, dim=1), layers, f'norms.{stage}').chunk(len(tasks), 1)
        if stage:
            normed = [layers.conv(x, f'projections.{stage}.{i}') for i, x in enumerate(normed)]
        scales.append(normed)
    size = [2 * side for side in maps[0].shape[2:]]
    outputs = {}
    for i, task in enumerate(tasks):
        x = sum(resize(scale[i], size) for scale in scales)
        x = layers.norm(layers.conv(x, f'aggregation.{task}.0'), f'aggregation.{task}.1').relu()
        outputs[task] = (x, predicted[task])
    return outputs


@pytest.mark.parametrize('training', [False, True])
@pytest.mark.parametrize('count', [1, 2, 3])
@pytest.mark.parametrize(('strides', 'sizes'), [((8, 16, 32), PYRAMID), ((16, 16, 16), ONE_STRIDE)])
def test_it_agrees_with_plain_torch(strides, sizes, count, training):
    tasks = TASKS[:count]
    neck = build(tasks, strides)
    randomise(neck)
    neck = neck.double().train(training)
    features = [x.double() for x in maps_of(sizes)]
    layers = PlainLayers(neck.state_dict(), training)
    expected = plain(tasks, features, layers, (4, 5), transposed=strides[0] == 16)
    with torch.no_grad():
        outputs = neck(features)
    assert list(outputs) == list(expected) == list(tasks)
    for task, maps in expected.items():
        for found, map_ in zip(outputs[task], maps, strict=True):
            assert map_.abs().max() > 0.1
            torch.testing.assert_close(found, map_, atol=1e-9, rtol=1e-9)


@pytest.mark.parametrize(('strides', 'sizes'), [((8, 16, 32), PYRAMID), ((16,) * 3, ONE_STRIDE)])
def test_every_parameter_gets_a_gradient(strides, sizes):
    neck = build(TASKS[:2], strides)
    outputs = neck(maps_of(sizes))
    sum(x.square().mean() for maps in outputs.values() for x in maps).backward()
    for name, parameter in neck.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name


def test_grids_double_and_the_heads_read_twice_the_last():
    neck = build(('seg',), (16, 16, 16)).eval()
    with torch.no_grad():
        features, prediction = neck([torch.randn(1, width, 8, 12) for width in CHANNELS])['seg']
    assert prediction.shape == (1, 5, 4, 6)
    assert features.shape == (1, 8, 32, 48)  # a quarter of an image of 128x192


def test_patches_of_14_begin_at_28():
    neck = build(('seg',), (14, 14, 14), start_stride=28).eval()
    with torch.no_grad():
        features, prediction = neck([torch.randn(1, width, 8, 12) for width in CHANNELS])['seg']
    assert prediction.shape == (1, 5, 4, 6)
    assert features.shape == (1, 8, 32, 48)


def test_branches_are_dropped_in_training_alone():
    assert all(stage.drop_path.drop_prob == 0 for stage in build().stages)
    neck = build(('seg',), drop_path_rate=0.9)
    randomise(neck)
    features = maps_of(PYRAMID)
    torch.manual_seed(0)
    with torch.no_grad():
        neck.eval()
        first = neck(features)['seg'][0]
        assert torch.equal(neck(features)['seg'][0], first)
        for stage in neck.stages:
            stage.drop_path.train()
        assert not torch.allclose(neck(features)['seg'][0], first)


@pytest.mark.parametrize(
    ('settings', 'message'),
    [
        (
            dict(strides=(16, 32)),
            r'strides: expected one for each of in_channels, \[6, 8, 10\], found \[16, 32\]',
        ),
        (
            dict(strides=(4, 8, 16)),
            r'strides: expected those of the blocks, \[8, 16, 32\], .* found \[4, 8, 16\]',
        ),
        (dict(strides=(8, 16, 24)), r'a divisor of 32 at the end; found \[8, 16, 24\]'),
        (dict(start_stride=30, strides=(7, 15, 30)), r'found \[7, 15, 30\]'),
        (dict(token_channels=6), 'token_channels: expected a multiple of 4, found 6: .*3 blocks'),
        (dict(num_heads=3), 'num_heads: expected a divisor of the 8 channels, found 3'),
        (dict(num_heads=0), 'num_heads: expected a divisor of the 8 channels, found 0'),
        (dict(token_channels=0), 'token_channels: expected a multiple of 4, found 0'),
        (dict(strides=(8, 16, 0)), r'strides: expected numbers from 1 on, found \[8, 16, 0\]'),
        (dict(start_stride=0), 'found .* with start_stride=0'),
        (dict(drop_path_rate=2), 'drop_path_rate: expected a share below 1, found 2'),
    ],
)
def test_wrong_settings_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        build(**settings)


def test_a_task_without_a_prediction_is_named():
    message = (
        r"prediction_channels: expected those of \['seg', 'depth'\], found none of \['depth'\]"
    )
    with pytest.raises(ValueError, match=message):
        InvPTFullNeck(('seg', 'depth'), dict(seg=5), CHANNELS, (8, 16, 32))
