import json
from types import SimpleNamespace

import pytest
from mmengine.config import Config
from mmseg.registry import MODELS

from mmmtl.deployment import DeployedNetwork, DynamicAxes, describe_network
from mmmtl.tasks import build_tasks
from mmmtl.version import __version__
from tests.utils.own_tasks import TASKS


def test_the_description(inferencer):
    network = DeployedNetwork(inferencer.segmentor)
    texts = describe_network(network, inferencer.metainfo, (32, 48), DynamicAxes.BATCH)
    assert json.loads(texts['input']) == dict(
        name='image',
        dtype='uint8',
        layout='NHWC',
        channels='RGB',
        range=[0, 255],
        size=[32, 48],
        dynamic=['batch'],
    )
    assert json.loads(texts['tasks']) == dict(
        seg=dict(
            quantity='classes',
            classes=['wall', 'floor', 'window'],
            palette=[[200, 0, 0], [0, 200, 0], [0, 0, 200]],
        ),
        depth=dict(quantity='scalar', unit='depth', label='depth [m]'),
        normal=dict(quantity='direction', axes='x right, y down, z forward'),
    )


def test_the_description_of_a_network_whose_data_set_is_unknown(small_model):
    segmentor = MODELS.build(Config.fromfile(small_model.config).model)
    network = DeployedNetwork(segmentor)
    tasks = json.loads(describe_network(network, {}, (32, 48), DynamicAxes.ALL)['tasks'])
    assert tasks['seg'] == dict(quantity='classes')
    assert tasks['depth'] == dict(quantity='scalar')


def stand_in(**head):
    """A network of one task of classes, of which only what is described is there."""
    heads = dict(seg=SimpleNamespace(**head))
    segmentor = SimpleNamespace(tasks=build_tasks(['seg']), decode_head=heads)
    return SimpleNamespace(image_type='float32', segmentor=segmentor)


@pytest.mark.parametrize(
    ('head', 'expected'),
    [
        (dict(out_channels=1, threshold=0.3), 0.3),
        (dict(out_channels=1, threshold=None), 0.5),
        (dict(out_channels=2, threshold=0.3), None),
    ],
)
def test_the_threshold_of_a_single_logit(head, expected):
    texts = describe_network(stand_in(**head), {}, (4, 6), DynamicAxes.NONE)
    assert json.loads(texts['tasks'])['seg'].get('threshold') == expected


def test_what_the_file_was_made_with_and_what_it_reads():
    texts = describe_network(stand_in(), {}, (4, 6), DynamicAxes.ALL)
    assert texts['mmmtl'] == __version__
    found = json.loads(texts['input'])
    assert found['dtype'] == 'float32'
    assert found['dynamic'] == ['batch', 'height', 'width']


def test_each_kind_says_what_its_numbers_mean():
    tasks = build_tasks({name: TASKS[name] for name in ('parts', 'edge', 'height', 'flow')})
    heads = {name: SimpleNamespace(out_channels=task.channels) for name, task in tasks.items()}
    heads['parts'].out_channels = 3
    segmentor = SimpleNamespace(tasks=tasks, decode_head=heads)
    network = SimpleNamespace(image_type='uint8', segmentor=segmentor)
    texts = describe_network(network, {'classes': ['other']}, (4, 6), DynamicAxes.NONE)
    assert json.loads(texts['tasks']) == dict(
        parts=dict(
            quantity='classes',
            classes=['head', 'body', 'legs'],
            palette=[[230, 60, 40], [40, 160, 60], [60, 80, 220]],
        ),
        edge=dict(quantity='binary', values='logits; their sigmoid is the probability'),
        height=dict(quantity='scalar', unit='m', label='height [m]'),
        flow=dict(quantity='vector', channels=2, along_image=True, unit='px'),
    )
