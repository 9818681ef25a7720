import os
import signal
import subprocess
import sys

import pytest
import torch
from mmengine.hooks import Hook

from mmmtl.apis.feature_cache import (
    build_network,
    cache_features,
    features_folder,
    refuse_random_transforms,
    without_features,
)
from mmmtl.apis.launch import build_runner, load_config
from mmmtl.compat.safetensors_files import read_safetensors
from mmmtl.compat.scope import registry_scope
from tests.utils.feature_runs import write_probe
from tests.utils.paths import REPOSITORY


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_probe(tmp_path)
    return tmp_path


class Remembers(Hook):
    """Keeps the losses of each step."""

    def __init__(self):
        self.losses = []

    def after_train_iter(self, runner, outputs=None, **_):
        self.losses.append({name: value.item() for name, value in outputs.items()})


def config():
    return load_config('probe.py', None, 'run')


def train(cfg, folder):
    cfg.work_dir = str(folder)
    cfg.experiment_name = cfg.visualizer.name = f'{folder.parent.name}_{folder.name}'
    runner = build_runner(cfg)
    remembers = Remembers()
    runner.register_hook(remembers)
    runner.train()
    return runner, remembers.losses


def forbid_in_training(module, *_):
    assert not module.training, f'{type(module).__name__} computes in training'


def contents(folder):
    """What the files of a folder hold; safetensors puts the names in its header in any order."""
    found = {}
    for path in (path for path in folder.rglob('*') if path.is_file()):
        content = read_safetensors(path)
        numbers = {name: value.numpy().tobytes() for name, value in content['state_dict'].items()}
        found[str(path.relative_to(folder))] = (content['meta'], numbers)
    return found


def cache(cfg, out='features', lines=None, **settings):
    return cache_features(cfg, out, tell=(lines if lines is not None else []).append, **settings)


def test_training_from_stored_features_has_the_same_losses(folder):
    cfg = config()
    lines = []
    done = cache(cfg, lines=lines)
    assert (done.written, done.kept) == (4, 0)
    (line,) = lines
    # 16 channels at 3 x 5 patches, of 4 bytes
    assert 'features: 4 images of about 0.00096 MB take about 0.00384 MB: map_0' in line
    assert '(16, 3, 5) as float32' in line
    plain, expected = train(without_features(cfg), folder / 'plain')
    stored, losses = train(cfg, folder / 'stored')
    assert len(losses) == len(expected) == 4
    assert {'loss', 'seg/raw', 'depth/raw'} <= set(expected[0])
    for found, computed in zip(losses, expected, strict=True):
        assert found == pytest.approx(computed, abs=1e-6)
    for (name, value), other in zip(
        plain.model.state_dict().items(), stored.model.state_dict().values(), strict=True
    ):
        torch.testing.assert_close(value, other, atol=1e-5, rtol=1e-5, msg=name)


def test_the_backbone_is_not_run_in_training(folder):
    cfg = config()
    cache(cfg)
    cfg.train_cfg.update(max_epochs=1)
    cfg.work_dir = 'run'
    runner = build_runner(cfg)
    runner.model.backbone.register_forward_pre_hook(forbid_in_training)
    runner.train()
    assert runner.iter == 2


KILLED = """
import os, signal
from mmmtl.apis.feature_cache import cache_features
from mmmtl.apis.launch import load_config

def track(indices):
    for index in indices:
        if index == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        yield index

cache_features(load_config('probe.py', None, 'run'), 'stopped', track=track)
"""


def test_a_killed_run_goes_on_to_the_same_folder(folder):
    killed = subprocess.run(
        [sys.executable, '-c', KILLED],
        env={**os.environ, 'PYTHONPATH': str(REPOSITORY)},
        capture_output=True,
        text=True,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    stopped = contents(folder / 'stopped')
    assert len(stopped) == 2
    rest = folder / 'stopped' / '00' / f'.x.safetensors.{"0" * 32}.tmp'
    rest.parent.mkdir(exist_ok=True)
    rest.write_bytes(b'half a file')
    cfg = config()
    done = cache(cfg, 'stopped')
    assert (done.written, done.kept) == (2, 2)
    cache(cfg, 'whole')
    assert contents(folder / 'stopped') == contents(folder / 'whole')
    assert (cache(cfg, 'whole').written, len(contents(folder / 'whole'))) == (0, 4)


def test_half_as_wide_numbers(folder):
    cfg = config()
    first = cache(cfg, 'wide')
    second = cache(cfg, 'narrow', dtype='float16')
    assert second.num_bytes < first.num_bytes
    with pytest.raises(ValueError, match=r'of this backbone as torch.float16, found .* float32'):
        cache(cfg, 'wide', dtype='float16')
    with pytest.raises(ValueError, match=r"^dtype: expected one of .* found 'int8'"):
        cache(cfg, 'wide', dtype='int8')


def test_features_of_another_backbone_are_refused(folder):
    cfg = config()
    cfg.model.backbone.out_indices = [2]
    cache(cfg)
    other = config()
    with pytest.raises(ValueError, match=r'found features of another backbone; remove the folder'):
        cache(other)
    with pytest.raises(ValueError, match=r'expected those of this backbone, found stored ones'):
        train(other, folder / 'foreign')


def test_weights_of_a_checkpoint_count(folder):
    cfg = config()
    with registry_scope('mmseg'):
        model = build_network(cfg)
    weights = {f'backbone.{name}': value + 1 for name, value in model.backbone.state_dict().items()}
    torch.save(dict(state_dict={**weights, 'neck.other': torch.zeros(1)}), 'tuned.pth')
    cfg.load_from = 'tuned.pth'
    with registry_scope('mmseg'):
        loaded = build_network(cfg)
    for name, value in loaded.backbone.state_dict().items():
        assert torch.equal(value, weights[f'backbone.{name}'])
    cache(cfg, 'tuned')
    with pytest.raises(ValueError, match='found features of another backbone'):
        cache(config(), 'tuned')
    torch.save(dict(state_dict={name: weights[name] for name in [*weights][1:]}), 'tuned.pth')
    with pytest.raises(ValueError, match=r'tuned\.pth.*backbone\.'):
        cache(cfg, 'lacking')


def test_features_of_another_pipeline_are_refused(folder):
    cfg = config()
    cache(cfg)
    smaller = dict(type='ReduceResolution', size=(16, 32))
    cfg.train_dataloader.dataset.pipeline.insert(2, smaller)
    with pytest.raises(FileNotFoundError, match=r'features: expected the features of .*png as the'):
        train(cfg, folder / 'foreign')


@pytest.mark.parametrize(
    'transform',
    [
        dict(type='MultiTaskRandomFlip', prob=0.5),
        dict(type='RandomScaleCrop'),
        dict(type='PhotoMetricDistortion'),
    ],
)
def test_random_transforms_are_refused_by_name(folder, transform):
    cfg = config()
    cfg.train_dataloader.dataset.pipeline.insert(2, transform)
    with pytest.raises(ValueError, match=rf'^pipeline: .* found {transform["type"]}\.'):
        cache(cfg)
    assert not (folder / 'features').exists()


def test_a_flip_in_training_is_refused(folder):
    cfg = config()
    cache(cfg)
    cfg.train_dataloader.dataset.pipeline.insert(2, dict(type='MultiTaskRandomFlip', prob=1.0))
    with pytest.raises(FileNotFoundError, match=r'if the pipeline changes no image at random'):
        train(cfg, folder / 'flipped')


@pytest.mark.parametrize('settings', [dict(frozen=False), dict(trained_blocks=1)])
def test_a_trained_backbone_is_refused(folder, settings):
    cfg = config()
    cfg.model.backbone.update(settings)
    with pytest.raises(ValueError, match=r'^features: expected a backbone of which nothing is'):
        cache(cfg)


def test_the_folder_is_that_of_the_pipelines():
    cfg = config_of([dict(type='LoadFeatures', folder='one')], [])
    assert str(features_folder(cfg)) == 'one'
    plain = without_features(cfg)
    assert features_folder(plain) is None
    assert str(features_folder(cfg)) == 'one'
    several = config_of([dict(type='LoadFeatures', folder=name)] for name in 'ab')
    with pytest.raises(ValueError, match=r"expected one folder, found \['a', 'b'\]"):
        features_folder(several)


def config_of(*pipelines):
    from mmengine.config import Config

    if len(pipelines) == 1:
        pipelines = list(pipelines[0])
    datasets = [dict(type='A', pipeline=list(steps)) for steps in pipelines]
    return Config(dict(train_dataloader=dict(dataset=dict(type='B', datasets=datasets))))


def test_joined_data_sets_are_looked_through(folder):
    from mmseg.registry import DATASETS

    part = dict(without_features(config()).train_dataloader.dataset)
    flips = dict(part, pipeline=[*part['pipeline'][:2], dict(type='MultiTaskRandomFlip', prob=0.5)])
    refuse_random_transforms(DATASETS.build(dict(type='ConcatDataset', datasets=[part, part])))
    joined = DATASETS.build(dict(type='ConcatDataset', datasets=[part, flips]))
    with pytest.raises(ValueError, match='MultiTaskRandomFlip'):
        refuse_random_transforms(joined)
