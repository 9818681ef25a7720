"""What every architecture on SegNet does, whatever it computes."""

import pytest
import torch
import torch.distributed as dist
from mmseg.registry import MODELS
from torch.nn.parallel import DistributedDataParallel

from tests.utils.fourth_task import register_height
from tests.utils.plain.comparison import WIDTHS, build

ARCHITECTURES = {
    'split': (dict(type='SegNet'), None),
    'dense': (dict(type='DenseSegNet'), None),
    'cross-stitch': (dict(type='CrossStitchSegNet'), None),
    'mtan': (dict(type='SegNet', return_blocks=True), dict(type='MTANNeck')),
    'mtan-v1': (dict(type='SegNet', return_blocks=True), dict(type='MTANv1Neck')),
    'mtlbl1': (dict(type='MTLBL1SegNet'), None),
    'mtlbl2': (dict(type='SegNetEncoder'), dict(type='MTLBL2Neck')),
}
MULTI_STREAM = ('dense', 'cross-stitch', 'mtlbl1')


def parts(architecture, tasks):
    backbone, neck = ARCHITECTURES[architecture]
    return (dict(backbone, tasks=tasks) if architecture in MULTI_STREAM else backbone), neck


@pytest.fixture
def one_process(tmp_path):
    dist.init_process_group('gloo', f'file://{tmp_path / "store"}', rank=0, world_size=1)
    yield
    dist.destroy_process_group()


@pytest.mark.parametrize('architecture', ARCHITECTURES)
def test_it_trains_under_ddp_without_looking_for_unused_parameters(architecture, one_process):
    tasks = ['seg', 'depth']
    model = DistributedDataParallel(build(tasks, *parts(architecture, tasks)).train())
    for _ in range(2):  # the second step fails if a parameter was missing in the first
        outputs = model(torch.rand(2, 3, 32, 64))
        sum(output.square().mean() for output in outputs.values()).backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())


@pytest.mark.parametrize('architecture', ARCHITECTURES)
def test_any_size_will_do(architecture):
    tasks = ['seg', 'depth']
    model = build(tasks, *parts(architecture, tasks)).eval()
    with torch.no_grad():
        outputs = model(torch.rand(1, 3, 53, 79))
    assert outputs['seg'].shape == (1, 5, 53, 79)
    assert outputs['depth'].shape == (1, 1, 53, 79)


@pytest.mark.parametrize('count', [1, 4])
@pytest.mark.parametrize('architecture', ARCHITECTURES)
def test_each_task_has_its_own_features(architecture, count, monkeypatch):
    """Or all have the same ones, where the architecture says so; and each reaches the image."""
    register_height(monkeypatch)
    tasks = ['normal', 'height', 'seg', 'depth'][:count]
    backbone, neck = parts(architecture, tasks)
    backbone = MODELS.build(dict(backbone, widths=WIDTHS))
    image = torch.rand(2, 3, 32, 32, requires_grad=True)
    features = backbone(image)
    if neck is not None:
        features = MODELS.build(dict(neck, tasks=tasks, widths=WIDTHS))(features)
    if architecture == 'split':
        features = dict.fromkeys(tasks, features)
    assert list(features) == tasks
    lasts = [features[task][-1] for task in tasks]
    for last in lasts:
        assert last.shape == (2, WIDTHS[0], 32, 32)
        (gradient,) = torch.autograd.grad(last.square().mean(), image, retain_graph=True)
        assert gradient.abs().max() > 0
    for other in lasts[1:]:
        assert torch.equal(lasts[0], other) == (architecture == 'split')
