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

LABELLED = 'labelled'
"""Meta information of a sample in training: names of the tasks of which it has a valid label."""


@MODELS.register_module()
class MultiTaskDataPreprocessor(SegDataPreProcessor):
    """mmseg's pre-processor with a padding value for each task.

    Images are converted, normalised, padded at the bottom and right, and stacked. Images come as
    uint8 and class ids too: what makes them float32 and int64 happens here, on the device. Labels
    are padded with what is invalid for their task (255 for class ids, 0 for depths and normals):
    mmseg's own pre-processor pads depths with the padding of class ids and does not pad normals.

    Arguments are those of mmseg's ``SegDataPreProcessor``. Without ``size`` and ``size_divisor``
    the images of a batch must have one size. ``seg_pad_val`` is not read: how a label is padded is
    its task's: :attr:`tasks`, which the segmentor sets to its own. Without ``mean`` and ``std`` the
    network gets numbers from 0 to 255; a line in the log says so once.

    The host does not wait for copies to the device. Which labels have a valid pixel is looked up
    before, in the memory of the host.
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
        if training and self.batch_augments is None:
            self._note_labelled(data.get('data_samples') or ())
        data = self.cast_data(data)
        self._tell_of_raw_images(data['inputs'])
        images = [self._normalise(image) for image in data['inputs']]
        samples = data.get('data_samples')
        if training and samples is None:
            raise ValueError('data_samples: expected labels in training, found none.')
        limits = dict(size=self.size, size_divisor=self.size_divisor)
        if not training:
            limits = {key: (self.test_cfg or {}).get(key) for key in limits}
        height, width = padded_size([image.shape[-2:] for image in images], **limits)
        padded = []
        for index, image in enumerate(images):
            padding = (0, width - image.shape[-1], 0, height - image.shape[-2])
            padded.append(F.pad(image, padding, value=self.pad_val))
            if samples is None:
                continue
            self._widen_ids(samples[index])
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

    def cast_data(self, data: Any) -> Any:
        """Copies a batch to the device.

        Args:
            data: The batch, or a part of it.

        Returns:
            The same on the device.
        """
        self._non_blocking = True  # to a device it is safe: the copy is in the device's order
        return super().cast_data(data)

    def _note_labelled(self, samples: Sequence[SegDataSample]) -> None:
        for sample in samples:
            labels = {t: sample.get(t.gt_field).data for t in self.tasks if t.gt_field in sample}
            if all(label.is_cpu for label in labels.values()):
                valid = [t.name for t, label in labels.items() if t.valid_mask(label).any()]
                sample.set_metainfo({LABELLED: tuple(valid)})

    def _widen_ids(self, sample: SegDataSample) -> None:
        for task in self.tasks:
            if task.holds_ids and task.gt_field in sample:
                label = sample.get(task.gt_field)
                sample.set_field(type(label)(data=label.data.long()), task.gt_field)

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
            image = image.flip(0)
        image = image.float()
        return (image - self.mean) / self.std if self._enable_normalize else image


def padded_size(
    sizes: Sequence[tuple[int, ...]],
    size: tuple[int, int] | None = None,
    size_divisor: int | None = None,
) -> tuple[int, int]:
    """Tells the size that the images of a batch are padded to.

    Args:
        sizes: Height and width of each image.
        size: Height and width to pad to, at least. Defaults to None.
        size_divisor: Number that divides both, where there is no ``size``. Defaults to None.

    Returns:
        Height and width.

    Raises:
        ValueError: If images differ in size and are not padded.
    """
    height, width = (max(lengths) for lengths in zip(*sizes, strict=True))
    if size is not None:
        return max(size[0], height), max(size[1], width)
    if size_divisor is not None:
        return -(-height // size_divisor) * size_divisor, -(-width // size_divisor) * size_divisor
    if len(set(sizes)) > 1:
        raise ValueError(
            f'Expected images of one size in a batch, found {sorted(map(tuple, set(sizes)))}; '
            'set size or size_divisor of the data_preprocessor, or resize or crop in the pipeline.'
        )
    return height, width
