import pytest
import torch
from mmengine.structures import PixelData
from mmseg.models.decode_heads import FCNHead
from mmseg.structures import SegDataSample

from mmmtl.models.decode_heads import DepthHead
from mmmtl.models.segmentors.head_losses import head_losses, head_sample
from mmmtl.tasks import DEPTH, NORMAL, SEG, BinaryTask, ClassTask, ScalarTask
from tests.utils.constant_labels import sample_of

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
    losses = head_losses(depth_head, DEPTH, FEATURES, samples, [0, 2], None)
    expected = ((output[0] - 1).abs().mean() + (output[2] - 3).abs().mean()) / 2
    torch.testing.assert_close(losses['loss_l1'], expected)
    seen = [head_sample(DEPTH, sample) for sample in samples]
    whole = head_losses(depth_head, DEPTH, FEATURES, samples, [0, 1, 2], None)
    torch.testing.assert_close(whole['loss_l1'], depth_head.loss(FEATURES, seen, {})['loss_l1'])


def test_without_labels_there_is_a_zero_with_gradients_of_zero(depth_head):
    features = (FEATURES[0].clone().requires_grad_(),)
    losses = head_losses(depth_head, DEPTH, features, depth_samples(0.0, 0.0, 0.0), [], None)
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
    assert head_losses(head, SEG, FEATURES, samples, [0, 1, 2], train_cfg)['loss'] == 7
    assert head.given == (FEATURES, samples, train_cfg)
    for labelled in ([0, 2], []):
        with pytest.raises(ValueError, match='HeadOfItsOwn') as raised:
            head_losses(head, SEG, FEATURES, samples, labelled, train_cfg)
        assert str(raised.value) == (
            'HeadOfItsOwn computes its losses in a way of its own and needs labels of every image; '
            f'found {len(labelled)} of 3 images labelled.'
        )


META = dict(img_path='a.png', ori_shape=(2, 3))
PARTS = ClassTask(name='parts', classes=('a', 'b', 'c'))
EDGE = BinaryTask(name='edge')
HEIGHT = ScalarTask(name='height', min_value=1)


def full_sample():
    sample = SegDataSample(metainfo=META)
    ids = torch.tensor([[[0, 1, 2], [255, 1, 0]]])
    maps = dict(
        gt_sem_seg=ids,
        gt_parts=2 - ids.clamp(max=2),
        gt_edge=torch.tensor([[[0, 1, 0.75], [0.25, 255, 0.5]]]),
        gt_height=torch.tensor([[[0.5, 1, 2], [torch.nan, 3, 4]]]),
        gt_normal_map=torch.tensor([[[0.0, 1, 0]] * 2, [[0.0, 0, 0]] * 2, [[0.0, 0, 1]] * 2]),
        gt_edge_map=torch.ones(1, 2, 3, dtype=torch.int64),
    )
    sample.set_data({field: PixelData(data=data) for field, data in maps.items()})
    return sample


def test_the_sample_of_seg_is_right_already():
    sample = full_sample()
    assert head_sample(SEG, sample) is sample


def test_another_task_of_classes_sees_its_own_ids_and_no_edges_of_others():
    sample = full_sample()
    seen = head_sample(PARTS, sample)
    assert seen.gt_sem_seg.data is sample.gt_parts.data
    assert seen.metainfo == META
    assert 'gt_edge_map' not in seen
    assert sample.gt_sem_seg.data.tolist() == [[[0, 1, 2], [255, 1, 0]]]  # is not written to
    assert 'gt_edge_map' in sample


def test_a_mask_is_seen_as_numbers_and_as_ids():
    seen = head_sample(EDGE, full_sample())
    assert seen.gt_map.data.tolist() == [[[0, 1, 0.75], [0.25, 0, 0.5]]]
    assert seen.gt_valid.data.tolist() == [[[True] * 3, [True, False, True]]]
    assert seen.gt_sem_seg.data.tolist() == [[[0, 1, 1], [0, 255, 0]]]
    assert seen.gt_sem_seg.data.dtype == torch.int64


def test_numbers_are_seen_with_what_is_valid():
    seen = head_sample(HEIGHT, full_sample())
    assert seen.gt_map.data.tolist() == [[[0, 1, 2], [0, 3, 4]]]
    assert seen.gt_valid.data.tolist() == [[[False, True, True], [False, True, True]]]
    assert seen.gt_depth_map.data is not None  # what mmseg's depth heads read


def test_directions_are_seen_with_what_is_valid():
    sample = full_sample()
    seen = head_sample(NORMAL, sample)
    assert torch.equal(seen.gt_map.data, sample.gt_normal_map.data)
    assert seen.gt_valid.data.tolist() == [[[False, True, True]] * 2]


def test_a_sample_without_the_label_stays_as_it_is():
    sample = sample_of(seg=1)
    assert head_sample(PARTS, sample) is sample


def test_a_class_head_learns_the_label_of_its_task():
    torch.manual_seed(0)
    head = FCNHead(in_channels=4, channels=4, num_classes=3, num_convs=0, dropout_ratio=0)
    head = head.eval()
    sample = SegDataSample()
    ids = torch.randint(0, 3, (1, 6, 8))
    sample.set_data(dict(gt_sem_seg=PixelData(data=2 - ids), gt_parts=PixelData(data=ids)))
    features = (FEATURES[0][:1],)
    expected = torch.nn.functional.cross_entropy(head(features), ids)
    for labelled in ([0], [0]):
        losses = head_losses(head, PARTS, features, [sample], labelled, None)
        torch.testing.assert_close(losses['loss_ce'], expected)
    other = head_losses(head, SEG, features, [sample], [0], None)['loss_ce']
    torch.testing.assert_close(other, torch.nn.functional.cross_entropy(head(features), 2 - ids))


def test_of_a_partly_labelled_batch_a_class_head_learns_the_labels_of_its_task():
    torch.manual_seed(0)
    head = FCNHead(in_channels=4, channels=4, num_classes=3, num_convs=0, dropout_ratio=0).eval()
    ids = torch.randint(0, 3, (3, 1, 6, 8))
    samples = [SegDataSample() for _ in range(3)]
    for index, sample in enumerate(samples):
        sample.set_data(dict(gt_sem_seg=PixelData(data=2 - ids[index])))
        if index != 1:
            sample.set_data(dict(gt_parts=PixelData(data=ids[index])))
    losses = head_losses(head, PARTS, FEATURES, samples, [0, 2], None)
    expected = torch.nn.functional.cross_entropy(head(FEATURES)[[0, 2]], ids[[0, 2], 0])
    torch.testing.assert_close(losses['loss_ce'], expected)
