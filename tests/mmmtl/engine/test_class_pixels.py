import math

import pytest
import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

from mmmtl.engine import class_pixels
from mmmtl.engine.class_pixels import ClassPixels, reasons_without_labels

TASKS = dict(
    parts=dict(type='ClassTask', classes=['head', 'body', 'legs']),
    edge=dict(type='BinaryTask'),
    height=dict(type='ScalarTask'),
)


def sample(**labels):
    made = SegDataSample()
    for name, values in labels.items():
        dtype = torch.float32 if name in ('edge', 'height') else torch.int64
        field = 'gt_sem_seg' if name == 'seg' else f'gt_{name}'
        made.set_data({field: PixelData(data=torch.tensor([[values]], dtype=dtype))})
    return made


def test_every_class_has_a_pixel():
    pixels = ClassPixels(dict(tasks=TASKS))
    assert list(pixels.tasks) == ['parts', 'edge']  # what has names
    pixels.add([sample(parts=[0, 2], edge=[0.0, 0.2]), sample(parts=[1, 255], edge=[0.9, 255.0])])
    assert pixels.counts['parts'].tolist() == [1, 1, 1, 1]
    assert pixels.counts['edge'].tolist() == [2, 1, 1]
    assert pixels.warnings() == []
    pixels.add([sample(parts=[0, 0])])
    assert pixels.counts['parts'].sum() == 4  # no longer than needed


def test_classes_without_a_pixel_are_named():
    pixels = ClassPixels(dict(tasks=TASKS))
    pixels.add([sample(parts=[1, 1, 1, 255]), sample(edge=[0.0, 0.0])])
    pixels.add([sample(parts=[1, 1, 1, 255])])
    assert pixels.warnings() == [
        "no pixel of the task 'parts' has the class 'head' (0), 'legs' (2); 25.0% of its pixels "
        'have no label. What no label shows is not learned, and the mean of scores leaves it out. '
        "Likely reasons: the classes are not those of the files' ids, or these images lack them.",
        "no pixel of the task 'edge' has the class 'yes' (1); 0.0% of its pixels have no label. "
        'What no label shows is not learned, and the mean of scores leaves it out. Likely reasons: '
        "the classes are not those of the files' ids, or these images lack them.",
    ]


@pytest.mark.parametrize(
    ('settings', 'reasons'),
    [
        (
            {},
            'the masks are of 0 and 255, of which 255 is read as no label: label_readers='
            "dict(seg=dict(type='MaskReader', one=255)) reads it as 'thing'.",
        ),
        (
            dict(reduce_zero_label=True),
            "reads it as 'thing'; reduce_zero_label=True ignores id 0 and moves the others down by "
            'one, and leaves 255.',
        ),
    ],
)
def test_masks_of_two_classes_have_their_own_reasons(settings, reasons):
    pixels = ClassPixels(dict(classes=('ground', 'thing'), **settings))
    pixels.add([sample(seg=[0, 255, 255, 255])])
    (warning,) = pixels.warnings()
    assert "the class 'thing' (1); 75.0% of its pixels have no label" in warning
    assert warning.endswith(reasons)


def test_classes_that_no_image_has_are_named():
    tasks = dict(light=dict(type='ImageClassTask', classes=['day', 'night']))
    pixels = ClassPixels(dict(tasks=TASKS | tasks))
    day, nothing = ([[[1.0]], [[0.0]]], [[[math.nan]]] * 2)
    for values in (day, day, nothing, day):
        label = SegDataSample()
        label.set_data(dict(gt_light=PixelData(data=torch.tensor(values))))
        pixels.add([label])
    assert pixels.counts['light'].tolist() == [3, 0, 1]
    (warning,) = pixels.warnings()
    assert warning.startswith(
        "no image of the task 'light' has the class 'night' (1); 25.0% of its images have no label."
    )
    assert 'MaskReader' not in warning


def test_of_tasks_without_a_label_nothing_is_said():
    pixels = ClassPixels(dict(tasks=TASKS))
    pixels.add([sample(height=[1.0]), SegDataSample(), 'no sample'])
    assert pixels.warnings() == []
    assert ClassPixels(None).warnings() == ClassPixels(dict(classes=())).warnings() == []


def test_reasons_why_no_label_is_valid():
    metainfo = dict(classes=('ground', 'thing'), reduce_zero_label=True)
    one, two = reasons_without_labels(metainfo, ['seg', 'depth'])
    assert one.startswith('the masks are of 0 and 255')
    assert two.startswith('reduce_zero_label=True ignores id 0')
    (other,) = reasons_without_labels(dict(tasks=TASKS), ['parts', 'height'])
    assert other.startswith('the classes are not those of the files')
    assert reasons_without_labels(None, ['seg']) == []


def test_the_labels_of_all_processes_count(monkeypatch):
    pixels = ClassPixels(dict(tasks=TASKS))
    pixels.add([sample(parts=[0], edge=[0.0])])

    def add_another(counts):
        counts += torch.tensor([0, 5, 5, 0, 0, 0, 1])

    monkeypatch.setattr(class_pixels, 'all_reduce', add_another)
    (warning,) = pixels.warnings()
    assert "'edge' has the class 'yes' (1); 50.0% of" in warning
