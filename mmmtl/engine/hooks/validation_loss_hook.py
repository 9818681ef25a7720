from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from mmengine.dist import collect_results, is_main_process
from mmengine.hooks import Hook
from mmengine.runner import Runner
from mmengine.utils import apply_to
from mmseg.registry import HOOKS
from mmseg.structures import SegDataSample
from torch import Tensor

from mmmtl.engine.bare_model import bare_model
from mmmtl.models.segmentors import MultiTaskSegmentor
from mmmtl.models.segmentors.head_losses import head_losses
from mmmtl.models.segmentors.labelled_images import labelled_images
from mmmtl.models.segmentors.set_statistics import turn_to_sets

ImageLosses = dict[str, float]
"""Losses of one image, by task; tasks that it has no label of are left out."""

_ALONE = ''
"""Where one data set alone is validated."""


@HOOKS.register_module()
class ValidationLossHook(Hook):
    """Logs each task's loss on the validation set, or on all of several: ``<task>/val_loss``.

    It is the loss of the task's main head before its weight, as ``<task>/epoch_raw`` of the
    training, with the network in evaluation mode: the mean over the images that have labels of the
    task, each on its own, so that it depends neither on the batch size nor on the number of
    processes. Where the losses of a batch are means over all its labelled pixels, images with many
    labelled pixels count more in training than here. A loss that is not finite is logged as it is.

    The numbers go to the text log and to all backends of the visualizer, beside the metrics of the
    validation. The network runs once more on each batch, on whole images whatever
    ``test_cfg.mode``: the time of a validation about doubles. Not used by default; add
    ``dict(type='ValidationLossHook')`` to ``custom_hooks``.

    Raises:
        ValueError: When the validation starts, if the model is no
            :class:`~mmmtl.models.segmentors.MultiTaskSegmentor`, or when images are padded beyond
            their labels (``data_preprocessor.test_cfg``).
    """

    priority = 'ABOVE_NORMAL'  # before the logger closes the epoch

    def before_val_epoch(self, runner: Runner) -> None:
        """Starts a validation.

        Args:
            runner: The runner of the training.
        """
        model = bare_model(runner.model)
        if not isinstance(model, MultiTaskSegmentor):
            raise ValueError(
                f'ValidationLossHook: expected a MultiTaskSegmentor, found {type(model).__name__}.'
            )
        self._model = model
        self._losses: dict[str, list[ImageLosses]] = {}

    def after_val_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: Sequence[SegDataSample] | None = None,
    ) -> None:
        """Computes the losses of a batch.

        Args:
            runner: The runner of the training.
            batch_idx: Number of the batch.
            data_batch: The batch as it was loaded.
            outputs: Its samples, with labels and predictions.
        """
        with torch.no_grad():
            inputs = self._model.data_preprocessor(data_batch, False)['inputs']
            found = image_losses(self._model, inputs, outputs or ())
        own = getattr(runner.val_dataloader, 'current', _ALONE)
        self._losses.setdefault(own, []).extend(found)

    def after_val_epoch(self, runner: Runner, metrics: dict[str, float] | None = None) -> None:
        """Logs the means.

        Args:
            runner: The runner of the training.
            metrics: The metrics of the validation.
        """
        loaders = getattr(runner.val_dataloader, 'loaders', {_ALONE: runner.val_dataloader})
        collected = [
            collect_results(self._losses.get(name, []), len(loader.dataset))
            for name, loader in loaders.items()
        ]
        self._losses = {}
        if not is_main_process():
            return
        losses = [loss for of_set in collected for loss in of_set]
        means = mean_losses(losses, tuple(self._model.tasks))
        epochs = runner.log_processor.by_epoch
        position = runner.epoch if epochs else runner.iter
        listed = '  '.join(f'{key}: {value:.4f}' for key, value in means.items())
        runner.logger.info(f'{"Epoch" if epochs else "Iter"}(val) [{position}]  {listed}')
        runner.visualizer.add_scalars(means, step=position)


def image_losses(
    model: MultiTaskSegmentor, inputs: Tensor, data_samples: Sequence[SegDataSample]
) -> list[ImageLosses]:
    """Computes each image's losses, before their weights.

    Args:
        model: The network, in evaluation mode.
        inputs: Images of shape (N, 3, H, W).
        data_samples: Their labels.

    Returns:
        The losses of each image.

    Raises:
        ValueError: If an image is padded and its labels are not, or labels have no head.
    """
    for sample in data_samples:
        if any(sample.metainfo.get('padding_size', ())):
            raise ValueError(
                f'{sample.metainfo.get("img_path", "sample")}: ValidationLossHook needs images '
                'that are not padded in the validation, found a padding of '
                f'{sample.metainfo["padding_size"]} (data_preprocessor.test_cfg).'
            )
    labelled = labelled_images(model.tasks, data_samples)
    turn_to_sets(model, [sample.metainfo for sample in data_samples])
    features = model.extract_feat(inputs, [name for name, images in labelled.items() if images])
    losses: list[ImageLosses] = [{} for _ in data_samples]
    for task, images in labelled.items():
        for index in images:
            one = slice(index, index + 1)
            of_image = apply_to(features[task], torch.is_tensor, lambda map_, one=one: map_[one])
            turn_to_sets(model, [data_samples[index].metainfo])
            found = head_losses(
                model.decode_head[task],
                model.tasks[task],
                of_image,
                [data_samples[index]],
                [0],
                model.train_cfg,
            )
            losses[index][task] = model.parse_losses(found)[0].item()
    return losses


def mean_losses(losses: Sequence[ImageLosses], tasks: Sequence[str]) -> dict[str, float]:
    """Averages losses over the images.

    Args:
        losses: Losses of each image.
        tasks: Names of the tasks.

    Returns:
        ``<task>/val_loss``, the mean over the images that have labels of the task; tasks without
        any are left out.
    """
    found = {task: [loss[task] for loss in losses if task in loss] for task in tasks}
    return {f'{task}/val_loss': sum(v) / len(v) for task, v in found.items() if v}
