"""A small segmentor for segmentation and depth, with a batch for it."""

import torch
from mmengine.structures import PixelData
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample
from torch import nn

SEG_HEAD = dict(
    type='FCNHead',
    in_channels=8,
    channels=8,
    num_convs=1,
    concat_input=False,
    num_classes=5,
    loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True),
)
DEPTH_HEAD = dict(type='DepthHead', in_channels=8, channels=8)
WIDTHS = (8, 8, 8)
IMAGES = torch.rand(2, 3, 16, 24, generator=torch.Generator().manual_seed(2))


def config(**settings):
    defaults = dict(
        type='MultiTaskSegmentor',
        backbone=dict(type='SegNet', widths=WIDTHS, num_convs=(2, 2, 2), return_blocks=True),
        neck=dict(type='MTANNeck', tasks=['seg', 'depth'], widths=WIDTHS),
        decode_head=dict(seg=SEG_HEAD, depth=DEPTH_HEAD),
    )
    return {k: v for k, v in {**defaults, **settings}.items() if v is not None}


def build(**settings):
    torch.manual_seed(0)
    model = MODELS.build(config(**settings))
    model.init_weights()
    return model


def samples(count=2, size=(16, 24), **fields):
    generator = torch.Generator().manual_seed(0)
    batch = []
    for _ in range(count):
        sample = SegDataSample(metainfo=dict(img_path='a.png', ori_shape=size, img_shape=size))
        sample.gt_sem_seg = PixelData(data=torch.randint(0, 5, (1, *size), generator=generator))
        depth = torch.rand((1, *size), generator=generator)
        sample.set_data(dict(gt_depth_map=PixelData(data=depth * (depth > 0.2))))
        batch.append(sample)
    return batch


class PixelwiseBackbone(nn.Module):
    """Sees one pixel at a time, so that windows and the whole image must agree."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 1)

    def forward(self, x):
        return (self.conv(x),)
