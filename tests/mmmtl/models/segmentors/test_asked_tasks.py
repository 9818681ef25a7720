"""Only the tasks that a batch is about are computed."""

import pytest
import torch

from mmmtl.models.segmentors import asked_tasks
from mmmtl.models.segmentors.asked_tasks import asked_in_testing, asked_in_training
from tests.utils import small_segmentor
from tests.utils.small_segmentor import DEPTH_HEAD, IMAGES, SEG_HEAD, samples

CHANNELS = (16, 16, 32, 64)


def network(only_asked, **settings):
    neck = dict(type='StageAttentionNeck', in_channels=CHANNELS)
    return small_segmentor.build(
        backbone=dict(type='WideResNet', depth=10, widen_factor=1),
        decode_head=dict(
            seg={**SEG_HEAD, 'in_channels': 64, 'in_index': 3},
            depth={**DEPTH_HEAD, 'in_channels': 64, 'in_index': 3},
        ),
        only_asked=only_asked,
        **{'neck': neck, **settings},
    )


def batch_of_seg():
    batch = samples()
    for sample in batch:
        del sample.gt_depth_map
    return batch


def calls_of(model):
    called = []
    for name, masks in model.neck.attention.items():
        masks.register_forward_hook(lambda *_, name=name: called.append(name))
    return called


def step(model):
    torch.manual_seed(1)  # dropout
    losses = model.loss(IMAGES, batch_of_seg())
    model.parse_losses(losses)[0].backward()
    return losses


def test_a_batch_of_one_task_trains_that_task_alone():
    model, whole = network(True), network(False)
    states = [{k: v.clone() for k, v in m.state_dict().items()} for m in (model, whole)]
    assert all(torch.equal(states[1][key], value) for key, value in states[0].items())
    called, called_of_whole = calls_of(model), calls_of(whole)
    losses, expected = step(model), step(whole)
    assert (called, called_of_whole) == (['seg'], ['seg', 'depth'])
    assert torch.equal(losses['seg/loss'], expected['seg/loss'])
    assert 'depth/loss' not in losses

    gradients = {name: parameter.grad for name, parameter in model.named_parameters()}
    assert all(gradient is not None for gradient in gradients.values())
    for name, parameter in whole.named_parameters():
        torch.testing.assert_close(gradients[name], parameter.grad)
    own = [name for name in gradients if '.depth.' in name]
    assert own
    assert not any(gradients[name].any() for name in own)

    state = model.state_dict()
    changed = {name for name, value in states[0].items() if not torch.equal(state[name], value)}
    assert any('neck.attention.seg' in name for name in changed)
    assert not any('depth' in name for name in changed)
    # statistics of layers that tasks share are of this task alone
    shared = 'neck.shared.0.1.num_batches_tracked'
    assert (state[shared].item(), whole.state_dict()[shared].item()) == (1, 2)


def test_a_batch_without_any_label_has_no_loss():
    model = network(True)
    batch = batch_of_seg()
    for sample in batch:
        del sample.gt_sem_seg
    losses = model.loss(IMAGES, batch)
    total, _ = model.parse_losses(losses)
    assert total == 0
    total.backward()
    assert all(parameter.grad is not None for parameter in model.parameters())


@pytest.mark.parametrize(
    'neck', [dict(type='StageAttentionNeck', in_channels=CHANNELS), None], ids=['attention', 'none']
)
def test_what_a_data_set_asks_for_is_predicted(neck):
    model = network(True, neck=neck).eval()
    whole = network(False, neck=neck).eval()
    expected = whole.predict(IMAGES)
    for asked in (('depth',), ('seg', 'depth')):
        batch = samples()
        for sample in batch:
            sample.set_metainfo(dict(tasks=asked))
        for found, wanted in zip(model.predict(IMAGES, batch), expected, strict=True):
            assert ('pred_sem_seg' in found) == ('seg' in asked)
            assert torch.equal(found.pred_depth_map.data, wanted.pred_depth_map.data)
    assert 'pred_sem_seg' in model.predict(IMAGES)[0]  # images of no data set


def test_tasks_of_any_image_are_asked_for():
    tasks = dict.fromkeys(['seg', 'depth', 'normal'])
    assert asked_in_testing(tasks, [dict(tasks=('normal',)), dict(tasks=('seg',))]) == (
        'seg',
        'normal',
    )
    assert asked_in_testing(tasks, [dict(tasks=('normal',)), {}]) == ('seg', 'depth', 'normal')
    assert asked_in_testing(tasks, [dict(tasks=())]) == ('seg', 'depth', 'normal')


def test_labels_on_another_process_count(monkeypatch):
    assert asked_in_training(dict(seg=[], depth=[0, 2], normal=[])) == ('depth',)
    monkeypatch.setattr(asked_tasks, 'get_world_size', lambda: 2)
    other = torch.tensor([0.0, 1.0, 1.0])
    monkeypatch.setattr(asked_tasks, 'all_reduce', lambda present: present.add_(other))
    assert asked_in_training(dict(seg=[], depth=[0, 2], normal=[])) == ('depth', 'normal')
