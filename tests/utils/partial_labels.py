"""A small MTAN, and batches in which some images lack the labels of some tasks."""

from __future__ import annotations

import torch
from mmengine.structures import PixelData
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample

SIZE = (16, 24)
WIDTHS = (8, 8, 8)
IMAGES = torch.rand(4, 3, *SIZE, generator=torch.Generator().manual_seed(2))
FIELDS = dict(seg='gt_sem_seg', depth='gt_depth_map')
BOTH, SEG, DEPTH, NONE = ('seg', 'depth'), ('seg',), ('depth',), ()


def build(**settings):
    torch.manual_seed(0)
    model = MODELS.build(
        dict(
            type='MultiTaskSegmentor',
            backbone=dict(type='SegNet', widths=WIDTHS, num_convs=(2, 2, 2), return_blocks=True),
            neck=dict(type='MTANNeck', widths=WIDTHS),
            decode_head=dict(
                seg=dict(
                    type='FCNHead',
                    in_channels=8,
                    channels=8,
                    num_convs=1,
                    concat_input=False,
                    num_classes=5,
                    loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True),
                ),
                depth=dict(type='DepthHead', in_channels=8, channels=8),
            ),
            **settings,
        )
    )
    model.init_weights()
    with torch.no_grad():
        for _ in range(20):  # statistics that keep the features alive
            model.train()(IMAGES, mode='tensor')
    return model.eval()  # the normalisation of an image does not depend on its batch


def make_samples(*tasks_of_each):
    """Fully valid labels of the named tasks; the values depend on the image's number alone."""
    batch = []
    for index, tasks in enumerate(tasks_of_each):
        generator = torch.Generator().manual_seed(index)
        sample = SegDataSample(
            metainfo=dict(img_path=f'{index}.png', ori_shape=SIZE, img_shape=SIZE)
        )
        labels = dict(
            seg=torch.randint(0, 5, (1, *SIZE), generator=generator),
            depth=torch.rand((1, *SIZE), generator=generator) + 0.1,
        )
        for task in tasks:
            sample.set_data({FIELDS[task]: PixelData(data=labels[task])})
        batch.append(sample)
    return batch


def losses_and_gradients(model, images, batch):
    model.zero_grad()
    losses = model(images, batch, mode='loss')
    total, _ = model.parse_losses(losses)
    total.backward()
    return losses, {name: p.grad.clone() for name, p in model.named_parameters()}
