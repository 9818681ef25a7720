"""Whether a model can be built, trained and asked, in a second and without data or downloads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from mmengine.model import revert_sync_batchnorm
from mmengine.structures import PixelData
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample
from torch import nn

from mmmtl.checks.meta import without_weight_files
from mmmtl.compat.scope import registry_scope
from mmmtl.tasks import EDGE_MAP, Task

_BATCH = 2  # batch norm of a map of one pixel needs two images
_LEARNING_RATE = 1e-3


@dataclass(frozen=True)
class Trial:
    """What :func:`try_model` saw.

    Args:
        parameters: Number of the model's parameters.
        losses: The loss of each task before its weight.
        without_gradient: Names of trainable parameters that no loss reaches.
    """

    parameters: int
    losses: dict[str, float]
    without_gradient: tuple[str, ...]


def try_model(
    model: Mapping, size: tuple[int, int] = (64, 64), num_classes: int = 2, seed: int = 0
) -> Trial:
    """Builds a model, makes one training step and predicts, on two images of random numbers.

    Pretrained weights are not fetched, synchronised batch norm becomes plain batch norm, and what
    a config says of image sizes becomes ``size``. It runs on the CPU.

    Args:
        model: Config of a ``MultiTaskSegmentor``.
        size: Height and width of the images. Defaults to 64x64.
        num_classes: Number of classes in the random labels, at most that of the model. Defaults to
            2.
        seed: Seed of weights and images. Defaults to 0.

    Returns:
        What was seen.

    Raises:
        ValueError: If a loss is not finite, no loss reaches a task's head, or a prediction has
            another shape than its label or is not finite. Errors of the model's own parts are
            raised as they are.
    """
    torch.manual_seed(seed)
    config = small_offline_model(model, size)
    with registry_scope():
        network = revert_sync_batchnorm(MODELS.build(config))
        network.init_weights()
    tasks = network.tasks
    channels = config['backbone'].get('in_channels', 3)
    losses, without_gradient = _train(network, _random_batch(tasks, size, channels, num_classes))
    _predict(network, tasks, _random_batch(tasks, size, channels, num_classes))
    return Trial(
        parameters=sum(parameter.numel() for parameter in network.parameters()),
        losses=losses,
        without_gradient=without_gradient,
    )


def small_offline_model(model: Mapping, size: tuple[int, int]) -> dict:
    """Gives a model's config for images of another size, without weights to fetch.

    Args:
        model: Config of a segmentor.
        size: Height and width of the images.

    Returns:
        A copy in which nothing is ``pretrained``, padding and windows have the size, and so have
        backbones that state an ``img_size``.
    """
    config = without_weight_files(dict(model))
    if config['backbone'].get('img_size') is not None:
        config['backbone']['img_size'] = size
    preprocessor = {**config.get('data_preprocessor', {'type': 'MultiTaskDataPreprocessor'})}
    for key in ('size', 'size_divisor', 'test_cfg'):
        preprocessor.pop(key, None)
    config['data_preprocessor'] = preprocessor
    test_cfg = {**(config.get('test_cfg') or {})}
    if test_cfg.get('mode') == 'slide':
        test_cfg.update(crop_size=size, stride=size)
    config['test_cfg'] = test_cfg
    return config


def _random_batch(
    tasks: Mapping[str, Task], size: tuple[int, int], channels: int, num_classes: int
) -> dict[str, Any]:
    samples = []
    for _ in range(_BATCH):
        sample = SegDataSample(metainfo=dict(ori_shape=size, img_shape=size))
        for task in tasks.values():
            label = task.random_label(size, num_classes)
            sample.set_data({task.gt_field: PixelData(data=label)})
        sample.set_data({EDGE_MAP: PixelData(data=torch.randint(0, 2, (1, *size)))})
        samples.append(sample)
    images = torch.randint(0, 256, (_BATCH, channels, *size), dtype=torch.uint8)
    return dict(inputs=list(images), data_samples=samples)


def _train(network: Any, batch: dict[str, Any]) -> tuple[dict[str, float], tuple[str, ...]]:
    network.train()
    optimizer = torch.optim.SGD(network.parameters(), lr=_LEARNING_RATE)
    data = network.data_preprocessor(batch, training=True)
    loss, logged = network.parse_losses(network(**data, mode='loss'))
    loss.backward()
    for name, head in network.decode_head.items():
        if not any(_learns(parameter) for parameter in head.parameters()):
            raise ValueError(f'decode_head.{name}: the loss reaches none of its parameters.')
    optimizer.step()
    without_gradient = tuple(
        name
        for name, parameter in network.named_parameters()
        if parameter.requires_grad and parameter.grad is None
    )
    losses = {name: float(logged[f'{name}/raw']) for name in network.tasks}
    return losses, without_gradient


def _learns(parameter: nn.Parameter) -> bool:
    return parameter.grad is not None and bool((parameter.grad != 0).any())


def _predict(network: Any, tasks: Mapping[str, Task], batch: dict[str, Any]) -> None:
    network.eval()
    with torch.no_grad():
        samples = network.val_step(batch)
    for name, task in tasks.items():
        for sample in samples:
            prediction, label = sample.get(task.pred_field).data, sample.get(task.gt_field).data
            if prediction.shape != label.shape or not prediction.isfinite().all():
                raise ValueError(
                    f'{name}: expected finite predictions of shape {tuple(label.shape)}, '
                    f'found shape {tuple(prediction.shape)}.'
                )
