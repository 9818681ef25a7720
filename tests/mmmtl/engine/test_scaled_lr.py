import pytest
from mmengine.config import Config

from mmmtl.engine.scaled_lr import request_scaled_lr
from tests.utils.toy.toy_runs import toy_runner


def test_the_rate_follows_the_batch_size(tmp_path):
    options = dict(auto_scale_lr=dict(base_batch_size=8, enable=True), train_cfg__max_epochs=1)
    runner = toy_runner(tmp_path / 'scaled', **options)
    ratio = runner._train_dataloader['batch_size'] / 8
    lr = runner.cfg.optim_wrapper.optimizer.lr
    runner.train()
    assert runner.optim_wrapper.optimizer.param_groups[0]['initial_lr'] == lr * ratio
    assert ratio != 1


@pytest.mark.parametrize('scaling', [{}, dict(auto_scale_lr=dict(enable=False))])
def test_a_config_without_a_base_is_named(scaling):
    with pytest.raises(ValueError, match=r'--auto-scale-lr: expected auto_scale_lr=dict\(base'):
        request_scaled_lr(Config(scaling))
