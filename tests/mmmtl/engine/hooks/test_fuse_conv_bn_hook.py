import copy
import logging
from types import SimpleNamespace

import torch
from mmengine.hooks import EMAHook
from mmseg.registry import HOOKS
from torch import nn

from mmmtl.engine import FuseConvBNHook
from tests.utils import small_segmentor
from tests.utils.random_weights import randomise
from tests.utils.small_segmentor import IMAGES, samples

BATCH = dict(inputs=list(IMAGES), data_samples=samples())


def norms_of(model):
    return sum(isinstance(module, nn.BatchNorm2d) for module in model.modules())


def runner_of(model):
    return SimpleNamespace(model=model, logger=logging.getLogger('test'), hooks=[])


def test_a_copy_is_tested_and_the_model_stays():
    preprocessor = dict(type='MultiTaskDataPreprocessor')
    model = small_segmentor.build(data_preprocessor=preprocessor)
    randomise(model)
    model.eval()
    state = copy.deepcopy(model.state_dict())
    expected = model.test_step(copy.deepcopy(BATCH))[0].pred_depth_map.data
    runner, hook = runner_of(model), HOOKS.build(dict(type='FuseConvBNHook'))
    assert isinstance(hook, FuseConvBNHook)
    for index in range(2):
        hook.before_test_iter(runner, index, BATCH)
        assert norms_of(runner.model) == 0
        found = runner.model.test_step(copy.deepcopy(BATCH))[0].pred_depth_map.data
        torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)
    assert 'pred_depth_map' not in BATCH['data_samples'][0]
    hook.after_test_epoch(runner, {})
    assert runner.model is model
    assert all(torch.equal(model.state_dict()[key], value) for key, value in state.items())
    hook.after_test_epoch(runner, {})  # of a test without a batch
    assert runner.model is model


def test_averaged_weights_are_tested():
    model = small_segmentor.build(data_preprocessor=dict(type='MultiTaskDataPreprocessor'))
    randomise(model)
    runner, averages, hook = runner_of(model.eval()), EMAHook(), FuseConvBNHook()
    averages.before_run(runner)
    with torch.no_grad():
        for parameter in averages.ema_model.parameters():
            parameter.mul_(0.5)
    expected = copy.deepcopy(averages.ema_model.module)
    before = copy.deepcopy(model.state_dict())
    averages.before_test_epoch(runner)
    hook.before_test_iter(runner, 0, BATCH)
    found = runner.model.test_step(copy.deepcopy(BATCH))[0].pred_depth_map.data
    wanted = expected.test_step(copy.deepcopy(BATCH))[0].pred_depth_map.data
    torch.testing.assert_close(found, wanted, atol=1e-4, rtol=1e-4)
    averages.after_test_epoch(runner, {})
    hook.after_test_epoch(runner, {})
    assert all(torch.equal(model.state_dict()[key], value) for key, value in before.items())
