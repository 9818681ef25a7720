import cv2
import mmcv.transforms  # noqa: F401  (registers its transforms)
import mmengine.registry
import mmseg.datasets.transforms  # noqa: F401  (registers its transforms)
import numpy as np
import pytest
from mmseg.registry import DATASETS, TRANSFORMS

from mmmtl.compat.scope import registry_scope
from mmmtl.datasets.transforms import check_pipeline
from mmmtl.datasets.transforms.compatibility import _REFUSALS
from mmmtl.tasks import (
    DEPTH,
    NORMAL,
    SEG,
    BinaryTask,
    ClassTask,
    ImageClassTask,
    ScalarTask,
    VectorTask,
)
from tests.utils.samples import MAPS, random_sample

EDGE = BinaryTask(name='edge')
PARTS = ClassTask(name='parts', classes=('head', 'body'))
ALBEDO = VectorTask(name='albedo', channels=3)
FLOW = VectorTask(name='flow', channels=2, along_image=True)
HEIGHT = ScalarTask(name='height', unit='m')
WEATHER = ImageClassTask(name='weather', classes=('sun', 'rain'))
NUMBERS = (DEPTH, EDGE, NORMAL, ALBEDO, FLOW, HEIGHT)
ALL = (SEG, PARTS, *NUMBERS)
STILL = (SEG, PARTS, EDGE, NORMAL, ALBEDO, HEIGHT)
"""Tasks whose values a zoom leaves alone."""
FLIP = dict(type='RandomFlip', prob=0.5)
SWAP = dict(FLIP, swap_seg_labels=[(0, 1)])
ROTATE = dict(type='RandomRotate', prob=0.5, degree=10)
HOLES = dict(type='RandomCutOut', prob=0.5, n_holes=1, cutout_shape=(2, 2))
RESIZE = dict(scale=(12, 8), ratio_range=(0.5, 2.0))


def check(config, *tasks):
    with registry_scope():  # some build others
        transform = TRANSFORMS.build(config)
    check_pipeline([transform], tasks)


def test_every_transform_of_mmcv_and_mmseg_has_its_decision():
    registered = {
        f'{cls.__module__.partition(".")[0]}.{cls.__name__}'
        for registry in (mmengine.registry.TRANSFORMS, TRANSFORMS)
        for cls in registry.module_dict.values()
    }
    theirs = {name for name in registered if name.startswith(('mmcv.', 'mmseg.'))}
    assert len(theirs) > 50
    assert theirs - set(_REFUSALS) == set()


@pytest.mark.parametrize(
    ('config', 'right', 'wrong'),
    [
        (FLIP, (SEG, PARTS, DEPTH, EDGE, ALBEDO, HEIGHT), (NORMAL, FLOW)),
        (SWAP, (SEG, PARTS), NUMBERS),
        (dict(FLIP, type='mmengine.RandomFlip'), (SEG,), (PARTS, *NUMBERS)),
        (ROTATE, (SEG, PARTS), NUMBERS),
        (HOLES, ALL, ()),
        (dict(HOLES, seg_fill_in=255), (SEG, PARTS), NUMBERS),
        (dict(type='RandomMosaic', prob=0.5), (SEG, PARTS), NUMBERS),
        (dict(type='Pad', size_divisor=8), (SEG,), (PARTS, *NUMBERS)),
        (dict(type='CenterCrop', crop_size=4), (SEG,), (PARTS, *NUMBERS)),
        (dict(type='Resize', scale=(12, 8)), ALL, ()),
        (dict(type='mmengine.Resize', scale=(4, 4)), (SEG,), (PARTS, *NUMBERS)),
        (dict(type='RandomResize', **RESIZE), STILL, (DEPTH, FLOW)),
        (dict(type='RandomChoiceResize', scales=[8, 9]), STILL, (DEPTH, FLOW)),
        (
            dict(type='RandomResize', resize_type='mmengine.Resize', **RESIZE),
            (SEG,),
            (PARTS, *NUMBERS),
        ),
        (dict(type='RandomCrop', crop_size=4), ALL, ()),
        (dict(type='PhotoMetricDistortion'), ALL, ()),
        (dict(type='PackSegInputs'), (SEG, DEPTH), (PARTS, EDGE, NORMAL, ALBEDO, FLOW, HEIGHT)),
        (dict(type='RandomRotFlip'), (), ALL),
        (dict(type='LoadAnnotations'), (), ALL),
        (dict(type='BioMedicalGaussianNoise'), (), ALL),
        (dict(type='MultiTaskRandomFlip', prob=0.5), ALL, ()),
        (
            dict(type='MultiTaskRandomRotate', prob=0.5, degree=3),
            ALL,
            (),
        ),
    ],
)
def test_decisions_by_task(config, right, wrong):
    check(config, *right)
    for task in wrong:
        with pytest.raises(ValueError, match=f'cannot be used with labels of {task.name}: it'):
            check(config, SEG, task) if task is not SEG and right else check(config, task)


def test_the_message_says_what_why_and_what_instead():
    with pytest.raises(
        ValueError,
        match=r'pipeline: RandomRotate of mmseg cannot be used with labels of depth, normal: it '
        r'pads every map with a class id .*\. Use MultiTaskRandomRotate instead\.',
    ):
        check(ROTATE, SEG, DEPTH, NORMAL)


@pytest.mark.parametrize(
    'config',
    [
        dict(type='RandomApply', transforms=[ROTATE]),
        dict(type='RandomChoice', transforms=[[dict(type='PhotoMetricDistortion')], [ROTATE]]),
        dict(type='TestTimeAug', transforms=[[FLIP, ROTATE], [dict(type='PackMultiTaskInputs')]]),
        dict(type='Compose', transforms=[dict(type='RandomApply', transforms=[ROTATE])]),
        dict(type='KeyMapper', transforms=[ROTATE], mapping=dict(img='img')),
    ],
)
def test_transforms_inside_others_are_seen(config):
    check(config, SEG)
    with pytest.raises(ValueError, match='RandomRotate of mmseg'):
        check(config, SEG, DEPTH)


def test_a_transform_that_is_not_in_the_table_is_only_right_for_classes():
    new = type('Shear', (), {'__module__': 'mmseg.datasets.new', '__call__': lambda self, x: x})()
    check_pipeline([new], [SEG])
    with pytest.raises(ValueError, match='Shear of mmseg .* it is not known to be right'):
        check_pipeline([new], [SEG, NORMAL])


def test_transforms_of_others_are_their_authors_business():
    class Subclass(type(TRANSFORMS.build(ROTATE))):
        pass

    check_pipeline([Subclass(prob=1.0, degree=3), lambda results: results], [DEPTH, NORMAL])


@pytest.mark.parametrize(
    'config',
    [
        dict(type='Resize', scale=(30, 20)),
        dict(type='Resize', scale=(7, 9), keep_ratio=True),
        dict(type='ResizeToMultiple', size_divisor=5),
        dict(type='ResizeShortestEdge', scale=5, max_size=100),
        dict(type='SegRescale', scale_factor=0.5),
        dict(type='RandomCrop', crop_size=(4, 5)),
        HOLES,
        dict(type='RandomDepthMix', prob=1.0),
        dict(type='PhotoMetricDistortion'),
    ],
)
def test_what_is_called_right_keeps_each_pixel_s_labels_together(make_sample, config):
    check(config, SEG, DEPTH, NORMAL)
    before, after = make_sample(), TRANSFORMS.build(config)(make_sample())
    pixels = after['gt_seg_map']
    assert len(np.unique(pixels)) > 5
    assert np.array_equal(after['gt_depth_map'], before['gt_depth_map'].ravel()[pixels])
    assert np.array_equal(after['gt_normal_map'], before['gt_normal_map'].reshape(-1, 3)[pixels])


def test_a_data_set_refuses_what_would_corrupt_its_labels(tmp_path):
    for folder in ('images', 'ids', 'depth'):
        (tmp_path / folder).mkdir()
    cv2.imwrite(str(tmp_path / 'images/a.jpg'), np.zeros((4, 6, 3), np.uint8))
    cv2.imwrite(str(tmp_path / 'ids/a.png'), np.zeros((4, 6), np.uint8))
    np.save(tmp_path / 'depth/a.npy', np.ones((4, 6), np.float32))
    config = dict(
        type='MultiTaskDataset',
        tasks=['seg'],
        data_root=str(tmp_path),
        data_prefix=dict(img_path='images', seg_map_path='ids', depth_map_path='depth'),
        metainfo=dict(classes=('a',)),
        pipeline=[
            dict(type='LoadMultiTaskImage'),
            dict(type='LoadMultiTaskAnnotations'),
            dict(type='RandomApply', transforms=[ROTATE]),
            dict(type='PackMultiTaskInputs'),
        ],
    )
    assert len(DATASETS.build(config)) == 1
    both = dict(config, tasks=['seg', 'depth'])
    for refused in (both, dict(type='ConcatDataset', datasets=[config, both])):
        message = 'RandomRotate of mmseg .* labels of depth'
        with pytest.raises(ValueError, match=message), registry_scope():
            DATASETS.build(refused)


def test_mmseg_s_own_resize_and_crop_keep_depths_right():
    # A resize of the whole image is no zoom: nothing gets nearer.
    resize = TRANSFORMS.build(dict(type='mmseg.Resize', scale=(12, 8), keep_ratio=False))
    resized = resize(random_sample())
    for key in MAPS:
        doubled = random_sample()[key].repeat(2, axis=0).repeat(2, axis=1)
        assert np.array_equal(resized[key], doubled)
    np.random.seed(0)
    crop = TRANSFORMS.build(dict(type='mmseg.RandomCrop', crop_size=(2, 2)))
    cropped = crop(random_sample())
    for key in MAPS:
        assert cropped[key].shape[:2] == (2, 2)
    distort = TRANSFORMS.build(dict(type='mmseg.PhotoMetricDistortion'))
    distorted = distort(random_sample())
    for key in MAPS:
        assert np.array_equal(distorted[key], random_sample()[key])


@pytest.mark.parametrize(
    ('config', 'saying'),
    [
        (dict(type='RandomCrop', crop_size=4, cat_max_ratio=0.75), 'with a cat_max_ratio below 1'),
        (dict(type='GenerateEdge'), 'which draws the edges'),
    ],
)
def test_transforms_that_read_the_label_of_seg_need_it(config, saying):
    check(config, SEG, PARTS)
    message = (
        f"^pipeline: {config['type']} of mmseg {saying} reads the label of 'seg', expected it "
        r"among the tasks, found \['parts', 'depth'\]\.$"
    )
    apply = dict(type='RandomApply', prob=0.5, transforms=[config])
    for given in (config, apply):
        with pytest.raises(ValueError, match=message):
            check(given, PARTS, DEPTH)


@pytest.mark.parametrize(
    'config',
    [
        FLIP, SWAP, ROTATE, HOLES, dict(HOLES, seg_fill_in=255),
        dict(FLIP, type='mmengine.RandomFlip'),
        dict(type='Pad', size_divisor=8), dict(type='CenterCrop', crop_size=4),
        dict(type='RandomResize', **RESIZE), dict(type='RandomRotFlip'),
        dict(type='PhotoMetricDistortion'),
    ],
    ids=lambda config: config['type'],
)  # fmt: skip
def test_labels_of_the_whole_image_are_left_alone(config):
    check(config, WEATHER)


@pytest.mark.parametrize(
    ('config', 'reason'),
    [
        (dict(type='RandomMosaic', prob=0.5), 'it joins four images, and the label is that of one'),
        (dict(type='PackSegInputs'), 'it packs gt_seg_map and gt_depth_map only'),
        (dict(type='LoadAnnotations'), "it does not read labels with the data set's readers"),
    ],
)
def test_what_loses_or_mixes_labels_of_the_whole_image_is_refused(config, reason):
    with pytest.raises(ValueError, match=reason):
        check(config, WEATHER)
