"""What the base of the methods that look at gradients does, with the simplest methods on it."""

import copy

import pytest
import torch
from mmengine.utils import apply_to

from mmmtl.models.graph import tensors_in
from mmmtl.models.loss_weighting.gradient import base
from mmmtl.models.loss_weighting.gradient.base import GradientLossWeighting
from mmmtl.models.segmentors.head_losses import head_sample
from tests.utils.gradient_batches import (
    TASKS,
    build_weighting,
    images_and_labels,
    quadratic_batch,
    random_gradients,
    segmentor,
    total_loss,
    weights_of,
)

WRT = ('parameters', 'features')


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
    rows = []
    for name, head in model.decode_head.items():
        seen_by_head = [head_sample(model.tasks[name], sample) for sample in samples]
        loss, _ = model.parse_losses(head.loss((last,), seen_by_head, None))
        rows.append(torch.autograd.grad(loss, last)[0].flatten())
    jacobian = torch.stack(rows).double()
    torch.testing.assert_close(seen[0], jacobian @ jacobian.T, rtol=1e-5, atol=0)


def test_a_task_without_labels_is_left_out():
    module, two = build_weighting(), build_weighting(tasks=('seg', 'normal'))
    weights_of(module, random_gradients(0))
    depth = module.weights[1].item()
    without = {task: g for task, g in random_gradients(1).items() if task != 'depth'}
    weights_of(two, without)
    assert weights_of(module, without) == weights_of(two, without)
    assert module.weights[1].item() == depth


def test_a_gradient_of_zero_is_left_out():
    module, two = build_weighting('IMTL-G'), build_weighting('IMTL-G', tasks=('seg', 'normal'))
    given = random_gradients(0)
    assert weights_of(module, {**given, 'depth': [0.0] * 4}) == dict(
        **weights_of(two, {task: given[task] for task in two.tasks}), depth=1
    )
    alone = dict(seg=given['seg'], depth=[0.0] * 4, normal=[0.0] * 4)
    before = module.weights.tolist()
    assert list(weights_of(module, alone).values()) == before
    assert list(weights_of(module, dict(seg=given['seg'])).values()) == before[:1]
    assert module.kept == 0


def test_every_n_iters_reuses_the_last_weights():
    module, always = build_weighting(every_n_iters=3), build_weighting()
    found = [weights_of(module, random_gradients(seed)) for seed in range(7)]
    due = [weights_of(always, random_gradients(seed)) for seed in (0, 3, 6)]
    assert found == [due[0]] * 3 + [due[1]] * 3 + [due[2]]
    assert due[0] != due[1] != due[2]


def test_evaluation_and_no_gradients_keep_the_last_weights():
    module = build_weighting('GradVac')
    before = weights_of(module, random_gradients(0))
    state = copy.deepcopy(module.state_dict())
    assert weights_of(module.eval(), random_gradients(1)) == before
    module.train()
    batch = quadratic_batch(random_gradients(1))
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


class Scripted(GradientLossWeighting):
    """Remembers what it is given, and answers what it was told to."""

    def __init__(self, answer=None, tasks=TASKS, wrt='parameters', every_n_iters=1):
        super().__init__(tasks, wrt, every_n_iters)
        self.answer = answer
        self.given = []

    def balance(self, gramian, tasks, batch):
        self.given.append((gramian, list(tasks), batch))
        if isinstance(self.answer, Exception):
            raise self.answer
        return torch.tensor(self.answer, dtype=torch.float64)


def test_a_method_is_given_the_gramian_the_tasks_and_the_batch():
    module = Scripted([0.5, 2.0, 3.0])
    batch = quadratic_batch(dict(seg=[1.0, 2.0], depth=[3.0, 0.0], normal=[0.0, -1.0]))
    weights = module(batch).weights
    ((gramian, tasks, given),) = module.given
    assert gramian.tolist() == [[5, 3, -2], [3, 9, 0], [-2, 0, 1]]
    assert gramian.dtype == torch.float64
    assert tasks == list(TASKS)
    assert given is batch
    assert {task: weight.item() for task, weight in weights.items()} == dict(
        seg=0.5, depth=2, normal=3
    )
    assert not any(weight.requires_grad for weight in weights.values())


def test_tasks_of_a_batch_come_in_the_batch_s_order():
    module = Scripted([2.0, 3.0])
    found = weights_of(module, dict(normal=[1.0, 0.0], seg=[2.0, 1.0]))
    gramian, tasks, _ = module.given[0]
    assert tasks == ['normal', 'seg']
    assert gramian.tolist() == [[1, 2], [2, 5]]
    assert found == dict(normal=2, seg=3)
    assert module.weights.tolist() == [3, 1, 2]


def test_a_method_is_not_asked_about_tasks_without_a_gradient():
    module = Scripted([2.0, 3.0])
    assert weights_of(module, dict(seg=[1.0], depth=[0.0], normal=[2.0])) == dict(
        seg=2, depth=1, normal=3
    )
    assert module.given[0][1] == ['seg', 'normal']
    assert module.given[0][0].tolist() == [[1, 2], [2, 4]]


@pytest.mark.parametrize(
    ('answer', 'reason'),
    [
        (ValueError('no solution'), 'no solution'),
        (ZeroDivisionError('by zero'), 'by zero'),
        (torch.linalg.LinAlgError('singular'), 'singular'),
        ([1.0, float('inf'), 2.0], 'it found [1.0, inf, 2.0]'),
    ],
)
def test_no_weights_are_no_change_and_said_once(answer, reason, monkeypatch):
    lines = []
    monkeypatch.setattr(base, 'print_log', lambda text, **_: lines.append(text))
    module = Scripted(answer)
    for count in (1, 2):
        found = weights_of(module, random_gradients(0))
        assert found == dict.fromkeys(TASKS, 1)
        assert module.kept == count
    assert lines == [
        f'Scripted: keeping the last weights for a step, because {reason}. Further such steps are '
        'only counted, in the buffer `kept`.'
    ]


def test_a_fault_of_the_program_is_not_swallowed():
    with pytest.raises(TypeError, match='mine'):
        weights_of(Scripted(TypeError('mine')), random_gradients(0))


def test_the_scale_of_the_losses_does_not_show_and_is_a_power_of_two():
    gradients = dict(seg=[1.0, 3.0], depth=[2.0, -1.0])
    grams = []
    for scale in (1.0, 2.0**15):
        module = Scripted([1.0, 1.0], ('seg', 'depth'))
        assert module.gradient_scale == 2**15
        module.gradient_scale.fill_(scale)
        weights_of(module, gradients)
        grams.append(module.given[0][0])
    assert torch.equal(*grams)


def test_the_scale_ends_at_1():
    module = Scripted([1.0, 1.0], ('seg', 'depth'))
    for _ in range(20):
        weights_of(module, dict(seg=[float('nan')], depth=[1.0]))
    assert module.gradient_scale == 1
    assert module.kept == 20
    assert not module.given


def test_what_it_remembers_is_saved():
    module = Scripted([0.5, 2.0, 3.0])
    weights_of(module, random_gradients(0))
    state = module.state_dict()
    assert set(state) == {'weights', 'iterations', 'kept', 'gradient_scale'}
    assert not list(module.parameters())
    again = Scripted()
    again.load_state_dict(state)
    assert again.weights.tolist() == [0.5, 2, 3]
    assert again.iterations == 1


def test_weights_of_a_batch_stay_when_the_next_come():
    module = Scripted([2.0, 2.0, 2.0])
    first = module(quadratic_batch(random_gradients(0))).weights
    module.answer = [3.0, 3.0, 3.0]
    module(quadratic_batch(random_gradients(1)))
    assert first['seg'].item() == 2  # backward of the first batch may still need it


@pytest.mark.parametrize('every_n_iters', [0, -2])
def test_a_wrong_interval_is_named(every_n_iters):
    message = rf'^every_n_iters: expected at least 1, found {every_n_iters}\.$'
    with pytest.raises(ValueError, match=message):
        Scripted(every_n_iters=every_n_iters)
