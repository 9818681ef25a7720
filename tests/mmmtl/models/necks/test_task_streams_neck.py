import pytest
import torch

from mmmtl.models.necks import TaskStreamsNeck
from mmmtl.models.necks.units import CrossStitchUnit, NDDRUnit
from tests.utils.plain.layers import join
from tests.utils.pyramids import TASKS, assert_agrees, pyramid


def cross_stitch(level, layers, features):
    alpha = layers.state[f'units.{level}.alpha']
    return [
        sum(alpha[i, k].view(1, -1, 1, 1) * x for k, x in enumerate(features))
        for i in range(len(features))
    ]


def nddr(level, layers, features):
    weights = layers.state[f'units.{level}.weight'].chunk(len(features))
    joined = torch.cat(features, dim=1)
    return [
        layers.norm(
            torch.einsum('oc,nchw->nohw', w[..., 0, 0], joined), f'units.{level}.norms.{i}'
        ).relu()
        for i, w in enumerate(weights)
    ]


@pytest.mark.parametrize('training', [False, True])
@pytest.mark.parametrize('count', [1, 2, 3])
@pytest.mark.parametrize(
    ('unit', 'mix'),
    [
        (dict(type='CrossStitchUnit'), cross_stitch),
        (dict(type='CrossStitchUnit', per_channel=False), cross_stitch),
        (dict(type='NDDRUnit'), nddr),
    ],
)
def test_it_agrees_with_plain_torch(unit, mix, count, training):
    tasks = TASKS[:count]

    def plain(features, layers):
        outputs, mixed = [], None
        for level in (2, 1, 0):
            own = []
            for index, task in enumerate(tasks):
                x = features[level]
                x = x if mixed is None else join(x, mixed[index])
                own.append(layers.conv_norm(x, f'streams.{task}.{level}').relu())
            mixed = mix(level, layers, own)
            outputs.insert(0, mixed)
        return {task: [maps[i] for maps in outputs] for i, task in enumerate(tasks)}

    assert_agrees(TaskStreamsNeck(tasks, (6, 8, 10), unit=unit, channels=4), plain, training)


def test_the_units_keep_their_start_when_the_network_is_initialised():
    torch.manual_seed(0)
    neck = TaskStreamsNeck(
        ('seg', 'depth'),
        (6, 8, 10),
        unit=dict(type='NDDRUnit'),
        channels=4,
        init_cfg=dict(type='Constant', layer='Conv2d', val=7.0),
    )
    neck.init_weights()
    assert (neck.streams['seg'][0].conv.weight == 7).all()
    assert torch.equal(neck.units[0].weight, NDDRUnit(2, 4).weight)


def test_a_unit_lets_gradients_cross_the_tasks():
    neck = TaskStreamsNeck(('seg', 'depth'), (6, 8, 10), channels=4)
    neck(pyramid())['depth'][0].square().mean().backward()
    assert all(p.grad.abs().sum() > 0 for p in neck.streams['seg'].parameters())


def test_wrong_settings_are_named():
    with pytest.raises(ValueError, match=r'own_share: .*found 1.5'):
        CrossStitchUnit(2, 3, own_share=1.5)
    with pytest.raises(ValueError, match=r'expected \[6, 8\], found .* \[6, 8, 10\]'):
        TaskStreamsNeck(('seg',), (6, 8))(pyramid())
    with pytest.raises(ValueError, match=r'at least 1 feature maps, found \[\]'):
        TaskStreamsNeck(('seg',), ())
