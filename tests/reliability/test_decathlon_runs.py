"""The config of the decathlon: killed and resumed, on two processes, in half precision.

What batches of one data set each need is in test_several_sets_runs.py; here are ten data sets, of
which each batch asks for one task, statistics of each, and a score.
"""

import pytest
import torch
from mmengine.runner import CheckpointLoader

from mmmtl.datasets.decathlon_domains import DOMAINS
from mmmtl.evaluation import read_scalars
from tests.utils.decathlon_files import write_domain
from tests.utils.toy.toy_runs import TOY
from tests.utils.toy.weighting_runs import (
    assert_same_state,
    killed_and_resumed,
    train,
    train_on_two_processes,
    weighting_runner,
)

CONFIG = TOY / 'decathlon_config.py'
SETS = dict(model__set_statistics=list(DOMAINS))
SEQUENCE = dict(train_dataloader__batch_sampler__order='sequence')
METRICS = ('decathlon/score', 'decathlon/accuracy', 'vgg_flowers/accuracy')


@pytest.fixture(scope='module')
def data(tmp_path_factory):
    """Options that name the data: four images to train on and two to validate in each domain."""
    root = tmp_path_factory.mktemp('decathlon')
    options = {}
    for name in DOMAINS:
        write_domain(root, name)
        options[f'train_dataloader__dataset__datasets__{name}__data_root'] = str(root)
        options[f'val_dataloader__{name}__dataset__data_root'] = str(root)
        options[f'val_dataloader__{name}__num_workers'] = 0
    return options


def validated(folder):
    log = read_scalars(folder)
    return {key: log.series('val', key)[1] for key in METRICS}


@pytest.mark.e2e
def test_killed_and_resumed_equals_uninterrupted(processes, tmp_path, data):
    def options():
        return dict(config=CONFIG, **data, **SETS, **SEQUENCE)

    train(tmp_path / 'whole', **options())
    killed_and_resumed(processes, tmp_path / 'killed', 'equal', options)
    assert_same_state(tmp_path / 'whole' / 'epoch_2.pth', tmp_path / 'killed' / 'epoch_2.pth')
    whole = validated(tmp_path / 'whole')
    assert len(whole['decathlon/score']) == 2
    assert validated(tmp_path / 'killed') == whole


@pytest.mark.e2e
def test_two_processes_equal_one(processes, tmp_path, data):
    norm = dict(type='GN', num_groups=2)
    options = dict(model__backbone__norm_cfg=norm, model__neck__norm_cfg=norm, **data)
    train(tmp_path / 'one', config=CONFIG, train_dataloader__batch_size=4, **options)
    train_on_two_processes(processes, tmp_path, ['equal'], CONFIG, **options)
    one = CheckpointLoader.load_checkpoint(str(tmp_path / 'one' / 'epoch_2.pth'))['state_dict']
    two = [torch.load(tmp_path / 'equal' / f'rank_{rank}.state') for rank in (0, 1)]
    for key, value in one.items():
        assert torch.equal(two[0][key], two[1][key]), key
        torch.testing.assert_close(two[0][key], value, rtol=1e-4, atol=1e-5, msg=key)
    alone, pair = validated(tmp_path / 'one'), validated(tmp_path / 'equal')
    assert all(pair[key] == pytest.approx(values) for key, values in alone.items())


@pytest.mark.e2e
def test_half_precision(tmp_path, data):
    runner = weighting_runner(
        tmp_path, config=CONFIG, optim_wrapper__type='AmpOptimWrapper', **data, **SETS
    )
    runner.train()
    assert 'CpuAmp' in type(runner.optim_wrapper).__name__ or torch.cuda.is_available()
    assert len(validated(tmp_path)['decathlon/score']) == 2
    assert all(value.isfinite().all() for value in runner.model.state_dict().values())
