import json
import math

import numpy as np
import pytest
import torch

from mmmtl.compat.checkpoint import load_from_local
from mmmtl.tasks import ImageClassTask, build_tasks, task_definitions
from tests.utils.errors import error_of

WEATHER = ImageClassTask(name='weather', classes=['sun', 'rain', 'snow'])
RAIN = torch.tensor([0.0, 1.0, 0.0]).view(3, 1, 1)
NOTHING = torch.full((3, 1, 1), math.nan)


def test_it_is_of_the_whole_image():
    assert not WEATHER.is_dense
    assert WEATHER.map_size((480, 640)) == (1, 1)
    assert WEATHER.channels == 3
    empty = WEATHER.empty_map((480, 640))
    assert (empty.shape, empty.dtype) == ((1, 1, 3), np.float32)
    assert np.isnan(empty).all()


def test_there_may_be_very_many_classes_but_not_one():
    assert ImageClassTask(name='a', classes=range(1000)).channels == 1000
    one = error_of(ImageClassTask, name='a', classes=['sun'])
    assert one == 'tasks.a.classes: expected at least 2 names, found 1.'
    none = error_of(build_tasks, dict(a=dict(type='ImageClassTask')))
    assert none == "tasks.a: expected 'classes', which ImageClassTask needs."


def test_an_image_has_a_label_or_none():
    assert WEATHER.valid_mask(RAIN).tolist() == [[[True]]]
    assert WEATHER.valid_mask(NOTHING).tolist() == [[[False]]]
    batch = torch.stack([NOTHING, RAIN])
    assert WEATHER.valid_mask(batch).flatten().tolist() == [False, True]


def test_heads_find_zeros_where_there_is_no_label():
    found = WEATHER.head_label(NOTHING)
    assert sorted(found) == ['gt_map', 'gt_valid']  # and no ids, of which heads of mmseg make maps
    assert not found['gt_valid'].any()
    assert torch.equal(found['gt_map'], torch.zeros(3, 1, 1))
    assert torch.equal(WEATHER.head_label(RAIN)['gt_map'], RAIN)
    assert WEATHER.head_arguments == dict(out_channels=3)


def test_logits_become_probabilities():
    logits = torch.tensor([2.0, 1.0, 1.0]).log().view(3, 1, 1)
    assert WEATHER.decode(logits).flatten().tolist() == pytest.approx([0.5, 0.25, 0.25])
    assert WEATHER.output_field is None  # the prediction says it all


def test_a_mean_of_views_is_one_of_probabilities():
    views = torch.tensor([[0.9, 0.1, 0.0], [0.1, 0.5, 0.4]]).view(2, 3, 1, 1)
    mean = torch.stack([WEATHER.to_mean(view) for view in views]).mean(dim=0)
    found = WEATHER.decode(WEATHER.from_mean(mean))
    torch.testing.assert_close(found.flatten(), torch.tensor([0.5, 0.3, 0.2]))
    assert WEATHER.from_mean(RAIN).isfinite().all()


@pytest.mark.parametrize('direction', ['horizontal', 'vertical', 'diagonal'])
def test_no_view_of_the_image_changes_it(direction):
    assert torch.equal(WEATHER.flip(RAIN, direction), RAIN)
    assert not WEATHER.changes_with_zoom


def test_random_labels_are_of_the_first_classes():
    torch.manual_seed(0)
    labels = torch.stack([WEATHER.random_label((9, 9), num_classes=2) for _ in range(20)])
    assert labels.shape == (20, 3, 1, 1)
    assert torch.equal(labels.sum(dim=1), torch.ones(20, 1, 1))
    assert (labels.sum(dim=0).flatten() > 0).tolist() == [True, True, False]
    WEATHER.random_label((9, 9), num_classes=19)  # more than there are


def test_images_are_counted_by_class():
    assert WEATHER.label_names == ('sun', 'rain', 'snow')
    assert WEATHER.count_names(RAIN).tolist() == [0, 1, 0, 0]
    assert WEATHER.count_names(NOTHING).tolist() == [0, 0, 0, 1]


def test_a_definition_makes_the_task_again(tmp_path):
    definitions = task_definitions(dict(weather=WEATHER))
    assert definitions == dict(weather=dict(type='ImageClassTask', classes=['sun', 'rain', 'snow']))
    assert build_tasks(json.loads(json.dumps(definitions))) == dict(weather=WEATHER)
    path = str(tmp_path / 'epoch_1.pth')
    torch.save(dict(state_dict={}, meta=dict(dataset_meta=dict(tasks=definitions))), path)
    stored = load_from_local(path)['meta']['dataset_meta']['tasks']
    assert build_tasks(stored) == dict(weather=WEATHER)


def test_words():
    assert WEATHER.describe() == dict(
        quantity='image class',
        classes=['sun', 'rain', 'snow'],
        values='logits; their softmax are the probabilities',
    )
    shares = torch.tensor([0.25, 2 / 3, 1 / 12]).view(3, 1, 1)
    assert WEATHER.record(shares) == {
        'class': 'rain',
        'id': 1,
        'score': 0.666667,
        'scores': {'sun': 0.25, 'rain': 0.666667, 'snow': 0.0833333},
    }
    json.dumps(WEATHER.record(shares))


def test_readers_are_told_classes_and_key():
    facts = dict(class_names=['sun', 'rain', 'snow'], label_key='weather_label')
    assert WEATHER.reader_facts == facts
    assert WEATHER.default_reader() == dict(type='ImageLabelReader', **facts)
