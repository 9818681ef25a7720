"""Numbers of parameters, against those published and counted by hand from the widths."""

from functools import partial

import pytest
import torch
from mmengine.config import Config
from mmseg.registry import MODELS

from tests.utils.fourth_task import register_height

# CityScapes with 2, 7 and 19 classes; NYUv2 with 13 classes and three tasks.
CVPR = {
    'segnet': {2: 24_980_354, 7: 24_980_679, 19: 24_981_459, 13: 24_981_069},
    'stan_segnet': {2: 38_185_090, 7: 38_185_415, 19: 38_186_195, 13: 38_185_805},
    'split_segnet': {2: 25_017_347, 7: 25_017_672, 19: 25_018_452, 13: 25_055_185},
    'split-wide_segnet': {2: 43_896_323, 7: 43_896_648, 19: 43_897_428, 13: 43_934_161},
    'split-deep_segnet': {2: 50_769_923, 7: 50_770_248, 19: 50_771_028, 13: 50_807_761},
    'dense_segnet': {2: 90_793_673, 7: 90_796_893, 19: 90_804_621, 13: 123_743_992},
    'cross-stitch_segnet': {2: 49_960_661, 7: 49_960_986, 19: 49_961_766, 13: 74_941_804},
    'mtan_segnet': {2: 41_206_659, 7: 41_206_984, 19: 41_207_764, 13: 44_229_073},
}
SINGLE_TASK = ('segnet', 'stan_segnet')
SINGLE_DEPTH = 24_980_289
SINGLE_NORMAL = 24_980_419
STAN_DEPTH = 38_185_025

# What each further task of one number per pixel adds.
DEPTH_HEAD = 64 * 64 * 9 + 64 + 64 + 1
FURTHER_TASK = {
    'split_segnet': DEPTH_HEAD,
    'split-wide_segnet': DEPTH_HEAD,
    'split-deep_segnet': DEPTH_HEAD,
    'dense_segnet': 32_906_112 + DEPTH_HEAD,
    'cross-stitch_segnet': SINGLE_DEPTH + 4 + 5,
    'mtan_segnet': 2_984_576 + DEPTH_HEAD,
}
# One task: the same network as another, or the shared part and one stream.
ONE_TASK = {
    'split_segnet': CVPR['segnet'][7],
    'split-wide_segnet': CVPR['split-wide_segnet'][7] - DEPTH_HEAD,
    'split-deep_segnet': CVPR['split-deep_segnet'][7] - DEPTH_HEAD,
    'dense_segnet': CVPR['dense_segnet'][7] - FURTHER_TASK['dense_segnet'],
    'cross-stitch_segnet': CVPR['segnet'][7] + 4 + 5,
    'mtan_segnet': CVPR['stan_segnet'][7],
}

# The preprint prints them as multiples of one SegNet, for two tasks and with STAN for one.
PREPRINT = {
    'stan-v1_segnet': 1.32,
    'mtlbl1_segnet': 3.02,
    'mtlbl2_segnet': 2.06,
    'mtan-v1_segnet': 1.64,
}


def experiment(repository, architecture, num_classes=7, task=None):
    name = f'{architecture}_cityscapes{num_classes}' + (f'-{task}' if task else '')
    return Config.fromfile(repository / 'configs' / f'{name}.py').model


def give_tasks(model, tasks):
    for part in (model.backbone, model.get('neck', {})):
        if 'tasks' in part:
            part.tasks = tasks
    heads = dict(
        model.decode_head,
        normal=dict(type='NormalHead', in_channels=64, channels=64),
        height=dict(type='DepthHead', in_channels=64, channels=64),
    )
    model.decode_head = {task: heads[task] for task in tasks}


def build(model):
    with torch.device('meta'):
        return MODELS.build(model)


def count(model):
    built = build(model)
    weighting = sum(p.numel() for p in built.loss_weighting.parameters())
    return sum(p.numel() for p in built.parameters()) - weighting


@pytest.mark.parametrize('num_classes', [2, 7, 19])
@pytest.mark.parametrize('architecture', CVPR)
def test_counts_of_cityscapes(repository, architecture, num_classes):
    task = 'seg' if architecture in SINGLE_TASK else None
    model = experiment(repository, architecture, num_classes, task)
    assert count(model) == CVPR[architecture][num_classes]


@pytest.mark.parametrize('architecture', CVPR)
def test_counts_of_nyuv2(repository, architecture):
    task = 'seg' if architecture in SINGLE_TASK else None
    model = experiment(repository, architecture, task=task)
    model.decode_head.seg.num_classes = 13
    if 'shared_out_channels' in model.backbone:
        model.backbone.shared_out_channels = 13
    if task is None:
        give_tasks(model, ['seg', 'depth', 'normal'])
    assert count(model) == CVPR[architecture][13]


@pytest.mark.parametrize('num_classes', [2, 7, 19])
@pytest.mark.parametrize(
    ('architecture', 'expected'), [('segnet', SINGLE_DEPTH), ('stan_segnet', STAN_DEPTH)]
)
def test_counts_of_depth_alone(repository, architecture, expected, num_classes):
    assert count(experiment(repository, architecture, num_classes, 'depth')) == expected


def test_count_of_normals_alone(repository):
    model = experiment(repository, 'segnet', task='seg')
    give_tasks(model, ['normal'])
    assert count(model) == SINGLE_NORMAL


@pytest.mark.parametrize('architecture', FURTHER_TASK)
def test_one_task_and_four_tasks(repository, architecture, monkeypatch):
    register_height(monkeypatch)
    one = experiment(repository, architecture)
    give_tasks(one, ['seg'])
    assert count(one) == ONE_TASK[architecture]
    four = experiment(repository, architecture)
    give_tasks(four, ['seg', 'depth', 'normal', 'height'])
    three_tasks = CVPR[architecture][13]
    by_class = 65 if architecture != 'dense_segnet' else 65 + 64 * 9 + 1 + 2
    seven_classes = three_tasks - (13 - 7) * by_class
    assert count(four) == seven_classes + FURTHER_TASK[architecture]


@pytest.mark.parametrize('num_classes', [2, 7, 19])
@pytest.mark.parametrize('architecture', PREPRINT)
def test_ratios_of_the_preprint(repository, architecture, num_classes):
    task = 'seg' if architecture == 'stan-v1_segnet' else None
    found = count(experiment(repository, architecture, num_classes, task))
    ratio = found / CVPR['segnet'][num_classes]
    assert ratio == pytest.approx(PREPRINT[architecture], rel=0.03)


@pytest.mark.parametrize('norm', ['BN', 'SyncBN'])
def test_the_loss_weighting_is_the_only_other_parameter(repository, norm):
    model = experiment(repository, 'mtan_segnet')
    model.loss_weighting = dict(type='UncertaintyWeighting')
    model.backbone.norm_cfg = dict(type=norm)
    model.neck.norm_cfg = dict(type=norm)
    assert count(model) == CVPR['mtan_segnet'][7]
    assert sum(p.numel() for p in build(model).parameters()) == CVPR['mtan_segnet'][7] + 2


# By hand: a mask has conv 1x1 with bias and BN twice; a shared block has conv 1x1, 3x3, 1x1 and the
# shortcut's 1x1 without bias, each with BN; a DeepLabV3 head has five branches and the projection,
# conv 3x3 and BN, conv 1x1.
RESNET50 = 23_508_032
SHARED = sum(
    c * n + 2 * n + 9 * n * n + 2 * n + 4 * n * n + 8 * n + 4 * c * n + 8 * n
    for c, n in ((256, 128), (512, 256), (1024, 512))
)


MASKS = sum(
    seen * (c // 4) + 3 * (c // 4) + c // 4 * c + 3 * c
    for seen, c in ((256, 256), (1024, 512), (2048, 1024), (4096, 2048))
)


ASPP = 256 * (2048 + 3 * 9 * 2048 + 2048 + 5 * 256) + 6 * 2 * 256


def deeplab_head(channels):
    return ASPP + 9 * 256 * 256 + 2 * 256 + 256 * channels + channels


@pytest.mark.parametrize(
    ('name', 'expected'),
    [
        ('split_r50-d8_deeplabv3_cityscapes7', RESNET50 + deeplab_head(7) + deeplab_head(1)),
        (
            'mtan_r50-d8_deeplabv3_cityscapes7',
            RESNET50 + SHARED + 2 * MASKS + deeplab_head(7) + deeplab_head(1),
        ),
        (
            'mtan_r50-d8_deeplabv3_nyuv2',
            RESNET50 + SHARED + 3 * MASKS + sum(map(deeplab_head, (13, 1, 3))),
        ),
    ],
)
def test_counts_of_resnets(repository, name, expected):
    cfg = Config.fromfile(repository / 'configs' / f'{name}.py')
    with torch.device('meta'):
        model = MODELS.build(cfg.model)
    assert sum(p.numel() for p in model.parameters()) == expected


def conv_and_norm(inputs, outputs):
    return 9 * inputs * outputs + outputs + 2 * outputs


def mtunet_by_hand(tasks, cross_talk, heads):
    widths, bottleneck = (64, 128, 256, 512), 1024
    encoder = sum(
        conv_and_norm(before, width) + conv_and_norm(before + width, width)
        for before, width in zip((3, *widths), widths, strict=False)
    )
    encoder += conv_and_norm(512, bottleneck) + conv_and_norm(bottleneck, bottleneck)
    encoder += 4 * bottleneck * bottleneck + bottleneck  # transposed convolution 2x2
    decoder = 0
    for block, (skip, before) in enumerate([(512, 1024), (256, 512), (128, 256), (64, 128)]):
        talking = tasks if cross_talk and block == 2 else 1
        decoder += conv_and_norm(skip + talking * before, skip) + 3 * conv_and_norm(skip, skip)
    return encoder + tasks * decoder + sum(64 * channels + channels for channels in heads)


@pytest.mark.parametrize(
    ('name', 'tasks', 'cross_talk', 'heads'),
    [
        ('mtunet_cityscapes2', 2, True, (2, 1)),
        ('mtunet_cityscapes7', 2, True, (7, 1)),
        ('mtunet_cityscapes19', 2, True, (19, 1)),
        ('mtunet_cityscapes7-no-crosstalk', 2, False, (7, 1)),
        ('stunet_cityscapes7-seg', 1, False, (7,)),
        ('stunet_cityscapes19-depth', 1, False, (1,)),
    ],
)
def test_counts_of_mtunet(repository, name, tasks, cross_talk, heads):
    config = Config.fromfile(repository / 'configs' / f'{name}.py')
    with torch.device('meta'):
        model = MODELS.build(config.model)
    weighting = sum(p.numel() for p in model.loss_weighting.parameters())
    found = sum(p.numel() for p in model.parameters()) - weighting
    assert found == mtunet_by_hand(tasks, cross_talk, heads)


# InvPT by hand: a convolution 3x3 without bias and its normalisation; a ViT with patches of 16.
INVPT_WIDTHS = (576, 288, 144)
INVPT = {'vit-b': (768, 12), 'vit-l': (1024, 24)}
INVPT_PUBLISHED = {'vit-b': 176, 'vit-l': 423}
"""Millions of parameters for PASCAL-Context."""


def conv3(inputs, outputs):
    return 9 * inputs * outputs + 2 * outputs


def vit_by_hand(width, layers, patches):
    block = 12 * width**2 + 13 * width
    return (16 * 16 * 3 + 1 + 1 + patches + 1) * width + layers * block + 2 * width


def invpt_by_hand(width, outputs):
    tasks, top = len(outputs), INVPT_WIDTHS[0]
    total = sum(
        conv3(width, width) + conv3(width, 512)  # preliminary features
        + 513 * n  # preliminary prediction
        + (512 + n) * top + top  # both together
        + conv3(top, top) + top  # aggregation, with bias
        + (top + 1) * n  # head
        for n in outputs
    )  # fmt: skip
    for c in INVPT_WIDTHS:
        total += tasks * 11 * c + 4 * c**2 + 3 * c + 4 * c + 8 * c**2 + 5 * c + 2 * tasks * c
        if c < top:
            upward = conv3(2 * c, c) + conv3(c, c)
            total += tasks * upward + 9 * width * c + c + 8 + tasks * (top * c + top)
    return total


@pytest.mark.parametrize('size', INVPT)
def test_counts_of_invpt(repository, size, monkeypatch):
    # mmseg's ViT asks the default device for drop rates, which 'meta' cannot tell
    monkeypatch.setattr(torch, 'linspace', partial(torch.linspace, device='cpu'))
    width, layers = INVPT[size]
    counts = {}
    for name, outputs, patches in (
        ('pascal-context', (21, 7, 1, 3, 1), 32 * 32),
        ('nyud', (40, 1, 3, 1), 28 * 36),
    ):
        cfg = Config.fromfile(repository / 'configs' / f'invpt-full_{size}_{name}.py')
        counts[name] = count(cfg.model)
        by_hand = vit_by_hand(width, layers, patches) + invpt_by_hand(width, outputs)
        assert counts[name] == by_hand
    # What the authors' code has besides: two logits of saliency; and without use, the encoder's
    # features and a projection for the first block, a normalisation, biases of keys and of scores,
    # a fusion in the first block.
    saliency = 513 + 576 + 577
    unused = 9 * width * 576 + 576 + 5 * 577 * 576 + 2 * 5 * 144 + sum(INVPT_WIDTHS) + 10 + 2 + 2
    published = (counts['pascal-context'] + saliency + unused) / 1e6
    assert round(published) == INVPT_PUBLISHED[size]
