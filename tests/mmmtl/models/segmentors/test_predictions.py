import pytest
import torch
import torch.nn.functional as F
from mmseg.structures import SegDataSample

from mmmtl.models.segmentors.predictions import store_prediction
from mmmtl.tasks import DEPTH, NORMAL, SEG, ImageClassTask


class Head:
    """What is read of a head."""

    def __init__(self, **attributes):
        vars(self).update(attributes)


def stored(task, output, head=None, **meta):
    sample = SegDataSample(metainfo={'ori_shape': tuple(output.shape[-2:]), **meta})
    store_prediction(sample, task, output, head or Head())
    return sample


def test_classes_are_stored_with_their_logits():
    logits = torch.randn(3, 4, 5)
    sample = stored(SEG, logits)
    assert torch.equal(sample.seg_logits.data, logits)
    assert torch.equal(sample.pred_sem_seg.data, logits.argmax(dim=0, keepdim=True))


def test_depths_are_stored_as_they_are_and_alone():
    depth = torch.randn(1, 4, 5)
    sample = stored(DEPTH, depth)
    assert torch.equal(sample.pred_depth_map.data, depth)
    assert sample.keys() == ['pred_depth_map']


@pytest.mark.parametrize(('threshold', 'expected'), [(None, [0, 0, 1]), (0.3, [0, 1, 1])])
def test_a_binary_segmentation_asks_the_head_for_its_threshold(threshold, expected):
    logits = torch.tensor([0.2, 0.4, 0.6]).logit().view(1, 1, 3)
    found = stored(SEG, logits, Head(threshold=threshold)).pred_sem_seg.data
    assert found.flatten().tolist() == expected


def test_padding_is_cut_off_before_anything_else():
    depth = torch.arange(20.0).view(1, 4, 5)
    # left, right, top, bottom
    sample = stored(DEPTH, depth, padding_size=(1, 2, 0, 1), ori_shape=(3, 2))
    assert sample.pred_depth_map.data.tolist() == [[[1, 2], [6, 7], [11, 12]]]
    test_time = dict(img_padding_size=(0, 3, 2, 1), padding_size=(0, 0, 0, 0))
    found = stored(DEPTH, depth, ori_shape=(1, 2), **test_time).pred_depth_map.data
    assert found.tolist() == [[[10, 11]]]


@pytest.mark.parametrize('align_corners', [False, True])
def test_the_logits_are_resized_not_the_classes(align_corners):
    logits = torch.tensor([[[40.0, 0.0]], [[0.0, 1.0]]])
    sample = stored(SEG, logits, Head(align_corners=align_corners), ori_shape=(1, 5, 3))
    resized = F.interpolate(logits[None], (1, 5), mode='bilinear', align_corners=align_corners)[0]
    assert torch.equal(sample.seg_logits.data, resized)
    assert sample.pred_sem_seg.data.tolist() == [[[0, 0, 0, 0, 1]]]


def test_directions_are_mirrored_back_with_their_signs():
    normal = torch.zeros(3, 1, 2)
    normal[:, 0, 0] = torch.tensor([0.6, 0.0, -0.8])
    normal[:, 0, 1] = torch.tensor([0.0, 1.0, 0.0])
    sample = stored(NORMAL, normal, flip=True, flip_direction='horizontal')
    found = sample.pred_normal_map.data[:, 0]
    torch.testing.assert_close(found[:, 1], torch.tensor([-0.6, 0.0, -0.8]))
    torch.testing.assert_close(found[:, 0], torch.tensor([0.0, 1.0, 0.0]))


def test_an_image_that_was_not_flipped_is_left_alone():
    depth = torch.randn(1, 2, 3)
    sample = stored(DEPTH, depth, flip=False, flip_direction='horizontal')
    assert torch.equal(sample.pred_depth_map.data, depth)
    flipped = stored(DEPTH, depth, flip=True, flip_direction='vertical').pred_depth_map.data
    assert torch.equal(flipped, depth.flip(-2))


def test_the_padding_is_that_of_the_flipped_image():
    """The pipeline flips, then the preprocessor pads: undoing goes the other way round."""
    depth = torch.tensor([[[1.0, 2.0, 0.0]]])  # padded at the right
    sample = stored(
        DEPTH,
        depth,
        padding_size=(0, 1, 0, 0),
        flip=True,
        flip_direction='horizontal',
        ori_shape=(1, 2),
    )
    assert sample.pred_depth_map.data.tolist() == [[[2, 1]]]


def test_resized_directions_get_unit_length():
    normal = torch.tensor([[[1.0, 0.0]], [[0.0, 1.0]], [[0.0, 0.0]]])
    found = stored(NORMAL, normal, ori_shape=(1, 4)).pred_normal_map.data
    torch.testing.assert_close(found.norm(dim=0), torch.ones(1, 4))
    assert 0 < found[0, 0, 1] < 1


@pytest.mark.parametrize('dtype', [torch.float16, torch.bfloat16])
def test_predictions_are_stored_in_full_precision(dtype):
    sample = stored(SEG, torch.randn(3, 4, 5).to(dtype), ori_shape=(8, 10))
    assert sample.seg_logits.data.dtype == torch.float32
    assert sample.pred_sem_seg.data.dtype == torch.int64


@pytest.mark.parametrize('bad', [float('nan'), float('inf'), -float('inf')])
@pytest.mark.parametrize(('task', 'channels'), [(SEG, 2), (DEPTH, 1), (NORMAL, 3)])
def test_what_is_not_finite_is_said_with_the_image_and_the_task(task, channels, bad):
    output = torch.rand(channels, 2, 5)
    output[0, 0, 0] = bad
    with pytest.raises(FloatingPointError) as error:
        stored(task, output, img_path='streets/a.png')
    share = {1: '10.00%', 2: '5.00%', 3: '3.33%'}[channels]
    assert str(error.value).startswith(
        f'streets/a.png: expected finite numbers from the network, found {share} NaN or infinite '
        f'in its output of the task {task.name!r}.'
    )
    # what is padding is not looked at
    assert stored(task, output, padding_size=(1, 0, 0, 0), ori_shape=(2, 4))


WEATHER = ImageClassTask(name='weather', classes=('sun', 'rain'))


@pytest.mark.parametrize(
    'meta',
    [
        dict(ori_shape=(480, 640)),
        dict(ori_shape=(3, 2), padding_size=(1, 2, 0, 1)),
        dict(ori_shape=(3, 2), img_padding_size=(0, 9, 0, 9)),
        dict(ori_shape=(3, 2), flip=True, flip_direction='horizontal'),
    ],
)
def test_what_is_of_the_whole_image_knows_no_size(meta):
    logits = torch.tensor([3.0, 1.0]).log().view(2, 1, 1)
    sample = stored(WEATHER, logits, **meta)
    assert sample.keys() == ['pred_weather']
    torch.testing.assert_close(sample.pred_weather.data.flatten(), torch.tensor([0.75, 0.25]))


def test_nor_may_it_be_nan():
    with pytest.raises(FloatingPointError, match=r"a\.png: .* its output of the task 'weather'"):
        stored(WEATHER, torch.full((2, 1, 1), torch.nan), img_path='a.png')
