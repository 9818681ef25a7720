"""Layers shared by tasks, with batch normalisation statistics of each task."""

import copy

import pytest
import torch
from mmengine.model import convert_sync_batchnorm, revert_sync_batchnorm
from mmseg.registry import MODELS
from torch import nn

from mmmtl.models.necks.units.shared_by_tasks import TaskBatchNorm

TASKS = ['seg', 'depth']
WIDTHS = (4, 6, 8, 8, 8)
NETWORKS = {
    'MTANNeck': (
        dict(type='SegNet', widths=WIDTHS, return_blocks=True),
        dict(type='MTANNeck', tasks=TASKS, widths=WIDTHS),
    ),
    'MTANResNetNeck': (
        dict(type='MTANResNet', depth=18, base_channels=4),
        dict(type='MTANResNetNeck', tasks=TASKS, in_channels=(4, 8, 16, 32), depth=18),
    ),
    'StageAttentionNeck': (
        dict(type='ResNetV1c', depth=18, base_channels=4, stem_channels=4),
        dict(type='StageAttentionNeck', tasks=TASKS, in_channels=(4, 8, 16, 32)),
    ),
}


def build(name, separate, momentum=0.1):
    torch.manual_seed(0)
    backbone, neck = copy.deepcopy(NETWORKS[name])
    norm = dict(type='BN', momentum=momentum)
    network = nn.ModuleList(
        MODELS.build(part)
        for part in (
            backbone | dict(norm_cfg=norm),
            neck | dict(norm_cfg=norm, separate_statistics=separate),
        )
    )
    for part in network:
        part.init_weights()
    return network


def run(network, images):
    backbone, neck = network
    return {task: levels[-1] for task, levels in neck(backbone(images)).items()}


@pytest.fixture
def images():
    return torch.randn(4, 3, 64, 96, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize('name', NETWORKS)
def test_parameters_and_training_are_the_same(name, images):
    common, separate = (build(name, flag) for flag in (False, True))
    parameters = [dict(network.named_parameters()) for network in (common, separate)]
    assert list(parameters[0]) == list(parameters[1])
    for key, value in parameters[0].items():
        assert value.equal(parameters[1][key])
    outputs = [run(network.double().train(), images.double()) for network in (common, separate)]
    for task in TASKS:
        torch.testing.assert_close(*(output[task] for output in outputs), rtol=1e-9, atol=1e-9)
    for output in outputs:
        sum(value.square().sum() for value in output.values()).backward()
    for key, value in common.named_parameters():
        scale = value.grad.abs().max().item()
        found = separate.get_parameter(key).grad
        torch.testing.assert_close(found, value.grad, rtol=1e-7, atol=1e-7 * max(scale, 1.0))


@pytest.mark.parametrize('name', NETWORKS)
def test_every_task_has_its_own_mean_and_variance(name, images):
    """With a momentum of 1, running statistics are those of the last batch."""
    network = build(name, True, momentum=1.0)
    seen = {}

    def remember(norm, inputs):
        seen[norm, norm.key] = inputs[0].detach()

    norms = [module for module in network.modules() if isinstance(module, TaskBatchNorm)]
    assert norms
    for norm in norms:
        norm.register_forward_pre_hook(remember)
    run(network.train(), images)
    assert len(seen) == 2 * len(norms)
    for (norm, task), x in seen.items():
        found = norm.statistics[task]
        torch.testing.assert_close(found.running_mean, x.mean(dim=(0, 2, 3)))
        torch.testing.assert_close(found.running_var, x.var(dim=(0, 2, 3)))
        assert found.num_batches_tracked == 1


@pytest.mark.parametrize('name', NETWORKS)
def test_a_checkpoint_with_common_statistics_gives_them_to_every_task(name, images):
    common, separate = (build(name, flag) for flag in (False, True))
    with torch.no_grad():
        run(common.train(), images)
    separate.load_state_dict(common.state_dict())
    with torch.no_grad():
        outputs = [run(network.eval(), images) for network in (common, separate)]
    for task in TASKS:
        torch.testing.assert_close(*(output[task] for output in outputs), rtol=1e-4, atol=1e-5)
    again = build(name, True)
    again.load_state_dict(separate.state_dict())


def test_synchronised_normalisation_keeps_the_statistics(images):
    network = build('MTANNeck', True)
    with torch.no_grad():
        run(network.train(), images)
        expected = run(network.eval(), images)
        synchronised = convert_sync_batchnorm(network, implementation='torch')
        kinds = {type(m) for m in synchronised.modules() if 'BatchNorm' in type(m).__name__}
        assert nn.SyncBatchNorm in kinds
        assert nn.BatchNorm2d not in kinds
        found = run(revert_sync_batchnorm(synchronised).eval(), images)
    for task in TASKS:
        assert found[task].equal(expected[task])
