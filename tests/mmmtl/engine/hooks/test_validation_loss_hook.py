import functools
import json
import os
from types import SimpleNamespace

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
import torch.nn.functional as F
from mmengine.config import Config
from mmengine.dataset import ConcatDataset, DefaultSampler
from mmengine.runner import CheckpointLoader
from mmseg.registry import HOOKS, MODELS

from mmmtl.engine import ValidationLossHook
from mmmtl.engine.hooks.validation_loss_hook import image_losses
from mmmtl.evaluation.logged_scalars import read_scalars
from tests.utils.toy.weighting_components import SIZE, TwoTaskDataset
from tests.utils.toy.weighting_runs import CONFIG, weighting_runner

DATA = [
    dict(type='TwoTaskDataset', length=3),
    dict(type='TwoTaskDataset', length=2, tasks=['seg'], first=10),
    dict(type='TwoTaskDataset', length=2, empty=['seg'], first=20),
]


def validating(tmp_path, batch_size=2, **options):
    hooks = Config.fromfile(CONFIG).custom_hooks
    return weighting_runner(
        tmp_path,
        val_dataloader=dict(
            batch_size=batch_size,
            num_workers=0,
            sampler=dict(type='DefaultSampler', shuffle=False),
            dataset=dict(type='ConcatDataset', datasets=DATA),
        ),
        val_evaluator=[dict(type='DepthErrorMetric', prefix='depth')],
        val_cfg=dict(),
        custom_hooks=[*hooks, dict(type='ValidationLossHook')],
        **options,
    )


def items():
    sets = [TwoTaskDataset(**{k: v for k, v in data.items() if k != 'type'}) for data in DATA]
    return ConcatDataset(sets)


def expected_losses(model):
    """Means over the labelled images, in plain torch."""
    found = dict(seg=[], depth=[])
    model.eval()
    for item in items():
        image, sample = item['inputs'], item['data_samples']
        with torch.no_grad():
            outputs = model((image.flip(0).float() / 255)[None], mode='tensor')
        if 'gt_sem_seg' in sample and (sample.gt_sem_seg.data != 255).any():
            found['seg'].append(F.cross_entropy(outputs['seg'], sample.gt_sem_seg.data))
        if 'gt_depth_map' in sample:
            found['depth'].append((outputs['depth'][0] - sample.gt_depth_map.data).abs().mean())
    assert {task: len(losses) for task, losses in found.items()} == dict(seg=5, depth=5)
    return {f'{task}/val_loss': torch.stack(v).mean().item() for task, v in found.items()}


def test_it_logs_the_mean_over_the_labelled_images_of_each_validation(tmp_path):
    runner = validating(tmp_path, train_cfg__max_epochs=2, log_level='INFO')
    model = runner.train()
    log = read_scalars(tmp_path)
    expected = expected_losses(model)
    for key, value in expected.items():
        epochs, values = log.series('val', key)
        assert epochs == [1, 2]
        assert values[1] == pytest.approx(value, rel=1e-5)
        assert values[0] != values[1]
    assert log.series('val', 'depth/abs_err')[0] == [1, 2]  # the metrics are there as before
    (text,) = tmp_path.glob('*/*.log')
    assert f'Epoch(val) [2]  seg/val_loss: {expected["seg/val_loss"]:.4f}' in text.read_text()


def test_of_several_sets_it_logs_the_mean_over_all(tmp_path):
    loaders = {
        f'set{number}': dict(
            batch_size=2,
            num_workers=0,
            sampler=dict(type='DefaultSampler', shuffle=False),
            dataset=data,
        )
        for number, data in enumerate(DATA)
    }
    runner = validating(tmp_path, train_cfg__max_epochs=1)
    runner._val_dataloader = loaders
    runner._val_loop = dict(type='MultiSetValLoop')
    expected = expected_losses(runner.train())
    log = read_scalars(tmp_path)
    for key, value in expected.items():
        assert log.series('val', key)[1] == [pytest.approx(value, rel=1e-5)]


def test_it_leaves_the_training_alone(tmp_path):
    validating(tmp_path / 'with', train_cfg__max_epochs=2).train()
    without = validating(tmp_path / 'without', train_cfg__max_epochs=2)
    without._hooks = [hook for hook in without.hooks if not isinstance(hook, ValidationLossHook)]
    without.train()
    states = [
        CheckpointLoader.load_checkpoint(str(tmp_path / run / 'epoch_2.pth'))['state_dict']
        for run in ('with', 'without')
    ]
    assert all(torch.equal(states[0][key], states[1][key]) for key in states[1])
    assert 'seg/val_loss' not in read_scalars(tmp_path / 'without').keys('val')


def test_iteration_based_loops(tmp_path):
    validating(
        tmp_path,
        train_cfg=dict(_delete_=True, type='IterBasedTrainLoop', max_iters=4, val_interval=2),
        default_hooks__checkpoint=dict(by_epoch=False),
        log_processor=dict(by_epoch=False),
        train_dataloader__sampler=dict(type='InfiniteSampler', shuffle=True),
    ).train()
    lines = [
        json.loads(line)
        for file in tmp_path.glob('*/vis_data/scalars.json')
        for line in file.read_text().splitlines()
    ]
    assert [line['step'] for line in lines if 'seg/val_loss' in line] == [2, 4]


def validate(rank, size, folder, batch_size=2):
    """Runs the hook as one of several processes."""
    os.chdir(folder)  # mmengine collects the results of the ranks in a folder under this one
    if size > 1:
        dist.init_process_group(
            'gloo', init_method=f'file://{folder}/store', rank=rank, world_size=size
        )
    torch.manual_seed(0)
    model = MODELS.build(Config.fromfile(CONFIG).model).eval()
    logged = {}
    runner = SimpleNamespace(
        model=model,
        val_dataloader=SimpleNamespace(dataset=items()),
        log_processor=SimpleNamespace(by_epoch=True),
        epoch=1,
        logger=SimpleNamespace(info=lambda text: None),
        visualizer=SimpleNamespace(add_scalars=lambda scalars, step: logged.update(scalars)),
    )
    hook = ValidationLossHook()
    hook.before_val_epoch(runner)
    share = list(DefaultSampler(runner.val_dataloader.dataset, shuffle=False, seed=0))
    for start in range(0, len(share), batch_size):
        batch = [items()[index] for index in share[start : start + batch_size]]
        data = {key: [item[key] for item in batch] for key in ('inputs', 'data_samples')}
        hook.after_val_iter(runner, start // batch_size, data, data['data_samples'])
    hook.after_val_epoch(runner, {})
    if size == 1:
        return model, logged
    assert bool(logged) is (rank == 0)
    if logged:
        torch.save(logged, 'two.pt')
    dist.destroy_process_group()
    return None


def test_it_depends_neither_on_batches_nor_on_processes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model, one = validate(0, 1, tmp_path)
    assert one == pytest.approx(expected_losses(model), rel=1e-5)
    assert validate(0, 1, tmp_path, batch_size=3)[1] == pytest.approx(one, rel=1e-5)
    function = functools.partial(validate, size=2, folder=str(tmp_path))
    mp.start_processes(function, nprocs=2, start_method='fork')
    assert torch.load('two.pt') == pytest.approx(one, rel=1e-5)


def test_padded_images_and_other_models_are_refused():
    model = MODELS.build(Config.fromfile(CONFIG).model).eval()
    sample = items()[0]['data_samples']
    sample.set_metainfo(dict(padding_size=(0, 2, 0, 0)))
    with pytest.raises(ValueError, match=r'0\.png: .*not padded.*\(0, 2, 0, 0\)'):
        image_losses(model, torch.zeros(1, 3, *SIZE), [sample])
    with pytest.raises(ValueError, match='expected a MultiTaskSegmentor, found Linear'):
        ValidationLossHook().before_val_epoch(SimpleNamespace(model=torch.nn.Linear(1, 1)))


def test_it_is_registered():
    assert HOOKS.get('ValidationLossHook') is ValidationLossHook
