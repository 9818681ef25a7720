"""Checkpoints that do not fit a run of mmengine's Runner, and those that do."""

from itertools import count

import pytest
import torch
from mmseg.registry import DATASETS, HOOKS

from mmmtl.engine import CheckpointFitHook
from tests.utils.toy.weighting_components import TwoTaskDataset
from tests.utils.toy.weighting_runs import train, weighting_runner

RUNS = count()
WIDER = dict(model__backbone__widths=(4, 6), model__neck__widths=(4, 6))


@DATASETS.register_module()
class MeasuredDataset(TwoTaskDataset):
    """Has a unit of depth, and the classes that it is given."""

    def __init__(self, depth_unit='depth', classes=('a', 'b', 'c'), **options):
        super().__init__(**options)
        self._metainfo |= dict(depth_unit=depth_unit, classes=classes)


def loader(**dataset):
    sampler = dict(type='DefaultSampler', shuffle=False)
    dataset = {'type': 'MeasuredDataset', 'length': 2, **dataset}
    return dict(batch_size=2, num_workers=0, sampler=sampler, dataset=dataset)


def train_on(**dataset):
    """Replaces the config's data set."""
    given = loader(**dataset)
    return dict(train_dataloader={**given, 'dataset': {**given['dataset'], '_delete_': True}})


@pytest.fixture(scope='module')
def trained(tmp_path_factory):
    """A checkpoint after one epoch, with the uncertainty weighting."""
    folder = tmp_path_factory.mktemp('trained')
    one_epoch = dict(train_cfg__max_epochs=1, default_hooks__checkpoint__interval=1)
    train(folder / 'run', 'uncertainty', **train_on(), **one_epoch)
    return folder / 'run' / 'epoch_1.pth'


@pytest.fixture
def changed(trained, tmp_path):
    """Writes the checkpoint with other content."""

    def write(change):
        content = torch.load(trained, weights_only=False)
        change(content)
        torch.save(content, tmp_path / 'changed.pth')
        return tmp_path / 'changed.pth'

    return write


def runner_from(folder, checkpoint, weighting='uncertainty', **options):
    options = dict(load_from=str(checkpoint)) | train_on() | options
    return weighting_runner(folder / f'run{next(RUNS)}', weighting, **options)


def refused(runner, message, how='train'):
    with pytest.raises(ValueError, match=message) as error:
        getattr(runner, how)()
    assert '\n' not in str(error.value)
    assert runner.iter == 0 or runner._resume


def evaluated(**dataset):
    evaluators = [dict(type='DepthErrorMetric')]
    return dict(test_dataloader=loader(**dataset), test_evaluator=evaluators, test_cfg=dict())


def test_it_is_registered():
    assert HOOKS.get('CheckpointFitHook') is CheckpointFitHook


def test_a_checkpoint_that_fits_is_tested_trained_from_and_resumed(trained, tmp_path):
    assert 'depth/abs_err' in runner_from(tmp_path, trained, 'equal', **evaluated()).test()
    runner_from(tmp_path, trained, 'equal', train_cfg__max_epochs=1).train()
    resumed = runner_from(tmp_path, trained, resume=True, train_cfg__max_epochs=2)
    resumed.train()
    assert resumed.epoch == 2


def test_other_widths(trained, tmp_path):
    message = 'epoch_1.pth: expected the weights .*have another shape .backbone.*, expected'
    refused(runner_from(tmp_path, trained, **evaluated(), **WIDER), message, 'test')
    refused(runner_from(tmp_path, trained, **WIDER), message + '.*load_partial')
    refused(runner_from(tmp_path, trained, resume=True, **WIDER), message)


def test_a_file_without_weights(changed, tmp_path):
    path = changed(lambda content: content['state_dict'].clear())
    refused(runner_from(tmp_path, path, **evaluated()), 'changed.pth: expected weights', 'test')


def test_another_weighting_counts_where_a_training_goes_on(trained, changed, tmp_path):
    refused(runner_from(tmp_path, trained, 'equal', resume=True), '1 are surplus .loss_weighting')
    without_state = changed(
        lambda content: [
            content['state_dict'].pop(name)
            for name in list(content['state_dict'])
            if name.startswith('loss_weighting')
        ]
    )
    refused(
        runner_from(tmp_path, without_state, 'equal', resume=True),
        'had the loss weighting UncertaintyWeighting, expected .*, EqualWeighting',
    )


@pytest.mark.parametrize(
    ('dataset', 'message'),
    [
        (dict(depth_unit='disparity'), "'depth' was trained with unit 'depth', .*, 'disparity'"),
        (dict(classes=('a', 'x', 'c')), r"'seg' was .* classes 'b' \(number 1\), .*, 'x'"),
    ],
)
def test_data_that_means_something_else(trained, tmp_path, dataset, message):
    message = f'epoch_1.pth: the task {message}'
    refused(runner_from(tmp_path, trained, **evaluated(**dataset)), message, 'test')
    refused(runner_from(tmp_path, trained, **train_on(**dataset)), message)


def test_a_file_without_definitions_is_accepted_with_a_line(changed, tmp_path, monkeypatch):
    lines = []
    module = 'mmmtl.engine.stored_definitions.print_log'
    monkeypatch.setattr(module, lambda text, **options: lines.append(text))
    path = changed(lambda content: content.pop('meta'))
    runner_from(tmp_path, path, **evaluated(depth_unit='disparity')).test()
    (line,) = lines
    assert line.startswith(f'{path} does not say what its tasks are')


def test_declared_parts_start_as_initialised(trained, tmp_path):
    def with_classes(count, **options):
        options |= train_on(classes=tuple('abcde')[:count]) | dict(train_cfg__max_epochs=1)
        return runner_from(tmp_path, trained, model__decode_head__seg__num_classes=count, **options)

    refused(with_classes(4), r'2 have another shape \(decode_head.seg.conv_seg.weight')
    with_classes(4, load_partial=['decode_head.seg.conv_seg']).train()
    refused(with_classes(4, load_partial='decode_head'), 'load_partial: expected a list')
