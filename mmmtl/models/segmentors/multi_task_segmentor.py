from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from mmengine.structures import PixelData
from mmseg.models.segmentors import BaseSegmentor
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample
from torch import Tensor, nn

from mmmtl.models.loss_weighting import BaseLossWeighting
from mmmtl.models.segmentors.inference import checked_test_cfg, slide_windows
from mmmtl.tasks import Task, all_tasks, get_tasks


@MODELS.register_module()
class MultiTaskSegmentor(BaseSegmentor):
    """Predicts several dense maps from one image; it only orchestrates its parts.

    .. code:: text

        loss():    extract_feat() -> head.loss() of each task -> loss_weighting()
        predict(): extract_feat() -> head.predict() of each task -> postprocess()

    Args:
        backbone: Config of the backbone, any of mmseg's or this package's.
        decode_head: Config of the head of each task, ``dict(seg=dict(type=...), depth=...)``. Any
            decode head of mmseg will do for a task of classes.
        neck: Config of the neck. A *task neck* returns features for each task,
            ``{task: features}``; after any other neck, or none, all heads read the same features
            (hard parameter sharing). Defaults to none.
        auxiliary_head: Config, or list of configs, of further heads of some tasks,
            ``dict(seg=...)``, whose losses are added to their task's loss in training. Defaults to
            none.
        loss_weighting: Config of the loss weighting without its tasks, see
            :class:`~mmmtl.models.loss_weighting.BaseLossWeighting`. Defaults to
            ``dict(type='EqualWeighting')``.
        train_cfg: Passed on to the heads' ``loss()``. Defaults to none.
        test_cfg: ``dict(mode='whole')``, the default, or
            ``dict(mode='slide', crop_size=(h, w), stride=(h, w))``: windows whose overlaps are
            averaged, for all tasks. Passed on to the heads' ``predict()``.
        data_preprocessor: Config of the
            :class:`~mmmtl.models.data_preprocessor.MultiTaskDataPreprocessor`. Defaults to none.
        pretrained: File of the backbone's weights, as in mmseg. Defaults to none.
        init_cfg: Initialisation. Defaults to that of the parts.

    Raises:
        ValueError: If a task is unknown, or heads, neck and loss weighting disagree on the tasks.
    """

    def __init__(
        self,
        backbone: dict,
        decode_head: Mapping[str, dict],
        neck: dict | None = None,
        auxiliary_head: Mapping[str, dict | Sequence[dict]] | None = None,
        loss_weighting: dict | None = None,
        train_cfg: dict | None = None,
        test_cfg: dict | None = None,
        data_preprocessor: dict | nn.Module | None = None,
        pretrained: str | None = None,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(data_preprocessor=data_preprocessor, init_cfg=init_cfg)
        if 'type' in decode_head:
            raise ValueError(
                'decode_head: expected a head for each task, dict(seg=dict(type=...), ...), '
                f'found a single head of type {decode_head["type"]!r}. '
                'In a config that inherits one, add _delete_=True to the new dict.'
            )
        self.tasks: dict[str, Task] = get_tasks(decode_head)
        self.train_cfg = train_cfg
        self.test_cfg = checked_test_cfg(test_cfg)
        if pretrained is not None:
            if backbone.get('pretrained') is not None:
                raise ValueError('pretrained: both the backbone and the segmentor name weights.')
            backbone = {**backbone, 'pretrained': pretrained}
        self.backbone: nn.Module = MODELS.build(backbone)
        if neck is not None:
            self.neck: nn.Module = MODELS.build(neck)
            self._check_neck_tasks(getattr(self.neck, 'tasks', self.tasks))
        self.decode_head: Any = nn.ModuleDict(
            {name: MODELS.build(head) for name, head in decode_head.items()}
        )
        for name, head in self.decode_head.items():
            if getattr(head, 'task', name) != name:
                raise ValueError(
                    f'decode_head.{name}: expected a head for the task {name!r}, '
                    f'found one for {head.task!r}.'
                )
        if auxiliary_head:
            self.auxiliary_head: Any = self._build_auxiliary_heads(auxiliary_head)
        self.loss_weighting: BaseLossWeighting = MODELS.build(
            {'type': 'EqualWeighting', **(loss_weighting or {}), 'tasks': tuple(self.tasks)}
        )

    def extract_feat(self, inputs: Tensor) -> dict[str, Tensor | Sequence[Tensor]]:
        """Computes the features that the heads read.

        Args:
            inputs: Images of shape (N, 3, H, W).

        Returns:
            For each task what its head reads, usually a tuple of feature maps.

        Raises:
            ValueError: If a task neck has no features for a head.
        """
        features = self.backbone(inputs)
        if self.with_neck:
            features = self.neck(features)
        if not isinstance(features, dict):
            return dict.fromkeys(self.tasks, features)
        self._check_neck_tasks(features)
        return features

    def loss(self, inputs: Tensor, data_samples: list[SegDataSample]) -> dict[str, Tensor]:
        """Computes the losses of a batch.

        Args:
            inputs: Images of shape (N, 3, H, W).
            data_samples: Their labels.

        Returns:
            For each task ``<task>/loss``, its weighted loss, and ``loss_weighting``, the
            weighting's regulariser: these are summed. Only logged are ``<task>/raw``, the loss
            before its weight, ``<task>/weight`` and what else a head reports.

        Raises:
            ValueError: If a head has no labels, or labels have no head.
        """
        self._check_labels(data_samples)
        features = self.extract_feat(inputs)
        losses: dict[str, Tensor] = {}
        logs: dict[str, Tensor] = {}
        for name, head in self.decode_head.items():
            outputs = [head.loss(features[name], data_samples, self.train_cfg)]
            outputs += [
                auxiliary.loss(features[name], data_samples, self.train_cfg)
                for auxiliary in self._auxiliary_heads_of(name)
            ]
            losses[name] = torch.stack([self.parse_losses(out)[0] for out in outputs]).sum()
            logs |= {f'{name}/{k}': v for k, v in outputs[0].items() if 'loss' not in k}
        weights, regulariser = self.loss_weighting(losses)
        results: dict[str, Tensor] = {}
        for name, loss in losses.items():
            results[f'{name}/loss'] = weights[name] * loss
            results[f'{name}/raw'] = loss.detach()
            results[f'{name}/weight'] = weights[name].detach()
        if regulariser is not None:
            results['loss_weighting'] = regulariser
        return results | logs

    def predict(
        self, inputs: Tensor, data_samples: list[SegDataSample] | None = None
    ) -> list[SegDataSample]:
        """Predicts all maps of a batch of images.

        Args:
            inputs: Images of shape (N, 3, H, W).
            data_samples: Samples to write the predictions into, whose meta information says how the
                images were padded, flipped and resized. Defaults to new ones, at the inputs' size.

        Returns:
            The samples with ``pred_sem_seg`` (1, H, W) and ``seg_logits`` (C, H, W),
            ``pred_depth_map`` (1, H, W) and ``pred_normal_map`` (3, H, W), as far as there are
            heads, at the original images' size.
        """
        size = inputs.shape[2:]
        if data_samples is None:
            samples = [SegDataSample(metainfo=dict(ori_shape=size)) for _ in inputs]
        else:
            samples = data_samples
        outputs = self.inference(inputs, [sample.metainfo for sample in samples])
        for index, sample in enumerate(samples):
            self._postprocess(sample, {name: out[index] for name, out in outputs.items()})
        return samples

    def inference(self, inputs: Tensor, batch_img_metas: list[dict]) -> dict[str, Tensor]:
        """Runs the network in the mode of ``test_cfg``.

        Args:
            inputs: Images of shape (N, 3, H, W).
            batch_img_metas: Meta information of each image.

        Returns:
            For each task its output at the inputs' size, shape (N, C, H, W).
        """
        if self.test_cfg['mode'] == 'slide':
            return self.slide_inference(inputs, batch_img_metas)
        return self.encode_decode(inputs, batch_img_metas)

    def slide_inference(self, inputs: Tensor, batch_img_metas: list[dict]) -> dict[str, Tensor]:
        """Runs the network on overlapping windows and averages their outputs.

        Args:
            inputs: Images of shape (N, 3, H, W).
            batch_img_metas: Meta information of each image.

        Returns:
            For each task its output at the inputs' size, shape (N, C, H, W).
        """
        outputs = slide_windows(
            lambda window: self.encode_decode(window, batch_img_metas),
            inputs,
            crop_size=self.test_cfg['crop_size'],
            stride=self.test_cfg['stride'],
        )
        return {name: self.tasks[name].normalise(output) for name, output in outputs.items()}

    def encode_decode(self, inputs: Tensor, batch_img_metas: list[dict]) -> dict[str, Tensor]:
        """Runs the network once.

        Args:
            inputs: Images of shape (N, 3, H, W).
            batch_img_metas: Meta information of each image.

        Returns:
            For each task its output at the inputs' size, shape (N, C, H, W).
        """
        size = inputs.shape[2:]
        metas = [{**meta, 'img_shape': size, 'pad_shape': size} for meta in batch_img_metas]
        features = self.extract_feat(inputs)
        return {
            name: self.tasks[name].normalise(head.predict(features[name], metas, self.test_cfg))
            for name, head in self.decode_head.items()
        }

    def _forward(
        self, inputs: Tensor, data_samples: list[SegDataSample] | None = None
    ) -> dict[str, Tensor]:
        metas = [dict(ori_shape=inputs.shape[2:]) for _ in inputs]
        return self.encode_decode(inputs, metas)

    def _postprocess(self, sample: SegDataSample, outputs: Mapping[str, Tensor]) -> None:
        """Undoes padding, flip and resizing, and stores the outputs and predictions."""
        meta = sample.metainfo
        left, right, top, bottom = meta.get('img_padding_size', meta.get('padding_size', (0,) * 4))
        for name, output in outputs.items():
            task = self.tasks[name]
            height, width = output.shape[-2:]
            output = output[:, top : height - bottom, left : width - right].float()
            if meta.get('flip'):
                output = task.flip(output, meta['flip_direction'])
            size = tuple(meta['ori_shape'][:2])
            if size != output.shape[-2:]:
                head = self.decode_head[name]
                output = F.interpolate(
                    output[None],
                    size=size,
                    mode='bilinear',
                    align_corners=getattr(head, 'align_corners', False),
                )[0]
            prediction = task.decode(
                output, threshold=getattr(self.decode_head[name], 'threshold', None)
            )
            sample.set_data({task.pred_field: PixelData(data=prediction)})
            if task.output_field is not None:
                sample.set_data({task.output_field: PixelData(data=output)})

    def _auxiliary_heads_of(self, task: str) -> Sequence[Any]:
        if not self.with_auxiliary_head or task not in self.auxiliary_head:
            return ()
        return self.auxiliary_head[task]

    def _build_auxiliary_heads(self, configs: Mapping[str, dict | Sequence[dict]]) -> nn.ModuleDict:
        unknown = set(configs) - set(self.tasks)
        if unknown:
            raise ValueError(
                f'auxiliary_head: expected tasks among {list(self.tasks)}, found {sorted(unknown)}.'
            )
        return nn.ModuleDict(
            {
                name: nn.ModuleList(
                    MODELS.build(head)
                    for head in ([given] if isinstance(given, Mapping) else given)
                )
                for name, given in configs.items()
            }
        )

    def _check_neck_tasks(self, found: Iterable[str]) -> None:
        if set(found) != set(self.tasks):
            raise ValueError(
                f'neck: expected the tasks of decode_head, {list(self.tasks)}, '
                f'found {list(found)}; a task needs a head, and a head needs its task.'
            )

    def _check_labels(self, data_samples: list[SegDataSample]) -> None:
        for sample in data_samples:
            labelled = [task.name for task in all_tasks() if task.gt_field in sample]
            if set(labelled) != set(self.tasks):
                raise ValueError(
                    f'{sample.metainfo.get("img_path", "sample")}: expected labels of '
                    f'{list(self.tasks)}, one for each head, found labels of {labelled}; compare '
                    'the keys of model.decode_head with the `tasks` of the data set.'
                )
