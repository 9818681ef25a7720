"""Batches whose tasks have given gradients, and a small network with three tasks."""

import torch
from mmengine.structures import PixelData
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample

from mmmtl.models.loss_weighting import SharedTensors, TaskLosses

TASKS = ('seg', 'depth', 'normal')
WIDTHS = (4, 4)
SIZE = (8, 16)


def quadratic_batch(gradients, dtype=torch.float32):
    """Losses |x + g|^2 / 2 of shared x = 0: their gradients are the given g, by task."""
    shared = torch.zeros(len(next(iter(gradients.values()))), dtype=dtype, requires_grad=True)
    losses = {
        task: (shared + torch.tensor(gradient, dtype=dtype)).square().sum() / 2
        for task, gradient in gradients.items()
    }
    return batch_of(losses, SharedTensors((shared,), (shared,)))


def batch_of(losses, shared):
    joined = {task: loss.detach() for task, loss in losses.items()}
    images = {task: torch.tensor(1.0) for task in losses}
    return TaskLosses(losses, joined, images, shared)


def weights_of(weighting, gradients):
    """Weights of a batch, as numbers."""
    weights = weighting(quadratic_batch(gradients)).weights
    return {task: weight.item() for task, weight in weights.items()}


def segmentor(loss_weighting, **backbone):
    """An MTAN without statistics of batches, so that it does not matter how images are spread."""
    norm = dict(type='GN', num_groups=2)
    head = dict(in_channels=4, channels=4)
    model = MODELS.build(
        dict(
            type='MultiTaskSegmentor',
            backbone=dict(
                type='SegNet', widths=WIDTHS, num_convs=(2, 2), return_blocks=True, norm_cfg=norm,
                **backbone,
            ),
            neck=dict(type='MTANNeck', tasks=TASKS, widths=WIDTHS, norm_cfg=norm),
            decode_head=dict(
                seg=dict(
                    type='FCNHead', num_convs=0, concat_input=False, num_classes=3, dropout_ratio=0,
                    loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True), **head,
                ),
                depth=dict(type='DepthHead', **head),
                normal=dict(type='NormalHead', **head),
            ),
            loss_weighting=loss_weighting,
        )
    )  # fmt: skip
    generator = torch.Generator().manual_seed(0)
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = 0.5 * torch.randn(parameter.shape, generator=generator)
    return model


def images_and_labels(indices, labelled=None):
    """Images by number with labels of all tasks, or of the named ones for each image."""
    images, samples = [], []
    for index in indices:
        generator = torch.Generator().manual_seed(index)
        images.append(torch.rand(3, *SIZE, generator=generator))
        normal = torch.randn(3, *SIZE, generator=generator)
        labels = dict(
            gt_sem_seg=torch.randint(0, 3, (1, *SIZE), generator=generator),
            gt_depth_map=torch.rand((1, *SIZE), generator=generator) + 0.1,
            gt_normal_map=normal / normal.norm(dim=0),
        )
        sample = SegDataSample(metainfo=dict(img_path=f'{index}.png', ori_shape=SIZE))
        for task, (field, data) in zip(TASKS, labels.items(), strict=True):
            if labelled is None or task in labelled[index]:
                sample.set_data({field: PixelData(data=data)})
        samples.append(sample)
    return torch.stack(images), samples


def total_loss(model, images, samples):
    return model.parse_losses(model(images, samples, mode='loss'))[0]


def random_gradients(seed):
    """Random gradients, some of which disagree."""
    values = torch.randn(3, 4, generator=torch.Generator().manual_seed(seed))
    return dict(zip(TASKS, values.tolist(), strict=True))


def build_weighting(method='MGDA', tasks=TASKS, **config):
    return MODELS.build(dict(type='GradientWeighting', tasks=tasks, method=method, **config))
