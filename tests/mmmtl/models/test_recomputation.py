import copy

import pytest
import torch
from mmseg.registry import MODELS
from torch import nn

from mmmtl.models.layers import ConvNormAct
from mmmtl.models.recomputation import recompute
from mmmtl.models.segmentors.set_statistics import SetBatchNorm
from mmmtl_bench.speed.heavy_operations import HeavyOperations
from mmmtl_bench.speed.peak_memory import peak_memory
from tests.utils.plain.comparison import IMAGE


def networks(backbone, neck=None):
    """The same network twice: as it is, and with what can be recomputed."""
    head = dict(in_channels=8, channels=8)
    parts = dict(backbone=backbone) | ({} if neck is None else dict(neck=neck))
    model, lean = (
        MODELS.build(
            dict(
                type='MultiTaskSegmentor',
                decode_head=dict(
                    depth=dict(type='DepthHead', **head), normal=dict(type='NormalHead', **head)
                ),
                **{name: {**part, 'with_cp': with_cp} for name, part in parts.items()},
            )
        )
        for with_cp in (False, True)
    )
    lean.load_state_dict(model.state_dict())
    return model.train(), lean.train()


def train_on(model, image):
    torch.manual_seed(0)
    outputs = model(image, mode='tensor')
    sum(output.square().mean() for output in outputs.values()).backward()
    return outputs


def assert_same_gradients(model, lean):
    for (name, p), q in zip(model.named_parameters(), lean.parameters(), strict=True):
        if not name.startswith('loss_weighting'):
            assert torch.equal(p.grad, q.grad), name


SEGNET = dict(type='SegNet', widths=(8, 12, 16, 20, 20))
MTAN = dict(type='MTANNeck', widths=SEGNET['widths'])
NETWORKS = [
    ({**SEGNET, 'return_blocks': True}, MTAN),
    ({**SEGNET, 'return_blocks': True}, {**MTAN, 'separate_statistics': True}),
    (SEGNET, None),
    (
        dict(type='DenseUNetEncoder', widths=(8, 8, 8, 8), bottleneck_width=8),
        dict(type='CrossTalkDecoder', in_channels=(8, 8, 8, 8, 8)),
    ),
]


@pytest.mark.parametrize(('backbone', 'neck'), NETWORKS)
def test_outputs_gradients_and_statistics_have_the_same_bits(backbone, neck):
    model, lean = networks(backbone, neck)
    expected, found = train_on(model, IMAGE), train_on(lean, IMAGE)  # with the same dropout
    for task in expected:
        assert torch.equal(expected[task], found[task])
    assert_same_gradients(model, lean)
    for (name, p), q in zip(model.named_buffers(), lean.buffers(), strict=True):
        assert torch.equal(p, q), name
    tracked = {b.item() for name, b in lean.named_buffers() if name.endswith('batches_tracked')}
    assert 1 in tracked


def test_large_convolutions_are_not_repeated_and_small_ones_are():
    counts = []
    for model in networks(*NETWORKS[0]):
        heavy = HeavyOperations()
        with heavy:
            train_on(model, IMAGE)
        sizes = {1: 0, 3: 0}
        for (name, shapes), count in heavy.counts.items():
            if name == 'aten.convolution.default':
                sizes[3 if ', 3, 3), torch.float32)' in shapes else 1] += count
        counts.append(sizes)
    plain, lean = counts
    assert lean[3] == plain[3] == 13 * 2 + 2 * 10 + 2
    assert plain[1] == 2 * 20 + 2
    assert lean[1] == plain[1] + 2 * 20


def test_less_is_kept():
    image = torch.rand(2, 3, 64, 96)
    peaks = []
    for model in networks(*NETWORKS[0]):
        train_on(model, image)
        peaks.append(peak_memory(lambda model=model: train_on(model, image), 'cpu'))
    assert peaks[1] < 0.6 * peaks[0]


def test_backward_may_be_called_for_each_task():
    model, lean = networks(*NETWORKS[0])
    gradients = []
    for one in (model, lean):
        outputs = one(IMAGE, mode='tensor')
        losses = [output.square().mean() for output in outputs.values()]
        parameters = [*one.backbone.parameters()]
        gradients.append(
            [torch.autograd.grad(loss, parameters, retain_graph=True) for loss in losses]
        )
    for expected, found in zip(*gradients, strict=True):
        for p, q in zip(expected, found, strict=True):
            assert torch.equal(p, q)


def test_each_task_has_its_own_statistics_in_backward_too():
    """As of Grad-CAM: the normalisations that tasks share have turned to the last task by then."""
    model, lean = networks(*NETWORKS[1])
    for one in (model.eval(), lean.eval()):
        torch.manual_seed(1)
        for name, buffer in one.named_buffers():
            if name.endswith('running_mean'):
                buffer.uniform_(-0.1, 0.1)
            elif name.endswith('running_var'):
                buffer.uniform_(0.05, 0.5)
        train_on(one, IMAGE)
    assert_same_gradients(model, lean)


def test_a_batch_has_its_own_data_sets_in_backward_too():
    images = torch.rand(2, 3, 8, 8)
    gradients = []
    for lean in (False, True):
        torch.manual_seed(0)
        norm = SetBatchNorm(nn.BatchNorm2d(4), ['day', 'night'])
        layers = nn.Sequential(nn.Conv2d(3, 4, 3), norm, nn.ReLU())
        norm.sets = ('night', 'day')
        output = recompute(layers, images, of=[layers]) if lean else layers(images)
        norm.key, norm.sets = 'night', ()
        (output * torch.rand(output.shape)).sum().backward()
        assert norm.chosen == {'key': 'night', 'sets': ()}
        gradients.append([p.grad for p in layers.parameters()])
    for expected, found in zip(*gradients, strict=True):
        assert torch.equal(expected, found)


def test_without_gradients_it_is_a_plain_call():
    layers = nn.Sequential(ConvNormAct(3, 4), ConvNormAct(4, 4))
    expected = copy.deepcopy(layers)(IMAGE)
    with torch.no_grad():
        found = recompute(layers, IMAGE, of=[layers])
    assert torch.equal(found, expected)
    assert found.grad_fn is None
