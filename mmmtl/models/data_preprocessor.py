from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from mmengine.logging import print_log
from mmseg.models import SegDataPreProcessor
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample
from torch import Tensor

from mmmtl.tasks import EDGE_MAP, EDGE_MAP_INVALID, Task, known_tasks


@MODELS.register_module()
class MultiTaskDataPreprocessor(SegDataPreProcessor):
    """mmseg's pre-processor with a padding value for each task.

    Images are converted, normalised, padded at the bottom and right, and stacked. Labels are padded
    with what is invalid for their task (255 for class ids, 0 for depths and normals): mmseg's own
    pre-processor pads depths with the padding of class ids and does not pad normals.

    Arguments are those of mmseg's ``SegDataPreProcessor``. Without ``size`` and ``size_divisor``
    the images of a batch must have one size. ``seg_pad_val`` is not read: how a label is padded is
    its task's: :attr:`tasks`, which the segmentor sets to its own. Without ``mean`` and ``std`` the
    network gets numbers from 0 to 255; a line in the log says so once.
    """

    tasks: tuple[Task, ...] = known_tasks()
    """The tasks whose labels are padded."""

    _told = False

    def forward(self, data: dict, training: bool = False) -> dict[str, Any]:
        """Prepares a batch.

        Args:
            data: ``inputs``, a list of images of shape (3, H, W), and ``data_samples``.
            training: Whether to pad to the training size, and the labels with it.

        Returns:
            ``inputs`` of shape (N, 3, H, W) and ``data_samples``.

        Raises:
            ValueError: If there are no labels in training, or images differ in size where they are
                not padded.
        """
        data = self.cast_data(data)
        self._tell_of_raw_images(data['inputs'])
        images = [self._normalise(image) for image in data['inputs']]
        samples = data.get('data_samples')
        if training and samples is None:
            raise ValueError('data_samples: expected labels in training, found none.')
        limits = dict(size=self.size, size_divisor=self.size_divisor)
        if not training:
            limits = {key: (self.test_cfg or {}).get(key) for key in limits}
        height, width = _padded_size([image.shape[-2:] for image in images], **limits)
        padded = []
        for index, image in enumerate(images):
            padding = (0, width - image.shape[-1], 0, height - image.shape[-2])
            padded.append(F.pad(image, padding, value=self.pad_val))
            if samples is None:
                continue
            samples[index].set_metainfo(
                dict(
                    img_shape=tuple(image.shape[-2:]),
                    pad_shape=(height, width),
                    padding_size=padding,
                )
            )
            if training and any(padding):
                self._pad_labels(samples[index], padding)
        inputs = torch.stack(padded)
        if training and self.batch_augments is not None:
            inputs, samples = self.batch_augments(inputs, samples)
        return dict(inputs=inputs, data_samples=samples)

    def _tell_of_raw_images(self, images: Sequence[Tensor]) -> None:
        if self._enable_normalize or self._told or images[0].dtype != torch.uint8:
            return
        self._told = True
        print_log(
            f'{type(self).__name__} has neither mean nor std: the network gets numbers from 0 to '
            '255. Pretrained weights want mean, std and mostly bgr_to_rgb=True, see those of '
            'their config; mean=[0, 0, 0] and std=[1, 1, 1] say that it is meant.',
            logger='current',
            level=logging.WARNING,
        )

    def _pad_labels(self, sample: SegDataSample, padding: tuple[int, int, int, int]) -> None:
        fill = {task.gt_field: task.fill for task in self.tasks if task.is_dense}
        fill[EDGE_MAP] = EDGE_MAP_INVALID
        for field, invalid in fill.items():
            if field in sample:
                label = sample.get(field)
                padded = F.pad(label.data, padding, value=invalid)
                sample.set_field(type(label)(data=padded), field)

    def _normalise(self, image: Tensor) -> Tensor:
        if self._channel_conversion and image.shape[0] == 3:
            image = image[[2, 1, 0]]
        image = image.float()
        return (image - self.mean) / self.std if self._enable_normalize else image


def _padded_size(
    sizes: list[torch.Size], size: tuple[int, int] | None, size_divisor: int | None
) -> tuple[int, int]:
    height, width = (max(lengths) for lengths in zip(*sizes, strict=True))
    if size is not None:
        return max(size[0], height), max(size[1], width)
    if size_divisor is not None:
        return tuple(-(-length // size_divisor) * size_divisor for length in (height, width))
    if len(set(sizes)) > 1:
        raise ValueError(
            f'Expected images of one size in a batch, found {sorted(map(tuple, set(sizes)))}; '
            'set size or size_divisor of the data_preprocessor, or resize or crop in the pipeline.'
        )
    return height, width
