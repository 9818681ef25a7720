import pytest
import torch

from mmmtl.tasks import BinaryTask

EDGE = BinaryTask(name='edge')


def test_a_pixel_of_255_has_no_label():
    label = torch.tensor([[[0.0, 0.4, 1.0, 255.0]]])
    assert EDGE.valid_mask(label).tolist() == [[[True, True, True, False]]]
    assert EDGE.fill == 255


def test_heads_of_this_package_and_of_mmseg_find_the_label():
    found = EDGE.head_label(torch.tensor([[[0.0, 0.4, 0.6, 1.0, 255.0]]]))
    assert sorted(found) == ['gt_map', 'gt_sem_seg', 'gt_valid']
    torch.testing.assert_close(found['gt_map'], torch.tensor([[[0.0, 0.4, 0.6, 1.0, 0.0]]]))
    assert found['gt_valid'].tolist() == [[[True, True, True, True, False]]]
    assert found['gt_sem_seg'].tolist() == [[[0, 0, 1, 1, 255]]]
    assert found['gt_sem_seg'].dtype == torch.int64


def test_decoding_gives_the_probability_of_yes():
    probability = EDGE.decode(torch.tensor([[[0.0, 1.0, -1.0]]]))
    assert probability[0, 0].tolist() == pytest.approx([0.5, 0.731059, 0.268941], abs=1e-6)
    two = torch.tensor([[[1.0, 0.0]], [[1.0, 1.0]]])  # the logits of no and yes
    assert EDGE.decode(two)[0, 0].tolist() == pytest.approx([0.5, 0.731059], abs=1e-6)
    assert EDGE.decode(two).shape == (1, 1, 2)


@pytest.mark.parametrize('channels', [1, 2])
def test_a_mean_of_views_is_one_of_probabilities(channels):
    logits = torch.randn(channels, 4, 5, generator=torch.Generator().manual_seed(0))
    mean = EDGE.to_mean(logits)
    assert torch.equal(mean, EDGE.decode(logits))
    torch.testing.assert_close(EDGE.decode(EDGE.from_mean(mean)), mean)


def test_what_suits_the_kind():
    assert EDGE.default_reader() == dict(type='MaskReader')
    assert EDGE.default_suffix == '.png'
    assert EDGE.head_arguments == dict(out_channels=1, num_classes=2)
    assert EDGE.output_field == 'edge_logits'
    assert set(BinaryTask(name='edge').random_label((8, 8)).unique().tolist()) == {0, 1}
