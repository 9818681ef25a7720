import json
from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image

from mmmtl.apis.depth_png import read_depth_png
from mmmtl.apis.prediction_files import save_picture_file, write_prediction
from mmmtl.tasks import (
    DEPTH,
    NORMAL,
    BinaryTask,
    ClassTask,
    ImageClassTask,
    ScalarTask,
    VectorTask,
    distinct_palette,
)

EDGE = BinaryTask(name='edge')


def test_ids_are_shown_in_colours_also_without_a_palette(tmp_path):
    ids = np.array([[0, 2, 1]])
    write_prediction(ClassTask(name='parts'), tmp_path / 'a.png', ids)
    with Image.open(tmp_path / 'a.png') as picture:
        assert np.array_equal(picture, ids)
        shown = np.asarray(picture.convert('RGB'))[0]
    colors = distinct_palette(3)
    assert [tuple(color) for color in shown.tolist()] == [colors[i] for i in (0, 2, 1)]


def test_probabilities_are_rounded_to_8_bit(tmp_path):
    values = np.array([[0.0, 0.499, 0.5, 1.0]], np.float32)
    write_prediction(EDGE, tmp_path / 'a.png', values)
    with Image.open(tmp_path / 'a.png') as picture:
        assert picture.mode == 'L'
        assert np.asarray(picture).tolist() == [[0, 127, 128, 255]]


def test_a_probability_that_is_not_finite_cannot_be_written(tmp_path):
    with pytest.raises(ValueError, match='a.png: expected finite probabilities'):
        write_prediction(EDGE, tmp_path / 'a.png', np.array([[np.nan]]))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ('task', 'expected'),
    [(DEPTH, None), (ScalarTask(name='height', unit='m'), 'm'), (ScalarTask(name='height'), None)],
)
def test_numbers_say_their_unit_if_they_have_one(tmp_path, task, expected):
    values = np.array([[1.5, -2.0]], np.float32)
    write_prediction(task, tmp_path / 'a.png', values)
    found, unit = read_depth_png(tmp_path / 'a.png')
    np.testing.assert_allclose(found, values, atol=1e-4)
    assert unit == expected


@pytest.mark.parametrize('task', [NORMAL, VectorTask(name='flow', channels=2)])
def test_vectors_have_no_png_file(tmp_path, task):
    values = np.zeros((2, 3, task.channels), np.float32)
    assert task.file_form is None
    with pytest.raises(TypeError, match=f'{type(task).__name__}: no file is registered'):
        write_prediction(task, tmp_path / 'a.png', values)
    assert not list(tmp_path.iterdir())


@dataclass(frozen=True, kw_only=True)
class Percentage(ScalarTask):
    """A kind that somebody derives, with a file of its own."""


def test_a_kind_can_register_its_own_file(tmp_path):
    def write(task, path, values):
        save_picture_file(Image.fromarray(values.astype(np.uint8)), path)

    write_prediction.register(Percentage, write)
    write_prediction(Percentage(name='cover'), tmp_path / 'a.png', np.full((1, 1), 42))
    assert np.asarray(Image.open(tmp_path / 'a.png')).tolist() == [[42]]


WEATHER = ImageClassTask(name='weather', classes=('sun', 'rain'))


def test_the_class_of_an_image_is_json(tmp_path):
    assert WEATHER.file_suffix == '.json'
    write_prediction(WEATHER, tmp_path / 'a.json', np.array([[[0.25, 0.75]]], np.float32))
    assert json.loads((tmp_path / 'a.json').read_text()) == {
        'class': 'rain',
        'id': 1,
        'score': 0.75,
        'scores': {'sun': 0.25, 'rain': 0.75},
    }
    with pytest.raises(ValueError, match=r'b\.json: expected finite probabilities'):
        write_prediction(WEATHER, tmp_path / 'b.json', np.array([[[np.nan, 1]]], np.float32))
    assert not (tmp_path / 'b.json').exists()
