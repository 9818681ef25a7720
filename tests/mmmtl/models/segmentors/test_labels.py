import functools
import math

import pytest
import torch
from mmengine.structures import PixelData
from mmmtl.models.segmentors.labels import (
    fill_missing_labels,
    head_losses,
    join_losses,
    labelled_images,
)
from mmseg.models.decode_heads import FCNHead
from mmseg.structures import SegDataSample

from mmmtl.models.decode_heads import DepthHead
from mmmtl.tasks import get_tasks
from tests.utils.processes import on_two_processes

TASKS = get_tasks(['seg', 'depth', 'normal'])
INVALID = dict(seg=255, depth=0, normal=0)


def sample_of(size=(2, 3), path=None, **labels):
    """A sample whose labels are filled with one number each."""
    sample = SegDataSample(metainfo={} if path is None else dict(img_path=path))
    for name, value in labels.items():
        task = get_tasks([name])[name]
        data = torch.full((task.label_channels, *size), value)
        sample.set_data({task.gt_field: PixelData(data=data)})
    return sample


def test_images_are_found_by_task():
    samples = [sample_of(seg=1, depth=2.0), sample_of(depth=1.0), sample_of(), sample_of(seg=0)]
    assert labelled_images(TASKS, samples) == dict(seg=[0, 3], depth=[0, 1], normal=[])


@pytest.mark.parametrize('name', TASKS)
def test_a_label_counts_from_one_valid_pixel_on(name):
    bad = sample_of(**{name: float(INVALID[name])})
    good = sample_of(**{name: float(INVALID[name])})
    good.get(TASKS[name].gt_field).data[0, 1, 2] = 1
    assert labelled_images(TASKS, [bad, good])[name] == [1]


def test_no_label_at_all_is_no_image():
    assert labelled_images(TASKS, [sample_of(), sample_of()]) == dict(seg=[], depth=[], normal=[])
    assert labelled_images(TASKS, []) == dict(seg=[], depth=[], normal=[])


def test_labels_of_a_task_without_a_head_are_named():
    samples = [sample_of(seg=1), sample_of(path='b.png', seg=1, normal=1.0)]
    with pytest.raises(ValueError, match='b.png') as raised:
        labelled_images(get_tasks(['seg', 'depth']), samples)
    assert str(raised.value) == (
        "b.png: expected labels of ['seg', 'depth'], the tasks that have a head, found labels of "
        "['seg', 'normal']; compare the keys of model.decode_head with the `tasks` of the data set."
    )


def predicted(sample):
    """Adds predictions of another size than the labels may have."""
    sample.set_data(
        dict(
            pred_sem_seg=PixelData(data=torch.ones(1, 4, 5, dtype=torch.int64)),
            pred_depth_map=PixelData(data=torch.ones(1, 4, 5)),
            pred_normal_map=PixelData(data=torch.ones(3, 4, 5)),
        )
    )
    return sample


def test_missing_labels_are_filled_with_what_is_invalid():
    sample = predicted(sample_of((4, 5), depth=2.0))
    fill_missing_labels(TASKS, sample)
    assert sample.gt_depth_map.data.unique().tolist() == [2]
    assert sample.gt_sem_seg.data.dtype == torch.int64
    for name, task in TASKS.items():
        label = sample.get(task.gt_field).data
        assert label.shape == (task.label_channels, 4, 5)
        assert bool(task.valid_mask(label).any()) == (name == 'depth')
    assert sample.pred_sem_seg.data.unique().tolist() == [1]  # predictions are not written to


def test_an_image_without_labels_stays_without():
    sample = predicted(sample_of())
    fill_missing_labels(TASKS, sample)
    assert not any(task.gt_field in sample for task in TASKS.values())


FEATURES = (torch.randn(3, 4, 6, 8, generator=torch.Generator().manual_seed(0)),)


def depth_samples(*values):
    return [sample_of((6, 8), depth=value) for value in values]


@pytest.fixture
def depth_head():
    torch.manual_seed(0)
    head = DepthHead(in_channels=4, channels=4, num_convs=1, norm_cfg=dict(type='BN'))
    head.init_weights()
    return head.train()


def test_the_loss_is_that_of_the_labelled_images(depth_head):
    samples = depth_samples(1.0, 5.0, 3.0)
    output = depth_head(FEATURES)  # of all images: so is the normalisation
    losses = head_losses(depth_head, FEATURES, samples, [0, 2], None)
    expected = ((output[0] - 1).abs().mean() + (output[2] - 3).abs().mean()) / 2
    torch.testing.assert_close(losses['loss_l1'], expected)
    whole = head_losses(depth_head, FEATURES, samples, [0, 1, 2], None)
    torch.testing.assert_close(whole['loss_l1'], depth_head.loss(FEATURES, samples, {})['loss_l1'])


def test_without_labels_there_is_a_zero_with_gradients_of_zero(depth_head):
    features = (FEATURES[0].clone().requires_grad_(),)
    losses = head_losses(depth_head, features, depth_samples(0.0, 0.0, 0.0), [], None)
    assert {name: loss.item() for name, loss in losses.items()} == dict(loss=0)
    losses['loss'].backward()
    for tensor in (*depth_head.parameters(), *features):
        assert tensor.grad is not None
        assert not tensor.grad.any()


class HeadOfItsOwn(FCNHead):
    def loss(self, inputs, batch_data_samples, train_cfg):
        self.given = (inputs, batch_data_samples, train_cfg)
        return dict(loss=torch.tensor(7.0))


def test_a_head_that_computes_its_losses_otherwise_needs_every_label():
    head = HeadOfItsOwn(in_channels=4, channels=4, num_classes=3)
    samples = [sample_of(seg=1)] * 3
    train_cfg = dict(any=1)
    assert head_losses(head, FEATURES, samples, [0, 1, 2], train_cfg)['loss'] == 7
    assert head.given == (FEATURES, samples, train_cfg)
    for labelled in ([0, 2], []):
        with pytest.raises(ValueError, match='HeadOfItsOwn') as raised:
            head_losses(head, FEATURES, samples, labelled, train_cfg)
        assert str(raised.value) == (
            'HeadOfItsOwn computes its losses in a way of its own and needs labels of every image; '
            f'found {len(labelled)} of 3 images labelled.'
        )


def test_alone_the_losses_are_joined_as_they_are():
    losses = dict(seg=torch.tensor(2.0, requires_grad=True), depth=torch.tensor(3.0))
    batch = join_losses(losses, dict(seg=4, depth=1))
    assert batch.losses['seg'] is losses['seg']
    assert batch.joined == dict(seg=2, depth=3)
    assert not batch.joined['seg'].requires_grad
    assert batch.images == dict(seg=4, depth=1)


def test_tasks_without_an_image_are_left_out():
    losses = dict(seg=torch.tensor(2.0), depth=torch.tensor(0.0), normal=torch.tensor(5.0))
    batch = join_losses(losses, dict(seg=4, depth=0, normal=1))
    for found in (batch.losses, batch.joined, batch.images):
        assert list(found) == ['seg', 'normal']
    assert batch.joined['normal'] == 5


# Mean losses and numbers of images of two processes: seg is everywhere, depth on the second one
# alone (what the first says of it is no number), and nobody has normals.
LOSSES = (dict(seg=1.0, depth=math.nan, normal=0.0), dict(seg=4.0, depth=6.0, normal=0.0))
IMAGES = (dict(seg=1, depth=0, normal=0), dict(seg=3, depth=2, normal=0))


def join_on_one_of_two(rank):
    losses = {name: torch.tensor(loss) for name, loss in LOSSES[rank].items()}
    batch = join_losses(losses, IMAGES[rank])
    assert list(batch.losses) == list(batch.joined) == list(batch.images) == ['seg', 'depth']
    assert batch.images == dict(seg=4, depth=2)
    assert batch.joined == dict(seg=(1 + 3 * 4) / 4, depth=6)
    # The mean over the processes is the joined loss: shares of 1/4 and 3/4, times 2.
    assert batch.losses['seg'].item() == pytest.approx((1 * 0.5, 4 * 1.5)[rank])
    if rank == 1:
        assert batch.losses['depth'].item() == 12


def test_every_labelled_image_counts_the_same_on_any_process(tmp_path):
    on_two_processes(join_on_one_of_two, tmp_path)


def join_zeros(rank, seen):
    batch = join_losses(dict(seg=torch.tensor(0.0)), dict(seg=0))
    assert batch.losses == batch.joined == batch.images == seen


def test_processes_without_any_label_agree_that_there_is_none(tmp_path):
    on_two_processes(functools.partial(join_zeros, seen={}), tmp_path)
