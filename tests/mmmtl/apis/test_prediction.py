import numpy as np
import pytest
import torch

from mmmtl.apis.input_sources import Frame
from mmmtl.apis.prediction import (
    Prediction,
    PreparedImage,
    as_array,
    as_data_sample,
    in_batches,
    named_error,
    predict_batch,
)
from mmmtl.tasks import DEPTH, NORMAL, SEG

FRAME = Frame('a', 'a.png', lambda: np.zeros((2, 3, 3), np.uint8))


def test_ids_are_whole_numbers_without_channels():
    array = as_array(torch.tensor([[[3, 0], [1, 255]]], dtype=torch.int32), SEG)
    assert array.dtype == np.int64
    assert array.tolist() == [[3, 0], [1, 255]]


def test_scalars_are_floats_without_channels():
    array = as_array(torch.tensor([[[0.5, 2.0]]], dtype=torch.float64), DEPTH)
    assert array.dtype == np.float32
    assert array.tolist() == [[0.5, 2.0]]


def test_the_components_of_directions_come_last():
    values = torch.arange(6.0).reshape(3, 1, 2)
    array = as_array(values, NORMAL)
    assert array.dtype == np.float32
    assert array.tolist() == [[[0, 2, 4], [1, 3, 5]]]
    assert array.flags.c_contiguous


def test_images_of_one_shape_can_be_joined():
    one, other, larger = (
        PreparedImage(FRAME, None, dict(inputs=torch.zeros(3, *size)))
        for size in ((4, 6), (4, 6), (5, 6))
    )
    assert one.shape == other.shape == ((3, 4, 6),)
    assert larger.shape != one.shape


def test_views_of_test_time_augmentation_have_a_shape_each():
    views = [torch.zeros(3, 4, 6), torch.zeros(3, 8, 12)]
    prepared = PreparedImage(FRAME, None, dict(inputs=views))
    assert prepared.shape == ((3, 4, 6), (3, 8, 12))


def test_an_error_is_joined_with_nothing_but_itself():
    first, second = (PreparedImage(FRAME, None, error=ValueError('broken')) for _ in range(2))
    assert first.shape != second.shape
    once, again = first.shape, first.shape
    assert once == again


def test_a_prediction_has_no_error_unless_it_is_said_and_stays_as_it_is():
    prediction = Prediction('a', 'a.png', None, {})
    assert prediction.error is None
    with pytest.raises(AttributeError):
        prediction.error = ValueError('late')


def test_batches_are_of_one_size_and_errors_stand_alone():
    def image(height):
        return PreparedImage(FRAME, None, dict(inputs=torch.zeros(3, height, 6)))

    broken = [PreparedImage(FRAME, None, error=ValueError('broken')) for _ in range(2)]
    images = [image(4), image(4), image(4), image(5), *broken, image(5)]
    a, b, c, d, e, f, g = images
    assert list(in_batches(images, 2)) == [[a, b], [c], [d], [e], [f], [g]]
    assert list(in_batches([], 2)) == []


def test_an_error_is_named_and_keeps_its_cause():
    cause = RuntimeError('kernel size 7')
    named = named_error(cause, 'a.png')
    assert (str(named), named.__cause__) == ('a.png: kernel size 7', cause)
    assert named_error(named, 'a.png') is named


@pytest.mark.parametrize('kind', [RuntimeError, ValueError, FloatingPointError])
def test_images_of_a_batch_that_fails_are_predicted_one_by_one(kind):
    def predict(batch):
        if any(one.packed['inputs'] == 1 for one in batch):
            raise kind('odd')
        return [dict(seg=one.packed['inputs']) for one in batch]

    batch = [PreparedImage(FRAME, None, dict(inputs=number)) for number in range(4)]
    found = list(predict_batch(batch, predict))
    assert [one.maps.get('seg') for one in found] == [0, None, 2, 3]
    assert [str(one.error) for one in found] == ['None', 'a.png: odd', 'None', 'None']


def test_an_image_with_an_error_keeps_it():
    error = ValueError('broken')
    (found,) = predict_batch([PreparedImage(FRAME, None, error=error)], lambda _: 1 / 0)
    assert (found.error, found.maps) == (error, {})


def test_a_batch_that_is_too_large_ends_the_run():
    def predict(batch):
        raise torch.OutOfMemoryError

    with pytest.raises(torch.OutOfMemoryError):
        list(predict_batch([PreparedImage(FRAME, None, dict(inputs=0))] * 2, predict))


def test_a_prediction_as_a_data_sample():
    tasks = {task.name: task for task in (SEG, NORMAL)}
    maps = dict(seg=np.arange(6).reshape(2, 3), normal=np.ones((2, 3, 3), np.float32))
    prediction = Prediction('a', 'a.png', np.zeros((2, 3, 3), np.uint8), maps)
    sample = as_data_sample(prediction, tasks)
    assert sample.pred_sem_seg.data.tolist() == [[[0, 1, 2], [3, 4, 5]]]
    assert sample.pred_normal_map.data.shape == (3, 2, 3)
    assert (sample.img_path, sample.ori_shape) == ('a.png', (2, 3))
