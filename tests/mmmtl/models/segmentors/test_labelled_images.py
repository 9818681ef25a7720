import pytest

from mmmtl.models.segmentors.labelled_images import labelled_images
from mmmtl.tasks import build_tasks
from tests.utils.constant_labels import TASKS, sample_of

INVALID = dict(seg=255, depth=0, normal=0)


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
        labelled_images(build_tasks(['seg', 'depth']), samples)
    assert str(raised.value) == (
        "b.png: expected labels of ['seg', 'depth'], the tasks that have a head, found the "
        "labels ['gt_normal_map'] too; compare the keys of model.decode_head with the `tasks` of "
        'the data set.'
    )


def test_the_word_of_the_data_preprocessor_counts():
    samples = [sample_of(seg=1, depth=2.0), sample_of(seg=1, depth=0.0), sample_of(depth=2.0)]
    for sample, labelled in zip(samples, (('depth',), ('seg', 'depth')), strict=False):
        sample.set_metainfo(dict(labelled=labelled))
    assert labelled_images(TASKS, samples) == dict(seg=[1], depth=[0, 1, 2], normal=[])
