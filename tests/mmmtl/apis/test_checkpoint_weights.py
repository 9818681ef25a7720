import numpy as np
import pytest
import torch
from mmengine.config import Config
from torch import nn

from mmmtl.apis import checkpoint_weights as module
from mmmtl.apis.checkpoint_weights import find_metainfo, load_weights, stored_meaning
from mmmtl.tasks import ClassTask, ScalarTask, build_tasks, complete_tasks


class Network(nn.Module):
    """Four numbers to predict with, and some that only training uses."""

    def __init__(self):
        super().__init__()
        self.backbone = nn.Linear(2, 1)
        self.head = nn.Linear(1, 1)
        self.auxiliary_head = nn.Linear(1, 1)


def numbers(model):
    return {name: value.flatten().tolist() for name, value in model.state_dict().items()}


WEIGHTS = {
    'backbone.weight': torch.tensor([[1.0, 2.0]]),
    'backbone.bias': torch.tensor([3.0]),
    'head.weight': torch.tensor([[4.0]]),
    'head.bias': torch.tensor([5.0]),
}


@pytest.mark.parametrize('wrap', [lambda weights: weights, lambda weights: {'state_dict': weights}])
@pytest.mark.parametrize('prefix', ['', 'module.'])
def test_weights_are_loaded_with_or_without_what_is_around_them(wrap, prefix):
    model = Network()
    auxiliary = numbers(model)['auxiliary_head.weight']
    load_weights(model, wrap({f'{prefix}{name}': value for name, value in WEIGHTS.items()}))
    found = numbers(model)
    assert found['backbone.weight'] == [1, 2]
    assert found['backbone.bias'] == [3]
    assert (found['head.weight'], found['head.bias']) == ([4], [5])
    assert found['auxiliary_head.weight'] == auxiliary


def test_left_over_weights_of_the_training_do_no_harm():
    extra = {
        'auxiliary_head.conv.weight': torch.ones(1),
        'loss_weighting.log_variance': torch.ones(3),
        'finite_losses.count': torch.ones(1),
    }
    model = Network()
    load_weights(model, {**WEIGHTS, **extra})
    assert numbers(model)['head.bias'] == [5]


@pytest.fixture
def cfg():
    """A config whose test set is NYUv2, whose files are not there."""
    dataset = dict(type='NYUv2MultiTaskDataset', data_root='nowhere')
    return Config(dict(test_dataloader=dict(dataset=dataset)))


def test_the_checkpoint_tells_what_the_outputs_mean(cfg):
    told = dict(classes=('a', 'b'), palette=np.array([[1, 2, 3], [4, 5, 6]]), depth_unit='mtan')
    found = find_metainfo(dict(meta=dict(dataset_meta={**told, 'other': 1})), cfg)
    assert found == dict(classes=['a', 'b'], palette=[[1, 2, 3], [4, 5, 6]], depth_unit='mtan')


def test_the_config_tells_what_the_checkpoint_does_not(cfg):
    told = dict(classes=('a', 'b'), palette=None)
    found = find_metainfo(dict(meta=dict(dataset_meta=told)), cfg)
    assert found['classes'] == ['a', 'b']
    assert (len(found['palette']), found['depth_unit']) == (13, 'depth')


@pytest.mark.parametrize('checkpoint', [{}, dict(meta=None), dict(meta=dict(dataset_meta=None))])
def test_without_a_test_set_nothing_is_known(checkpoint):
    assert find_metainfo(checkpoint, Config()) == {}


def test_a_data_set_that_cannot_be_built_is_logged(monkeypatch):
    logged = []
    monkeypatch.setattr(module, 'print_log', lambda text, **options: logged.append(text))
    cfg = Config(dict(test_dataloader=dict(dataset=dict(type='NoSuchDataset'))))
    told = dict(meta=dict(dataset_meta=dict(classes=['a'])))
    assert find_metainfo(told, cfg) == dict(classes=['a'])
    assert 'No classes, palette and unit of depth from NoSuchDataset' in logged[-1]


def test_an_older_checkpoint_counts_more_than_the_test_set_and_is_logged(cfg, monkeypatch):
    logged = []
    monkeypatch.setattr(module, 'print_log', lambda text, **options: logged.append(text))
    told = dict(classes=('a', 'b'), palette=[(1, 2, 3), (4, 5, 6)], depth_unit='disparity')
    found = find_metainfo(dict(meta=dict(dataset_meta=told)), cfg)
    assert complete_tasks(build_tasks(['seg', 'depth']), found) == dict(
        seg=ClassTask(name='seg', classes=('a', 'b'), palette=((1, 2, 3), (4, 5, 6))),
        depth=ScalarTask(name='depth', unit='disparity'),
    )
    assert len(logged) == 1
    assert logged[0].startswith('The checkpoint has no definitions of its tasks: it is older')


def test_the_test_set_defines_the_tasks_of_an_older_checkpoint():
    tasks = dict(
        parts=dict(type='ClassTask', classes=('head', 'legs')),
        depth=dict(type='ScalarTask', unit='mtan'),
    )
    folders = dict(img_path='i', parts_map_path='p', depth_map_path='d')
    dataset = dict(type='MultiTaskDataset', tasks=tasks, data_prefix=folders)
    cfg = Config(dict(test_dataloader=dict(dataset=dataset)))
    found = find_metainfo({}, cfg)
    assert found['tasks'] == dict(
        parts=dict(type='ClassTask', classes=['head', 'legs']),
        depth=dict(type='ScalarTask', unit='mtan'),
    )


def test_definitions_in_a_checkpoint_need_no_test_set(cfg):
    tasks = dict(parts=dict(type='ClassTask', classes=['head', 'legs']))
    stored = dict(classes=(), tasks=tasks, depth_unit='depth')
    assert find_metainfo(dict(meta=dict(dataset_meta=stored)), cfg) == dict(
        tasks=tasks, depth_unit='depth'
    )


def test_the_checkpoint_says_what_the_weights_were_trained_for(monkeypatch):
    lines = []
    monkeypatch.setattr(module, 'print_log', lambda text, **how: lines.append(text))
    trained = dict(
        parts=dict(type='ClassTask', classes=['head', 'body']),
        height=dict(type='ScalarTask', unit='m'),
    )
    own = build_tasks({**trained, 'height': {**trained['height'], 'max_value': 3.0}})
    found = stored_meaning(own, dict(tasks=trained))
    assert found == build_tasks(trained)
    (line,) = lines
    assert line.startswith("The task 'height' is taken as the checkpoint defines it")
    for other, message in (
        (dict(type='BinaryTask'), "'height' was trained with type 'ScalarTask', .* 'BinaryTask'"),
        (dict(type='ScalarTask', unit='cm'), "'height' was trained with unit 'm', .* 'cm'"),
    ):
        with pytest.raises(ValueError, match=f'^a.pth: the task {message}'):
            stored_meaning(build_tasks({**trained, 'height': other}), dict(tasks=trained), 'a.pth')
    assert stored_meaning(own, {}) == own
