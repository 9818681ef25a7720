"""Weights of the MTAN authors' networks give the same outputs here."""

import pytest
import torch
from mmengine.config import Config
from mmseg.registry import MODELS
from torch import nn

from mmmtl.compat.checkpoint import CheckpointError
from mmmtl.models.checkpoints.mtan_checkpoints import (
    ARCHITECTURES,
    TASKS,
    convert_mtan_weights,
    key_map,
)
from tests.utils.public_networks import FULL, PublicSegNet, PublicStreams
from tests.utils.public_wide_resnet import PublicWideResNet

SMALL = (6, 8, 10, 12, 12)
NETWORKS = {
    'single-seg': dict(arch='single', tasks=['seg']),
    'single-depth': dict(arch='single', tasks=['depth']),
    'single-normal': dict(arch='single', tasks=['normal']),
    'stan-seg': dict(arch='stan', tasks=['seg']),
    'stan-normal': dict(arch='stan', tasks=['normal']),
    'split': dict(arch='split', tasks=TASKS),
    'split-deep': dict(arch='split', tasks=TASKS, deep=True),
    'dense': dict(arch='dense', tasks=TASKS),
    'cross': dict(arch='cross', tasks=TASKS),
    'mtan': dict(arch='mtan', tasks=TASKS),
}
IMAGE = torch.rand(4, 3, 32, 64, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def public(arch, **settings):
    network = PublicStreams if arch in ('dense', 'cross') else PublicSegNet
    return network(arch, **settings)


def config(repository, converted, data='nyuv2'):
    single = f'-{converted.tasks[0]}' if len(converted.tasks) == 1 else ''
    path = repository / 'configs' / f'{converted.experiment}_{data}{single}.py'
    return Config.fromfile(path).model


def narrow(model, width, widths):
    model.backbone.widths = widths
    if 'neck' in model:
        model.neck.widths = widths
    for head in model.decode_head.values():
        head.in_channels = head.channels = width
    return model


def randomise(network):
    generator = torch.Generator().manual_seed(0)
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, generator=generator)
            nn.init.normal_(module.bias, std=0.1, generator=generator)
        elif isinstance(module, nn.BatchNorm2d):
            for tensor, low in ((module.weight, 0.5), (module.bias, -0.5)):
                nn.init.uniform_(tensor, low, low + 1, generator=generator)
            nn.init.uniform_(module.running_mean, -0.5, 0.5, generator=generator)
            nn.init.uniform_(module.running_var, 0.5, 1.5, generator=generator)


def loss_of(outputs, tasks):
    """A smooth loss that every pixel of every channel has its own target in."""
    generator = torch.Generator().manual_seed(2)
    target = torch.randn(IMAGE[:, :1].shape, generator=generator).double()
    return torch.stack([(outputs[task] - target).square().mean() for task in tasks]).sum()


def train(network, forward, tasks, steps=10):
    network.train()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-4)
    for _ in range(steps):
        optimizer.zero_grad()
        loss_of(forward(IMAGE), tasks).backward()
        optimizer.step()


@pytest.fixture(scope='module', params=NETWORKS)
def pair(request, repository):
    """One of their networks, trained for ten steps, and ours with the converted weights."""
    settings = NETWORKS[request.param]
    theirs = public(widths=SMALL, **settings).double()
    randomise(theirs)
    train(theirs, theirs, settings['tasks'])
    converted = convert_mtan_weights(theirs.state_dict(), settings['arch'])
    assert converted.tasks == tuple(settings['tasks'])
    assert converted.num_classes == (13 if 'seg' in settings['tasks'] else None)
    ours = MODELS.build(narrow(config(repository, converted), SMALL[0], SMALL)).double()
    ours.load_state_dict(converted.state_dict, strict=True)
    names = key_map(settings['arch'], converted.tasks, settings.get('deep', False))
    return theirs, ours, names


def as_theirs(ours):
    """Ends our network as theirs, with a log-softmax."""

    def forward(image):
        outputs = dict(ours(image, mode='tensor'))
        if 'seg' in outputs:
            outputs['seg'] = outputs['seg'].log_softmax(dim=1)
        return outputs

    return forward


def assert_same_outputs(theirs, ours):
    for training in (False, True):
        theirs.train(training)
        ours.train(training)
        with torch.no_grad():
            expected, found = theirs(IMAGE), as_theirs(ours)(IMAGE)
        assert tuple(found) == tuple(expected)
        for task, wanted in expected.items():
            assert wanted.std() > 0.01
            torch.testing.assert_close(found[task], wanted, atol=1e-5, rtol=1e-5)


def test_outputs_are_the_same(pair):
    assert_same_outputs(*pair[:2])


def test_gradients_are_the_same(pair):
    theirs, ours, names = pair
    for network, forward in ((theirs, theirs), (ours, as_theirs(ours))):
        network.train()
        network.zero_grad()
        loss_of(forward(IMAGE), theirs.tasks).backward()
    found = {name: p.grad for name, p in ours.named_parameters()}
    expected = {names[name]: p.grad for name, p in theirs.named_parameters() if p.grad is not None}
    assert len(expected) > 0.8 * len(found)
    for name, wanted in expected.items():
        scale = wanted.abs().max()
        torch.testing.assert_close(found[name], wanted, atol=1e-9 + 1e-7 * scale, rtol=0)


def test_outputs_stay_the_same_in_training(pair):
    theirs, ours, _ = pair
    # Under Adam one different rounding would grow without bound.
    train(theirs, theirs, theirs.tasks)
    train(ours, as_theirs(ours), theirs.tasks)
    assert_same_outputs(theirs, ours)


@pytest.mark.parametrize(
    ('name', 'widths'),
    [*((name, FULL) for name in NETWORKS), ('split', (64, 128, 256, 512, 1024))],
)
def test_every_weight_of_the_real_size_has_its_place(repository, name, widths):
    settings = NETWORKS[name]
    with torch.device('meta'):
        weights = public(widths=widths, **settings).state_dict()
        converted = convert_mtan_weights(weights, settings['arch'])
        model = MODELS.build(config(repository, converted))
    found = {key: value.shape for key, value in converted.state_dict.items()}
    assert found == {key: value.shape for key, value in model.state_dict().items()}


@pytest.mark.parametrize('num_classes', [2, 7, 19])
def test_classes_and_number_of_tasks_are_seen_from_the_weights(repository, num_classes):
    with torch.device('meta'):
        weights = public('mtan', tasks=TASKS[:2], num_classes=num_classes).state_dict()
        converted = convert_mtan_weights(weights, 'mtan')
        model = MODELS.build(config(repository, converted, f'cityscapes{num_classes}'))
    assert converted.tasks == ('seg', 'depth')
    assert converted.num_classes == num_classes
    found = {key: value.shape for key, value in converted.state_dict.items()}
    assert found == {key: value.shape for key, value in model.state_dict().items()}


def test_logsigma_becomes_the_parameter_of_the_uncertainty_weighting(repository):
    theirs = public('split', tasks=TASKS, widths=SMALL)
    converted = convert_mtan_weights(theirs.state_dict(), 'split', keep_log_variances=True)
    model = narrow(config(repository, converted), SMALL[0], SMALL)
    model.loss_weighting = dict(type='UncertaintyWeighting')
    ours = MODELS.build(model)
    ours.load_state_dict(converted.state_dict, strict=True)

    losses = dict(seg=torch.tensor(2.0), depth=torch.tensor(0.5), normal=torch.tensor(0.9))
    weights, regulariser = ours.loss_weighting(losses)
    found = sum(weights[task] * loss for task, loss in losses.items()) + regulariser
    s = theirs.logsigma  # their loss: the sum of L / (2 exp(s)) + s / 2
    expected = sum(loss / (2 * s[i].exp()) + s[i] / 2 for i, loss in enumerate(losses.values()))
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize('arch', ARCHITECTURES)
def test_missing_and_surplus_names_are_listed(arch):
    if arch == 'wrn':
        weights = PublicWideResNet([2] * 10, widen_factor=1).state_dict()
    else:
        tasks = TASKS if arch not in ('single', 'stan') else ['seg']
        weights = public(arch, tasks=tasks, widths=SMALL).state_dict()
    names = list(weights)
    lost = [names[0], names[len(names) // 2], names[-1]]
    kept = {name: value for name, value in weights.items() if name not in lost}
    with pytest.raises(CheckpointError, match=rf"not the weights of '{arch}'") as caught:
        convert_mtan_weights({**kept, 'new.weight': torch.zeros(1), 'old': torch.zeros(1)}, arch)
    lines = str(caught.value).splitlines()
    assert lines[1].startswith('missing (3): ')
    assert set(lines[1].removeprefix('missing (3): ').split(', ')) == set(lost)
    assert lines[2:] == ['surplus (2): new.weight, old']


@pytest.mark.parametrize('lost', ['logsigma', 'pred_task3.1.weight', 'encoder_att.2.4.0.weight'])
def test_a_lost_task_is_missed(lost):
    weights = public('mtan', tasks=TASKS, widths=SMALL).state_dict()
    del weights[lost]
    with pytest.raises(CheckpointError, match=rf'\nmissing \(1\): {lost}$'):
        convert_mtan_weights(weights, 'mtan')


def test_weights_of_another_network_are_refused():
    weights = public('split', tasks=TASKS, widths=SMALL).state_dict()
    with pytest.raises(CheckpointError, match=r'missing .*encoder_att\.0\.0\.0\.weight'):
        convert_mtan_weights(weights, 'mtan')
    with pytest.raises(CheckpointError, match=r'surplus .*conv_block_enc'):
        convert_mtan_weights(weights, 'dense')


@pytest.mark.parametrize(
    ('arch', 'task', 'message'),
    [
        ('unet', None, "arch: expected one of .*'mtan'.* found 'unet'"),
        ('single', 'semantic', "task: expected one of .*'seg'.* found 'semantic' for 'single'"),
        ('mtan', 'seg', "task: expected .* for one of the architectures .* 'seg' for 'mtan'"),
        ('single', 'depth', "head of 'depth': expected 1 output channels, found 13"),
    ],
)
def test_mistakes_are_named(arch, task, message):
    weights = public('single', tasks=['seg'], widths=SMALL).state_dict()
    with pytest.raises(ValueError, match=message):
        convert_mtan_weights(weights, arch, task)


def test_the_task_can_be_told_where_the_channels_leave_it_open():
    weights = public('single', tasks=['seg'], widths=SMALL, num_classes=3).state_dict()
    assert convert_mtan_weights(weights, 'single').tasks == ('normal',)
    told = convert_mtan_weights(weights, 'single', 'seg')
    assert (told.tasks, told.num_classes) == (('seg',), 3)


def test_more_than_three_tasks_are_refused():
    weights = dict(logsigma=torch.zeros(4))
    with pytest.raises(CheckpointError, match='logsigma: expected at most 3 tasks, .* found 4'):
        convert_mtan_weights(weights, 'mtan')
