"""What all methods that look at gradients have in common."""

import copy
import math

import pytest
import torch
from mmengine.utils import apply_to
from mmseg.registry import MODELS
from torch.utils.checkpoint import checkpoint

from tests.utils.gradient_batches import (  # isort: skip
    TASKS,
    batch_of,
    images_and_labels,
    quadratic_batch,
    segmentor,
    total_loss,
    weights_of,
)
from mmmtl.models.graph import tensors_in
from mmmtl.models.loss_weighting import SharedTensors
from mmmtl.models.loss_weighting.gradient.torchjd_methods import GRADIENT_METHODS

ALL = [
    dict(type='GradNorm'),
    *(dict(type='GradientWeighting', method=method) for method in sorted(GRADIENT_METHODS)),
]
WRT = ('parameters', 'features')


def build(method='MGDA', tasks=TASKS, **config):
    return MODELS.build(dict(type='GradientWeighting', tasks=tasks, method=method, **config))


def name_of(config):
    return config.get('method', config['type'])


def gradients(seed):
    """Random gradients, some of which disagree."""
    values = torch.randn(3, 4, generator=torch.Generator().manual_seed(seed))
    return dict(zip(TASKS, values.tolist(), strict=True))


# Training


@pytest.mark.parametrize('wrt', WRT)
@pytest.mark.parametrize('config', ALL, ids=name_of)
def test_every_method_trains(config, wrt):
    model = segmentor(dict(config, wrt=wrt))
    images, samples = images_and_labels(range(2))
    optimizer = torch.optim.Adam(
        [p for p in model.parameters() if p.requires_grad], lr=0.01, betas=(0.0, 0.9)
    )
    sums = []
    for _ in range(4):
        losses = model(images, samples, mode='loss')
        sums.append(sum(losses[f'{task}/raw'] for task in TASKS).item())
        optimizer.zero_grad()
        model.parse_losses(losses)[0].backward()
        optimizer.step()
    weighting = model.loss_weighting
    assert weighting.iterations == 4
    assert weighting.kept == 0
    assert weighting.weights.sum().item() == pytest.approx(3)
    if config.get('method') == 'Krum':  # which trains for one task at a time
        assert sorted(weighting.weights.tolist()) == [0, 0, 3]
    else:
        assert sums[-1] < sums[0]


@pytest.mark.parametrize('wrt', WRT)
def test_the_gramian_is_that_of_the_jacobian(wrt):
    model = segmentor(dict(type='GradientWeighting', method='MGDA', wrt=wrt)).double()
    images, samples = images_and_labels(range(2))
    seen = spy_on_gramians(model.loss_weighting)
    model(images.double(), samples, mode='loss')

    plain = segmentor(dict(type='EqualWeighting')).double()
    if wrt == 'features':  # constants: nothing before them is differentiated
        features = apply_to(plain.backbone(images.double()), torch.is_tensor, as_leaf)
        plain.backbone.forward = lambda inputs: features
        shared = [t for t in tensors_in(features) if t.requires_grad]
    else:  # all but the attention of one task
        shared = [*plain.backbone.parameters()]
        shared += [p for n, p in plain.neck.named_parameters() if 'attention' not in n]
    losses = plain(images.double(), samples, mode='loss')
    rows = []
    for task in TASKS:
        found = torch.autograd.grad(
            losses[f'{task}/loss'], shared, retain_graph=True, materialize_grads=True
        )
        rows.append(torch.cat([gradient.flatten() for gradient in found]))
    jacobian = torch.stack(rows)
    torch.testing.assert_close(seen[0], jacobian @ jacobian.T, rtol=1e-6, atol=0)


def as_leaf(tensor):
    return tensor.detach().requires_grad_() if tensor.is_floating_point() else tensor


def spy_on_gramians(weighting):
    seen, gramian = [], weighting._gramian

    def spied(batch):
        seen.append(gramian(batch))
        return seen[-1]

    weighting._gramian = spied
    return seen


def test_the_weighted_sum_is_propagated_once_as_without_a_method():
    images, samples = images_and_labels(range(2))
    model = segmentor(dict(type='GradientWeighting', method='MGDA'))
    losses = model(images, samples, mode='loss')
    assert all(p.grad is None for p in model.parameters())
    model.parse_losses(losses)[0].backward()
    weights = {task: losses[f'{task}/weight'].item() for task in TASKS}
    fixed = segmentor(dict(type='FixedWeighting', weights=weights))
    total_loss(fixed, images, samples).backward()
    for (name, parameter), other in zip(model.named_parameters(), fixed.parameters(), strict=True):
        torch.testing.assert_close(parameter.grad, other.grad, msg=name)


def test_hard_sharing_looks_at_the_features_that_the_heads_read():
    model = segmentor(dict(type='GradientWeighting', method='IMTL-G', wrt='features'))
    model.backbone.return_blocks = False
    del model.neck
    images, samples = images_and_labels(range(2))
    seen = spy_on_gramians(model.loss_weighting)
    model(images, samples, mode='loss')
    last = model.backbone(images)[-1].detach().requires_grad_()
    rows = [
        torch.autograd.grad(model.parse_losses(head.loss((last,), samples, None))[0], last)[
            0
        ].flatten()
        for head in model.decode_head.values()
    ]
    jacobian = torch.stack(rows).double()
    torch.testing.assert_close(seen[0], jacobian @ jacobian.T, rtol=1e-5, atol=0)


# Some tasks only


def test_a_task_without_labels_is_left_out():
    module, two = build(), build(tasks=('seg', 'normal'))
    weights_of(module, gradients(0))
    depth = module.weights[1].item()
    without = {task: g for task, g in gradients(1).items() if task != 'depth'}
    weights_of(two, without)
    assert weights_of(module, without) == weights_of(two, without)
    assert module.weights[1].item() == depth


@pytest.mark.parametrize('method', ['GradVac', 'PCD', 'Nash-MTL'])
def test_what_is_remembered_of_a_missing_task_stays(method):
    args = dict(primary='normal') if method == 'PCD' else {}
    module = build(method, method_args=args)
    two = build(method, tasks=('seg', 'normal'), method_args=args)
    for seed in range(3):
        without = {task: g for task, g in gradients(seed).items() if task != 'depth'}
        assert weights_of(module, without) == pytest.approx(weights_of(two, without), rel=1e-6)
    states = {name: value for name, value in module.named_buffers() if name.startswith('state_')}
    first = dict(build(method).named_buffers())
    for name, value in states.items():
        if value.ndim:
            assert torch.equal(value[1], first[name][1]), name
            assert not torch.equal(value, first[name]), name


def test_a_gradient_of_zero_is_left_out():
    module, two = build('IMTL-G'), build('IMTL-G', tasks=('seg', 'normal'))
    given = gradients(0)
    assert weights_of(module, {**given, 'depth': [0.0] * 4}) == dict(
        **weights_of(two, {task: given[task] for task in two.tasks}), depth=1
    )
    alone = dict(seg=given['seg'], depth=[0.0] * 4, normal=[0.0] * 4)
    before = module.weights.tolist()
    assert list(weights_of(module, alone).values()) == before
    assert list(weights_of(module, dict(seg=given['seg'])).values()) == before[:1]
    assert module.kept == 0


@pytest.mark.parametrize('config', ALL, ids=name_of)
def test_gradients_that_are_not_finite_keep_the_last_weights(config):
    module = MODELS.build(dict(config, tasks=TASKS))
    before = weights_of(module, gradients(0))
    state = {name: value.clone() for name, value in module.state_dict().items()}
    for bad in (math.nan, math.inf):
        assert weights_of(module, {**gradients(1), 'depth': [bad] * 4}) == before
    assert module.kept == 2
    for name, value in module.state_dict().items():
        if name not in ('kept', 'iterations', 'gradient_scale'):
            assert torch.equal(value, state[name]), name
    assert any(weights_of(module, gradients(seed)) != before for seed in range(1, 9))


def test_parameters_of_one_task_are_not_shared():
    shared = torch.zeros(2, requires_grad=True)
    own = torch.zeros(2, requires_grad=True)
    frozen = torch.zeros(2)
    losses = dict(seg=shared[0] + 100 * own.sum() + frozen.sum(), depth=2 * shared[1])
    module = build('IMTL-G', tasks=('seg', 'depth'))
    weights = module(batch_of(losses, SharedTensors((), (frozen, own, shared)))).weights
    assert weights['seg'].item() == pytest.approx(4 / 3)


def test_parameters_that_are_thawed_later_count():
    module = build('IMTL-G', tasks=('seg', 'depth'))
    a, b = (torch.zeros(2, requires_grad=True) for _ in range(2))

    def seg_weight():
        losses = dict(seg=a[0] + 3 * b[0] + 0 * b[1], depth=a[1] + 2 * a[1] + b[1])
        return module(batch_of(losses, SharedTensors((), (a, b)))).weights['seg'].item()

    b.requires_grad_(False)
    assert seg_weight() == pytest.approx(2 * 3 / 4)
    b.requires_grad_(True)
    assert seg_weight() == pytest.approx(1)  # both norms are sqrt(10)


def test_tasks_that_share_nothing_are_an_error():
    a, b = (torch.zeros(2, requires_grad=True) for _ in range(2))
    losses = dict(seg=a.sum(), depth=b.sum())
    with pytest.raises(ValueError, match=r"wrt='features': .*none among 2. Try wrt='parameters'"):
        build(wrt='features')(batch_of(losses, SharedTensors((a, b), ())))
    with pytest.raises(ValueError, match=r"wrt='parameters': .*\['seg', 'depth'\].*among 0"):
        build()(losses)


# When weights are computed


def test_every_n_iters_reuses_the_last_weights():
    module, always = build(every_n_iters=3), build()
    found = [weights_of(module, gradients(seed)) for seed in range(7)]
    due = [weights_of(always, gradients(seed)) for seed in (0, 3, 6)]
    assert found == [due[0]] * 3 + [due[1]] * 3 + [due[2]]
    assert due[0] != due[1] != due[2]


def test_evaluation_and_no_gradients_keep_the_last_weights():
    module = build('GradVac')
    before = weights_of(module, gradients(0))
    state = copy.deepcopy(module.state_dict())
    assert weights_of(module.eval(), gradients(1)) == before
    module.train()
    batch = quadratic_batch(gradients(1))
    with torch.no_grad():
        weights = module(batch).weights
    assert {task: weight.item() for task, weight in weights.items()} == before
    for name, value in module.state_dict().items():
        assert torch.equal(value, state[name]), name


def test_accumulated_batches_have_weights_of_their_own():
    model = segmentor(dict(type='GradientWeighting', method='MGDA'))
    fixed = segmentor(dict(type='FixedWeighting', weights=dict.fromkeys(TASKS, 1)))
    seen = []
    for index in range(2):  # both losses are there before the first backward
        images, samples = images_and_labels([index])
        losses = model(images, samples, mode='loss')
        seen.append((model.parse_losses(losses)[0], losses))
    for index, (total, losses) in enumerate(seen):
        total.backward()
        fixed.loss_weighting.weights = torch.stack([losses[f'{task}/weight'] for task in TASKS])
        total_loss(fixed, *images_and_labels([index])).backward()
    assert seen[0][1]['seg/weight'] != seen[1][1]['seg/weight']
    for parameter, other in zip(model.parameters(), fixed.parameters(), strict=True):
        torch.testing.assert_close(parameter.grad, other.grad)


# Memory


@pytest.mark.parametrize('config', ALL, ids=name_of)
def test_after_a_resume_the_weights_go_on_as_if_nothing_had_happened(config):
    config = dict(config, tasks=TASKS, every_n_iters=2)
    if config['type'] == 'GradientWeighting':
        config['smoothing'] = 0.3
    whole = MODELS.build(config)
    expected = [weights_of(whole, gradients(seed)) for seed in range(9)]
    first = MODELS.build(config)
    for seed in range(5):
        weights_of(first, gradients(seed))
    torch.rand(7)  # other random numbers must not matter
    second = MODELS.build(config)
    second.load_state_dict(first.state_dict())
    assert [weights_of(second, gradients(seed)) for seed in range(5, 9)] == expected[5:]


@pytest.mark.parametrize('method', ['GradVac', 'PCD', 'Nash-MTL'])
def test_the_resume_test_can_fail(method):
    first, fresh = build(method), build(method)
    for seed in range(4):
        weights_of(first, gradients(seed))
    fresh.iterations.fill_(4)
    assert weights_of(fresh, gradients(4)) != weights_of(first, gradients(4))


def test_nash_mtl_is_solved_or_says_that_it_is_not():
    module, same = build('Nash-MTL'), build('FairGrad')  # alpha = 1 is the same equation
    kept = 0
    for seed in range(12):
        found, expected = (weights_of(m, gradients(seed)) for m in (module, same))
        if module.kept == kept:
            assert found == pytest.approx(expected, rel=0.05)
        kept = module.kept.item()
    assert kept < 6


@pytest.mark.parametrize('method', ['PCGrad', 'GradVac'])
def test_draws_depend_on_seed_and_iteration_and_leave_others_alone(method):
    def draws(**config):
        module = build(method, **config)
        torch.manual_seed(5)
        found = [weights_of(module, gradients(3)) for _ in range(6)]
        return found, torch.rand(1).item()

    found, after = draws()
    torch.manual_seed(5)
    assert after == torch.rand(1).item()
    assert draws()[0] == found
    assert draws(seed=1)[0] != found
    if method == 'PCGrad':  # which remembers nothing
        assert any(weights != found[0] for weights in found)


def test_smoothing_is_a_moving_average_from_equal_weights():
    plain, smooth = build('IMTL-G'), build('IMTL-G', smoothing=0.75)
    average = dict.fromkeys(TASKS, 1.0)
    for seed in range(3):
        new = weights_of(plain, gradients(seed))
        average = {task: 0.75 * average[task] + 0.25 * new[task] for task in TASKS}
        assert weights_of(smooth, gradients(seed)) == pytest.approx(average)


# Mixed precision and checkpoints of activations


def half_batch(sizes, dtype=torch.float16):
    """Losses whose gradients go through half precision."""
    shared = torch.zeros(2, requires_grad=True)
    losses = {
        task: (shared[index].to(dtype).float() * size)
        for index, (task, size) in enumerate(sizes.items())
    }
    return batch_of(losses, SharedTensors((), (shared,)))


def test_small_gradients_do_not_vanish_in_half_precision():
    module = build('IMTL-G', tasks=('seg', 'depth'))
    weights = module(half_batch(dict(seg=1e-8, depth=3e-8))).weights
    assert weights['seg'].item() == pytest.approx(1.5, rel=1e-2)


def test_the_scale_is_halved_until_large_gradients_fit_into_half_precision():
    module = build('IMTL-G', tasks=('seg', 'depth'))
    for _ in range(6):
        module(half_batch(dict(seg=100.0, depth=20.0)))
    assert module.kept == 6
    assert module.gradient_scale == 2**9
    weights = module(half_batch(dict(seg=100.0, depth=20.0))).weights
    assert weights['seg'].item() == pytest.approx(1 / 3, rel=1e-3)


@pytest.mark.parametrize('wrt', WRT)
def test_bfloat16_gives_nearly_the_same_weights(wrt):
    images, samples = images_and_labels(range(2))
    found = []
    for enabled in (False, True):
        model = segmentor(dict(type='GradientWeighting', method='IMTL-G', wrt=wrt))
        with torch.autocast('cpu', dtype=torch.bfloat16, enabled=enabled):
            total = total_loss(model, images, samples)
        total.backward()
        found.append(model.loss_weighting.weights)
    torch.testing.assert_close(found[1], found[0], rtol=0, atol=0.1)
    assert not torch.equal(found[0], found[1])


class Checkpointed(torch.nn.Module):
    def __init__(self, module, use_reentrant):
        super().__init__()
        self.module, self.use_reentrant = module, use_reentrant

    def forward(self, x):
        return checkpoint(self.module, x, use_reentrant=self.use_reentrant)


def checkpointed_weights(use_reentrant, wrt):
    model = segmentor(dict(type='GradientWeighting', method='IMTL-G', wrt=wrt))
    if use_reentrant is not None:
        for block in (*list(model.backbone.encoder)[1:], *model.backbone.decoder):
            block.others = Checkpointed(block.others, use_reentrant)
    total_loss(model, *images_and_labels(range(2))).backward()
    assert model.backbone.encoder[0].first[0].weight.grad.abs().sum() > 0
    return model.loss_weighting.weights


@pytest.mark.parametrize('wrt', WRT)
def test_activation_checkpointing_changes_nothing(wrt):
    expected = checkpointed_weights(None, wrt)
    torch.testing.assert_close(checkpointed_weights(False, wrt), expected)
    if wrt == 'features':  # which come after the backbone
        torch.testing.assert_close(checkpointed_weights(True, wrt), expected)


def test_reentrant_checkpointing_is_an_error_that_says_what_to_do():
    with pytest.raises(ValueError, match=r"use_reentrant=False, or, .* wrt='features'"):
        checkpointed_weights(True, 'parameters')
