"""What a segmentor refuses, and how it names it."""

import pytest
from torch import nn

from tests.utils.small_segmentor import (
    DEPTH_HEAD,
    IMAGES,
    SEG_HEAD,
    WIDTHS,
    PixelwiseBackbone,
    build,
    samples,
)


@pytest.mark.parametrize(
    ('settings', 'reason'),
    [
        (dict(decode_head=SEG_HEAD), 'decode_head: expected a head for each task.*_delete_=True'),
        (dict(decode_head=dict(segm=SEG_HEAD)), "Unknown task 'segm'"),
        (dict(decode_head=dict(seg=SEG_HEAD)), r"neck: expected the tasks.*\['seg'\].*'depth'"),
        (
            dict(neck=dict(type='MTANNeck', tasks=['seg'], widths=WIDTHS)),
            r"neck: expected the tasks of decode_head, \['seg', 'depth'\], found \['seg'\]",
        ),
        (dict(auxiliary_head=dict(normal=SEG_HEAD)), r"auxiliary_head: .*found \['normal'\]"),
        (dict(test_cfg=dict(mode='tiles')), "test_cfg.mode: .*found 'tiles'"),
        (dict(test_cfg=dict(mode='slide', stride=(1, 1))), r"needs \['crop_size'\]"),
        (
            dict(neck=None, decode_head=dict(depth=dict(DEPTH_HEAD, task='seg'))),
            "^decode_head.depth: DepthHead has no argument 'task'.$",
        ),
        (
            dict(backbone=dict(type='SegNet', widths=(8, 8), num_convs=(2, 2, 2))),
            'widths and num_convs',
        ),
        (
            dict(backbone=dict(type='SegNet', widths=(8,), num_convs=(1,))),
            'num_convs: .* at least 2',
        ),
    ],
)
def test_wrong_configs_are_named(settings, reason):
    with pytest.raises(ValueError, match=reason):
        build(**settings)


def test_a_backbone_that_keeps_its_blocks_is_named():
    model = build(backbone=dict(type='SegNet', widths=WIDTHS, num_convs=(2, 2, 2)))
    with pytest.raises(ValueError, match='set backbone.return_blocks=True'):
        model(IMAGES)


def test_labels_need_a_head():
    alone = build(
        neck=dict(type='MTANNeck', tasks=['seg'], widths=WIDTHS), decode_head=dict(seg=SEG_HEAD)
    )
    with pytest.raises(ValueError, match=r"expected labels of \['seg'\].*\['gt_depth_map'\] too"):
        alone(IMAGES, samples(), mode='loss')


def test_a_head_of_another_kind_of_task_is_named():
    heads = dict(seg=SEG_HEAD, depth=dict(DEPTH_HEAD, in_channels=8), normal=DEPTH_HEAD)
    with pytest.raises(ValueError, match='decode_head') as raised:
        build(neck=None, decode_head=heads)
    assert str(raised.value) == (
        'decode_head.normal: out_channels: DepthHead predicts 1 per pixel, found 3.'
    )


def test_weights_of_the_backbone_are_named_once():
    backbone = dict(type='ResNetV1c', depth=18, base_channels=8, pretrained='a.pth')
    with pytest.raises(ValueError, match='^pretrained: both the backbone and the segmentor name'):
        build(backbone=backbone, neck=None, pretrained='b.pth')


class ForgetfulNeck(nn.Module):
    """Gives features for one task alone, and does not say so."""

    def forward(self, features):
        return dict(seg=features)


def test_features_for_the_wrong_tasks_are_named():
    model = build(backbone=dict(type=PixelwiseBackbone), neck=dict(type=ForgetfulNeck))
    message = r"^features: expected the tasks of decode_head, \['seg', 'depth'\], found \['seg'\]"
    with pytest.raises(ValueError, match=message):
        model.extract_feat(IMAGES)
