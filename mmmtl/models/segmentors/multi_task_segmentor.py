from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import torch
from mmseg.models.segmentors import BaseSegmentor
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample
from torch import Tensor, nn

from mmmtl.compat.scope import registry_scope
from mmmtl.models.checkpoints.single_task_checkpoints import accept_single_task_weights
from mmmtl.models.graph import connected_zero
from mmmtl.models.half_precision import in_dtype
from mmmtl.models.loss_weighting import BaseLossWeighting
from mmmtl.models.segmentors.asked_tasks import asked_in_testing, asked_in_training
from mmmtl.models.segmentors.features import Features, compute_features
from mmmtl.models.segmentors.finite_losses import FiniteLosses
from mmmtl.models.segmentors.head_losses import head_losses
from mmmtl.models.segmentors.inference import checked_test_cfg, slide_windows
from mmmtl.models.segmentors.input_needs import fit_preprocessor, whole_patches
from mmmtl.models.segmentors.joined_losses import join_losses
from mmmtl.models.segmentors.labelled_images import labelled_images
from mmmtl.models.segmentors.missing_labels import fill_missing_labels
from mmmtl.models.segmentors.named_parts import build_named
from mmmtl.models.segmentors.predictions import store_prediction
from mmmtl.models.segmentors.set_statistics import separate_sets, turn_to_sets
from mmmtl.models.segmentors.stored_features import stored_features
from mmmtl.models.segmentors.task_parts import (
    build_auxiliary_heads,
    build_heads,
    build_loss_weighting,
    build_part,
    tasks_of_heads,
    with_pretrained,
)
from mmmtl.models.segmentors.weighted_losses import weigh_losses
from mmmtl.tasks import Task, Tasks


@MODELS.register_module()
class MultiTaskSegmentor(BaseSegmentor):
    """Predicts several dense maps and classes of one image; it only orchestrates its parts.

    .. code:: text

        loss():    extract_feat() -> head.loss() of each task -> loss_weighting()
        predict(): extract_feat() -> head.predict() of each task -> postprocess()

    Args:
        backbone: Config of the backbone, any of mmseg's or this package's.
        decode_head: Config of the head of each task, ``dict(seg=dict(type=...), depth=...)``. Any
            decode head of mmseg will do for a task of classes. What follows from a task's
            definition need not be said: ``num_classes``, the channels of a vector.
        neck: Config of the neck. A *task neck* returns features for each task,
            ``{task: features}``, and need not be told which tasks there are; after any other neck,
            or none, all heads read the same features (hard parameter sharing). Defaults to none.
        auxiliary_head: Config, or list of configs, of further heads of some tasks,
            ``dict(seg=...)``, whose losses are added to their task's in training. Defaults to none.
        loss_weighting: Config of the loss weighting without its tasks, see
            :class:`.BaseLossWeighting`. Defaults to ``dict(type='EqualWeighting')``.
        tasks: Definitions of the tasks by name, see :mod:`mmmtl.tasks`; those without a head are
            not read. Defaults to None: the heads' names are those of known tasks.
        only_asked: Whether only the tasks that a batch is about are computed, see
            :mod:`~mmmtl.models.segmentors.asked_tasks`: in training those with labels on some
            process, in testing those of the images' data sets. Defaults to False: all.
        train_cfg: Passed on to the heads' ``loss()``; ``non_finite_loss='error'``, the default, or
            ``'skip'`` says what happens when a loss is not finite. Defaults to none.
        test_cfg: ``dict(mode='whole')``, the default, or
            ``dict(mode='slide', crop_size=(h, w), stride=(h, w))``: windows, no larger than the
            images, whose overlaps are averaged, for all tasks. With ``dtype='bfloat16'``, or
            ``'float16'`` on a GPU, predictions are made in that precision, those of validations
            too. Passed on to the heads' ``predict()``.
        data_preprocessor: Config of the :class:`.MultiTaskDataPreprocessor`. Defaults to none.
        set_statistics: Names of data sets of which each batch normalisation has statistics, see
            :func:`~mmmtl.models.segmentors.set_statistics.separate_sets`. Defaults to none.
        pretrained: File of the backbone's weights, as in mmseg. Defaults to none.
        init_cfg: Initialisation. Defaults to that of the parts.

    Raises:
        ValueError: If a task is unknown, or heads, neck and loss weighting disagree on the tasks.
    """

    @registry_scope()
    def __init__(
        self,
        backbone: dict,
        decode_head: Mapping[str, dict],
        neck: dict | None = None,
        auxiliary_head: Mapping[str, dict | Sequence[dict]] | None = None,
        loss_weighting: dict | None = None,
        tasks: Tasks | None = None,
        only_asked: bool = False,
        train_cfg: dict | None = None,
        test_cfg: dict | None = None,
        set_statistics: Sequence[str] | None = None,
        data_preprocessor: dict | nn.Module | None = None,
        pretrained: str | None = None,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        if isinstance(data_preprocessor, Mapping):
            data_preprocessor = build_named(data_preprocessor, 'data_preprocessor')
        super().__init__(data_preprocessor=data_preprocessor, init_cfg=init_cfg)
        self.tasks: dict[str, Task] = tasks_of_heads(decode_head, tasks)
        self.only_asked = only_asked
        self.train_cfg = train_cfg
        self.finite_losses = FiniteLosses((train_cfg or {}).get('non_finite_loss', 'error'))
        self.test_cfg = checked_test_cfg(test_cfg)
        whole = with_pretrained(backbone, pretrained)
        self.backbone: nn.Module = build_part(whole, self.tasks, 'backbone')
        fit_preprocessor(self.data_preprocessor, self.backbone, self.tasks.values())
        if neck is not None:
            self.neck: nn.Module = build_part(neck, self.tasks, 'neck', decode_head)
        direct = self.backbone if neck is None else None
        self.decode_head: Any = build_heads(decode_head, self.tasks, direct)
        if auxiliary_head:
            self.auxiliary_head: Any = build_auxiliary_heads(auxiliary_head, self.tasks)
        separate_sets(self, set_statistics)
        self.loss_weighting: BaseLossWeighting = build_loss_weighting(loss_weighting, self.tasks)
        self.register_load_state_dict_pre_hook(accept_single_task_weights)

    def extract_feat(self, inputs: Tensor, tasks: Collection[str] | None = None) -> dict[str, Any]:
        """Computes the features that the heads read.

        Args:
            inputs: Images of shape (N, 3, H, W).
            tasks: The tasks that are asked for. Defaults to all.

        Returns:
            For each of these tasks what its head reads, usually a tuple of feature maps.

        Raises:
            ValueError: If a task neck has no features for a head.
        """
        return self._features(inputs, tuple(self.tasks) if tasks is None else tasks).by_task

    def loss(self, inputs: Tensor, data_samples: list[SegDataSample]) -> dict[str, Tensor]:
        """Computes the losses of a batch.

        A task's loss is the mean over the images that have labels of it (with a valid pixel), on
        all processes together; in a batch without any it is zero.

        Args:
            inputs: Images of shape (N, 3, H, W).
            data_samples: Their labels.

        Returns:
            For each task ``<task>/loss``, its weighted loss, and ``loss_weighting``, the
            weighting's regulariser: these are summed. Only logged are ``<task>/raw``, the loss
            before its weight, ``<task>/weight`` and what else a head reports.

        Raises:
            FloatingPointError: If a loss is not finite; see ``train_cfg.non_finite_loss``.
            ValueError: If labels have no head.
        """
        labelled = labelled_images(self.tasks, data_samples)
        turn_to_sets(self, [sample.metainfo for sample in data_samples])
        asked = asked_in_training(labelled, inputs.device) if self.only_asked else [*labelled]
        features = self._features(inputs, asked, data_samples)
        losses: dict[str, Tensor] = {}
        logs: dict[str, Tensor] = {}
        for name, task in self.tasks.items():
            if name not in asked:
                losses[name] = connected_zero(list(self.parameters()))
                continue
            reports = [
                head_losses(
                    head, task, features.by_task[name], data_samples, labelled[name], self.train_cfg
                )
                for head in self._heads_of(name)
            ]
            losses[name] = torch.stack([self.parse_losses(report)[0] for report in reports]).sum()
            logs |= {f'{name}/{k}': v for k, v in reports[0].items() if 'loss' not in k}
        images = {name: len(found) for name, found in labelled.items()}
        batch, weights = join_losses(losses, images, [*self.finite_losses.watched.values()])
        self.finite_losses.check_weights(weights)
        if not self.finite_losses(losses, batch, data_samples):
            return {'loss': connected_zero(list(self.parameters()))} | self.finite_losses.log()
        batch = batch._replace(shared=features.shared)
        results = weigh_losses(self.loss_weighting, losses, batch, labelled)
        self.finite_losses.watch({t: results[f'{t}/weight'] for t in batch.losses})
        return results | logs | self.finite_losses.log()

    def predict(
        self, inputs: Tensor, data_samples: list[SegDataSample] | None = None
    ) -> list[SegDataSample]:
        """Predicts all maps of a batch of images.

        Args:
            inputs: Images of shape (N, 3, H, W).
            data_samples: Samples to write the predictions into, whose meta information says how the
                images were padded, flipped and resized. Defaults to new ones, at the inputs' size.

        Returns:
            The samples with each task's prediction, such as ``pred_sem_seg`` (1, H, W),
            ``pred_depth_map`` (1, H, W) and ``pred_normal_map`` (3, H, W), and the logits of
            classes and masks, ``seg_logits`` (C, H, W), at the original images' size; of classes of
            the whole image their probabilities (C, 1, 1). A sample with labels of some tasks gets
            labels without a valid pixel for the others that are predicted, so that every metric
            counts what exists.

        Raises:
            FloatingPointError: If an output is not finite; it names the image and the task.
            ValueError: If an image is smaller than the windows of ``test_cfg``.
        """
        new = (SegDataSample(metainfo=dict(ori_shape=inputs.shape[2:])) for _ in inputs)
        samples = list(new) if data_samples is None else data_samples
        outputs = self.inference(inputs, [sample.metainfo for sample in samples])
        predicted = {name: self.tasks[name] for name in outputs}
        for index, sample in enumerate(samples):
            for name, task in predicted.items():
                store_prediction(sample, task, outputs[name][index], self.decode_head[name])
            fill_missing_labels(predicted, sample)
        return samples

    def inference(self, inputs: Tensor, batch_img_metas: list[dict]) -> dict[str, Tensor]:
        """Runs the network in the mode and precision of ``test_cfg``.

        Args:
            inputs: Images of shape (N, 3, H, W).
            batch_img_metas: Meta information of each image.

        Returns:
            For each task its output at the inputs' size, shape (N, C, H, W), or (N, C, 1, 1).
        """
        if self.test_cfg['mode'] == 'slide':
            return self.slide_inference(inputs, batch_img_metas)
        return in_dtype(self.encode_decode, self.test_cfg['dtype'])(inputs, batch_img_metas)

    def slide_inference(self, inputs: Tensor, batch_img_metas: list[dict]) -> dict[str, Tensor]:
        """Averages outputs of overlapping windows; of the whole image those of all windows.

        Args:
            inputs: Images of shape (N, 3, H, W).
            batch_img_metas: Meta information of each image.

        Returns:
            For each task its output at the inputs' size, shape (N, C, H, W), or (N, C, 1, 1).

        Raises:
            ValueError: If an image is smaller than a window.
        """
        run = in_dtype(self.encode_decode, self.test_cfg['dtype'])
        return slide_windows(
            lambda window: run(window, batch_img_metas),
            inputs,
            crop_size=self.test_cfg['crop_size'],
            stride=self.test_cfg['stride'],
            images=[str(meta.get('img_path', 'image')) for meta in batch_img_metas],
            of_whole=[name for name, task in self.tasks.items() if not task.is_dense],
        )

    def encode_decode(self, inputs: Tensor, batch_img_metas: list[dict]) -> dict[str, Tensor]:
        """Runs the network once.

        Args:
            inputs: Images of shape (N, 3, H, W).
            batch_img_metas: Meta information of each image.

        Returns:
            For each task its output at the inputs' size, shape (N, C, H, W), or (N, C, 1, 1); where
            it was interpolated, not made valid again (:meth:`mmmtl.tasks.Task.normalise`).
        """
        padded, cut = whole_patches(inputs, self.backbone)
        shape = padded.shape[2:]
        metas = [{**meta, 'img_shape': shape, 'pad_shape': shape} for meta in batch_img_metas]
        turn_to_sets(self, batch_img_metas)
        asked = asked_in_testing(self.tasks, metas) if self.only_asked else tuple(self.tasks)
        heads, features = self.decode_head, self.extract_feat(padded, asked)
        return {t: cut(heads[t].predict(features[t], metas, self.test_cfg)) for t in asked}

    def predict_maps(self, inputs: Tensor, batch_img_metas: list[dict]) -> dict[str, Tensor]:
        """Runs the network once and gives what ``forward(mode='tensor')`` and files promise.

        Args:
            inputs: Images of shape (N, 3, H, W).
            batch_img_metas: Meta information of each image.

        Returns:
            For each task its map at the inputs' size, shape (N, C, H, W), or (N, C, 1, 1) for the
            whole image. These are logits of classes and of masks, numbers, or unit vectors.
        """
        outputs = self.encode_decode(inputs, batch_img_metas)
        return {name: self.tasks[name].normalise(output) for name, output in outputs.items()}

    def _forward(
        self, inputs: Tensor, data_samples: list[SegDataSample] | None = None
    ) -> dict[str, Tensor]:
        return self.predict_maps(inputs, [dict(ori_shape=inputs.shape[2:]) for _ in inputs])

    def _features(self, inputs: Tensor, asked: Collection[str], samples: Any = ()) -> Features:
        neck, shared = getattr(self, 'neck', None), self.loss_weighting.needs_shared_tensors
        stored = stored_features(self.backbone, self.data_preprocessor, inputs, samples)
        return compute_features(self.backbone, neck, inputs, self.tasks, asked, shared, stored)

    def _heads_of(self, task: str) -> tuple[Any, ...]:
        """Gives the head of a task and its auxiliary heads."""
        has_more = self.with_auxiliary_head and task in self.auxiliary_head
        return (self.decode_head[task], *(self.auxiliary_head[task] if has_more else ()))
