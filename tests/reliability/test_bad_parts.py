"""Single parts of a config that are wrong, from tasks to metrics."""

from __future__ import annotations

import math

import pytest
from mmseg.registry import METRICS, MODELS, TRANSFORMS

from mmmtl.compat.scope import registry_scope
from mmmtl.tasks import build_tasks
from tests.utils.bad_inputs import Bad, check_refused
from tests.utils.small_segmentor import DEPTH_HEAD, SEG_HEAD, config

NAN = math.nan


def task(name='x', **definition):
    return lambda folder: build_tasks({name: definition})


def model(**settings):
    return lambda folder: MODELS.build(config(**settings))


def weighting(kind, **settings):
    return model(loss_weighting=dict(type=kind, **settings))


def part(registry, kind, **settings):
    def build(folder):
        with registry_scope():
            registry.build(dict(type=kind, **settings))

    return build


def head(**changes):
    return model(decode_head=dict(seg=SEG_HEAD, depth=DEPTH_HEAD | changes))


def loss(kind, **settings):
    return part(MODELS, kind, **settings)


TASK_ROWS = {
    'a task without a type': (task(classes=['a']), r'tasks\.x: expected a definition, dict\(type='),
    'a kind that is none': (task(type='ClassTsk'), r"tasks\.x\.type: .* 'ClassTsk'.*ClassTask"),
    'a kind that is a reader': (task(type='MaskReader'), r"tasks\.x\.type: .* 'MaskReader'"),
    'a kind that is a number': (task(type=3), r'tasks\.x\.type: expected one of .* found 3'),
    'an unknown argument': (task(type='BinaryTask', clases=2), r"tasks\.x: .* found 'clases'"),
    'a missing argument': (task(type='VectorTask'), r"tasks\.x: expected 'channels', which Vector"),
    'no class': (task(type='ClassTask', classes=[]), r'tasks\.x\.classes: expected'),
    'one class twice': (task(type='ClassTask', classes=['a', 'a']), r'tasks\.x\.classes: .*a'),
    'classes in one text': (task(type='ClassTask', classes='ab'), "classes: .* found 'ab'"),
    'a number of classes': (task(type='ClassTask', classes=3), 'classes: .* found 3'),
    'too many classes': (task(type='ClassTask', classes=range(256)), r'tasks\.x\.classes: .*25'),
    'too few colours': (
        task(type='ClassTask', classes=['a', 'b'], palette=[[0, 0, 0]]),
        r'tasks\.x\.palette: ',
    ),
    'a colour beyond 255': (
        task(type='ClassTask', classes=['a'], palette=[[0, 0, 256]]),
        r'tasks\.x\.palette: .*256',
    ),
    'a colour by its name': (task(type='ClassTask', classes=['a'], palette=['red']), 'palette: '),
    'colours as a number': (task(type='ClassTask', classes=['a'], palette=7), 'palette: .* 7'),
    'a unit that is a number': (task(type='ScalarTask', unit=3), r'tasks\.x\.unit: .* found 3'),
    'a range of nothing': (
        task(type='ScalarTask', min_value=1, max_value=1),
        r'tasks\.x: expected min_value < max_value, found 1 and 1',
    ),
    'a range in words': (task(type='ScalarTask', max_value='far'), "max_value: .* found 'far'"),
    'a void in words': (task(type='ScalarTask', invalid='none'), "invalid: .* found 'none'"),
    'a void that is true': (task(type='ScalarTask', invalid=True), 'invalid: .* found True'),
    'a vector of one': (task(type='VectorTask', channels=1), r'channels: expected at least 2'),
    'a vector of half a number': (task(type='VectorTask', channels=2.5), 'channels: .* 2.5'),
    'along the image in words': (task(type='VectorTask', channels=2, along_image='no'), "'no'"),
    'a name with a hyphen': (task('my-task', type='BinaryTask'), "found 'my-task'"),
    'a name with a dot': (task('a.b', type='BinaryTask'), r"as the name of a task, found 'a\.b'"),
    'an empty name': (task('', type='BinaryTask'), "as the name of a task, found ''"),
    'a name that is a number': (task(3, type='BinaryTask'), 'as the name of a task, found 3'),
    'a name of torch': (task('keys', type='BinaryTask'), "found 'keys'"),
    'a name of configs': (task('_base_', type='BinaryTask'), "found '_base_'"),
    'a name that is minimised': (task('lossy', type='BinaryTask'), "without 'loss'.* 'lossy'"),
    'a name of another field': (task('sem_seg', type='BinaryTask'), 'tasks.sem_seg: its field'),
    'a name of a known task': (
        lambda folder: build_tasks(['seg', 'Depth']),
        "Unknown task 'Depth'. Known tasks: seg, depth, normal",
    ),
    'tasks that are a number': (lambda folder: build_tasks(3), 'tasks: expected .* found 3'),
    'a task that is None': (lambda folder: build_tasks({'x': None}), r'tasks\.x: .* found None'),
}

MODEL_ROWS = {
    'a single head': (model(decode_head=SEG_HEAD), "a single head of type 'FCNHead'"),
    'no head': (model(decode_head={}), 'decode_head: expected a head for each task, .*, found {}'),
    'heads in a list': (model(decode_head=[SEG_HEAD]), 'decode_head: expected'),
    'heads in a text': (model(decode_head='FCNHead'), 'decode_head: expected'),
    'a head that is None': (
        model(neck=None, decode_head=dict(seg=None)),
        r'decode_head\.seg: expected',
    ),
    'a head that is a text': (
        model(neck=None, decode_head=dict(seg='FCNHead')),
        r'decode_head\.seg: expected',
    ),
    'a head that is none': (
        head(type='DepthHaed'),
        r"decode_head\.depth\.type: .*'DepthHaed'.*DepthHead",
    ),
    'a head without a type': (head(type=None), r'decode_head\.depth\.type: .* found None'),
    'an unknown argument of a head': (
        head(chanels=3),
        r"no argument 'chanels', the nearest is 'channels'",
    ),
    'a head of an unknown task': (
        model(decode_head=dict(seg=SEG_HEAD, dpeth=DEPTH_HEAD)),
        "Unknown task 'dpeth'",
    ),
    'a head of another kind': (
        model(neck=None, decode_head=dict(seg=DEPTH_HEAD)),
        'decode_head.seg: ',
    ),
    'a head of classes for depths': (
        model(decode_head=dict(seg=SEG_HEAD, depth=SEG_HEAD)),
        r'decode_head\.depth: FCNHead learns class ids',
    ),
    'a head of too many numbers': (
        head(out_channels=2),
        r'decode_head\.depth: out_channels: .*1 per pixel, found 2',
    ),
    'a range of a head that is empty': (
        head(value_range=(2, 1)),
        r'decode_head\.depth: .*value_range',
    ),
    'a loss that is none': (head(loss_decode=dict(type='L1')), r"decode_head\.depth.*'L1'"),
    'a loss without a type': (head(loss_decode=dict(loss_weight=1)), r'decode_head\.depth'),
    'a loss of logits for depths': (
        head(loss_decode=dict(type='BinaryCrossEntropyLoss')),
        r'decode_head\.depth\.loss_decode: BinaryCrossEntropyLoss compares logits',
    ),
    'a backbone that is none': (
        model(backbone=dict(type='SegNat')),
        r"backbone\.type: .*'SegNat'.*'SegNet'",
    ),
    'a backbone without a type': (model(backbone=dict(widths=(8,))), r'backbone\.type: .* None'),
    'a backbone that is a text': (model(backbone='SegNet'), 'backbone: expected'),
    'no backbone': (model(backbone=3), 'backbone: expected .* found 3'),
    'an unknown argument of a backbone': (
        model(backbone=dict(type='SegNet', width=(8,))),
        r"backbone: SegNet has no argument 'width'",
    ),
    'a neck that is a text': (model(neck='MTANNeck'), 'neck: expected'),
    'a neck of other tasks': (
        model(neck=dict(type='MTANNeck', tasks=['seg', 'normal'], widths=(8, 8, 8))),
        r"neck: expected the tasks of decode_head, \['seg', 'depth'\], found \['seg', 'normal'\]",
    ),
    'a neck that is none': (model(neck=dict(type='MTAN')), r"neck\.type: .* 'MTAN'"),
    'an auxiliary head of no task': (
        model(auxiliary_head=dict(normal=DEPTH_HEAD)),
        r"auxiliary_head: expected tasks among .* found \['normal'\]",
    ),
    'an auxiliary head that is a text': (
        model(auxiliary_head=dict(seg='FCNHead')),
        r'auxiliary_head\.seg',
    ),
    'windows without a size': (model(test_cfg=dict(mode='slide')), 'test_cfg'),
    'a mode that is none': (model(test_cfg=dict(mode='hole')), "test_cfg.*'hole'"),
    'a stride of zero': (
        model(test_cfg=dict(mode='slide', crop_size=(8, 8), stride=(0, 8))),
        'test_cfg.*stride',
    ),
    'losses that are not finite in other words': (
        model(train_cfg=dict(non_finite_loss='ignore')),
        "non_finite_loss.*'ignore'",
    ),
    'a data preprocessor that is none': (
        model(data_preprocessor=dict(type='X')),
        "data_preprocessor.*'X'",
    ),
}

WEIGHTING_ROWS = {
    'a weighting that is none': (
        weighting('UncertainWeighting'),
        "loss_weighting.type: .*'UncertainW",
    ),
    'a weighting that is a loss': (
        weighting('MaskedL1Loss'),
        "loss_weighting.type: .* 'MaskedL1Loss'",
    ),
    'a weighting as a text': (model(loss_weighting='equal'), 'loss_weighting: expected'),
    'a weighting as a list': (model(loss_weighting=[1, 2]), 'loss_weighting: expected'),
    'an unknown argument of a weighting': (
        weighting('DynamicWeightAverage', temprature=2),
        "loss_weighting: .* no argument 'temprature', the nearest is 'temperature'",
    ),
    'a temperature of zero': (
        weighting('DynamicWeightAverage', temperature=0),
        'temperature: .* 0',
    ),
    'a temperature of NaN': (weighting('DynamicWeightAverage', temperature=NAN), 'found nan'),
    'a temperature in words': (
        weighting('DynamicWeightAverage', temperature='hot'),
        "loss_weighting: .*'hot'|loss_weighting: .*str",
    ),
    'weights of other tasks': (
        weighting('FixedWeighting', weights=dict(seg=1)),
        'loss_weighting: ',
    ),
    'a weight in words': (
        weighting('FixedWeighting', weights=dict(seg=1, depth='x')),
        'loss_weighting',
    ),
    'a negative weight': (
        weighting('FixedWeighting', weights=dict(seg=1, depth=-1)),
        'loss_weighting',
    ),
    'a weight of NaN': (
        weighting('FixedWeighting', weights=dict(seg=1, depth=NAN)),
        'loss_weighting',
    ),
    'weights without tasks': (weighting('FixedWeighting', weights=[1, 2]), 'loss_weighting'),
    'no weights': (weighting('FixedWeighting'), "loss_weighting: .*'weights'"),
    'a form that is none': (weighting('UncertaintyWeighting', form='kendal'), "form: .* 'kendal'"),
    'a window of zero': (weighting('LearnableWeighting', window=0), 'window: .* found 0'),
    'a negative rate': (weighting('LearnableWeighting', lr=-1), 'lr: .* found -1'),
    'an epsilon of zero': (weighting('LearnableWeighting', eps=0), 'eps: .* found 0'),
}

LOSS_ROWS = {
    'a share of zero': (loss('BerHuLoss', share=0), 'share: .* found 0'),
    'a share beyond 1': (loss('BerHuLoss', share=1.5), 'share: .* found 1.5'),
    'a focus beyond 1': (loss('SILogLoss', variance_focus=2), 'variance_focus: .* found 2'),
    'a focus of NaN': (loss('SILogLoss', variance_focus=NAN), 'variance_focus: .* found nan'),
    'a beta of zero': (loss('MaskedSmoothL1Loss', beta=0), 'beta: .* found 0'),
    'a loss weight of NaN': (loss('MaskedL1Loss', loss_weight=NAN), 'loss_weight: .* found nan'),
    'a loss weight in words': (loss('MaskedL1Loss', loss_weight='1'), "loss_weight: .* found '1'"),
}

TRANSFORM_ROWS = {
    'no factor': (part(TRANSFORMS, 'RandomScaleCrop', scales=[]), r'scales: .* found \[\]'),
    'a factor below 1': (part(TRANSFORMS, 'RandomScaleCrop', scales=[0.5]), r'scales: .*\[0.5\]'),
    'factors of NaN': (part(TRANSFORMS, 'RandomScaleCrop', scales=[NAN]), r'scales: .*nan'),
    'a factor alone': (part(TRANSFORMS, 'RandomScaleCrop', scales=1.5), r'scales: .* 1\.5'),
    'a size of one side': (part(TRANSFORMS, 'ReduceResolution', size=(8,)), r'size: .*\(8,\)'),
    'a size as a number': (part(TRANSFORMS, 'ReduceResolution', size=8), r'size: .* found 8'),
    'a size of zero': (part(TRANSFORMS, 'ReduceResolution', size=(0, 8)), r'size: .*\(0, 8\)'),
    'a size of halves': (
        part(TRANSFORMS, 'ReduceResolution', size=(1.5, 8)),
        r'size: .*\(1.5, 8\)',
    ),
    'a size in words': (part(TRANSFORMS, 'ReduceResolution', size='8x8'), "size: .*'8x8'"),
}

METRIC_ROWS = {
    'an average that is none': (
        part(METRICS, 'NormalErrorMetric', average='image'),
        "average: .*'image'",
    ),
    'only files, and no folder': (
        part(METRICS, 'NormalErrorMetric', format_only=True),
        'output_dir',
    ),
    'a beta that is not positive': (
        part(METRICS, 'BinaryMetric', task='x', beta_squared=0),
        'found 0',
    ),
    'a threshold beyond 1': (
        part(METRICS, 'BinaryMetric', task='x', thresholds=[2]),
        r'found \[2\]',
    ),
    'no threshold': (part(METRICS, 'BinaryMetric', task='x', thresholds=[]), r'thresholds: .*\[\]'),
    'a metric of classes that is none': (
        part(METRICS, 'TaskIoUMetric', task='seg', iou_metrics=['mIou']),
        "iou_metrics.*'mIou'",
    ),
}

TABLE = TASK_ROWS | MODEL_ROWS | WEIGHTING_ROWS | LOSS_ROWS | TRANSFORM_ROWS | METRIC_ROWS
ROWS = {key: Bad(call, line) for key, (call, line) in TABLE.items()}


@pytest.mark.parametrize('row', ROWS.values(), ids=ROWS)
def test_what_is_no_part_is_refused(row, tmp_path):
    check_refused(row, tmp_path)
