"""The config file of a run: what it says, and that it gives the whole config back."""

from mmengine.config import Config

from mmmtl_bench.suite.config_files import CONFIGS
from mmmtl_bench.suite.experiment_file import changed_values, experiment_config, write_experiment
from tests.utils.fake_runs import spec_of, write_config

MTAN = 'mtan_segnet_cityscapes7.py'
OPTIONS = {
    'model.loss_weighting': dict(_delete_=True, type='DynamicWeightAverage', temperature=20.0),
    'model.backbone.widths': [4, 4, 4, 4, 4],
    'train_dataloader.dataset.pipeline.2.size': [32, 64],
    'param_scheduler': [dict(type='PolyLR', eta_min=0.0, begin=0, end=3)],
    'randomness.seed': 5,
}


def test_the_file_gives_the_whole_config(tmp_path):
    spec = spec_of(MTAN, **OPTIONS)
    cfg = write_experiment(spec, tmp_path)
    path = tmp_path / 'config' / 'experiment.py'
    assert Config.fromfile(path).to_dict() == cfg.to_dict()
    assert path.read_text().splitlines()[:2] == [
        '# toys, MTAN, seg + depth, equal, seed 0: one run of a benchmark, made by '
        'mmmtl benchmark.',
        f"_base_ = ['{CONFIGS / MTAN}']",
    ]
    base = Config.fromfile(CONFIGS / MTAN)
    assert cfg.model.loss_weighting == dict(type='DynamicWeightAverage', temperature=20.0)
    assert cfg.train_dataloader.dataset.pipeline[2].size == [32, 64]
    assert cfg.train_dataloader.dataset.pipeline[1] == base.train_dataloader.dataset.pipeline[1]
    assert cfg.randomness.seed == 5
    assert cfg.custom_hooks == [*base.custom_hooks, dict(type='ValidationLossHook')]
    assert cfg.optim_wrapper == base.optim_wrapper


def test_a_weighting_replaces_the_one_before(tmp_path):
    learnable = dict(type='LearnableWeighting', lr=0.1, window=3)
    path = tmp_path / 'base.py'
    path.write_text(f"_base_ = ['{CONFIGS / MTAN}']\nmodel = dict(loss_weighting={learnable})\n")
    weighting = dict(_delete_=True, type='EqualWeighting')
    spec = spec_of(str(path), **{'model.loss_weighting': weighting})
    write_experiment(spec, tmp_path / 'run')
    cfg = Config.fromfile(tmp_path / 'run' / 'config' / 'experiment.py')
    assert cfg.model.loss_weighting == dict(type='EqualWeighting')
    assert spec.cfg_options['model.loss_weighting'] == weighting  # not changed by being used


def test_the_hook_is_there_once_and_only_with_a_validation(tmp_path):
    config = write_config(tmp_path)
    hook = dict(type='ValidationLossHook')
    assert experiment_config(spec_of(config)).custom_hooks == [dict(type='EpochSeedHook'), hook]
    there = experiment_config(spec_of(config, custom_hooks=[hook]))
    assert there.custom_hooks == [hook]
    without = experiment_config(spec_of(config, val_evaluator=None))
    assert without.custom_hooks == [dict(type='EpochSeedHook')]


def test_changed_values():
    base = dict(same=1, other=1, kept=dict(a=1, b=2), gone=dict(a=1, b=2), text='x', shape=(1, 2))
    changed = dict(
        same=1, other=2, kept=dict(a=1, b=3), gone=dict(b=2), text=dict(c=1), shape=[1, 2], new={}
    )
    assert changed_values(base, changed) == dict(
        other=2,
        kept=dict(b=3),
        gone=dict(_delete_=True, b=2),
        text=dict(_delete_=True, c=1),
        shape=[1, 2],
        new={},
    )
