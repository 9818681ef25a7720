from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch import Tensor

from mmmtl.tasks import Task


def store_prediction(sample: SegDataSample, task: Task, output: Tensor, head: Any) -> None:
    """Undoes padding, flip and resizing of a network's map, and stores it with the prediction.

    Args:
        sample: The image's sample, which is modified; its meta information says what was done to
            the image.
        task: The task.
        output: Output of the task's head at the network's input size, shape (C, H, W); what is of
            the whole image is stored as it is.
        head: The head, for its ``align_corners`` and ``threshold``.

    Raises:
        FloatingPointError: If the output has values that are not finite.
    """
    meta = sample.metainfo
    output = _without_padding(output, meta).float() if task.is_dense else output.float()
    _check_finite(output, task.name, str(meta.get('img_path', 'an image without img_path')))
    if meta.get('flip'):
        output = task.flip(output, meta['flip_direction'])
    size = task.map_size(tuple(meta['ori_shape'][:2]))
    if size != output.shape[-2:]:
        align_corners = getattr(head, 'align_corners', False)
        output = F.interpolate(
            output[None], size=size, mode='bilinear', align_corners=align_corners
        )[0]
    prediction = task.decode(output, threshold=getattr(head, 'threshold', None))
    sample.set_data({task.pred_field: PixelData(data=prediction)})
    if task.output_field is not None:
        sample.set_data({task.output_field: PixelData(data=output)})


def _without_padding(output: Tensor, meta: Mapping[str, Any]) -> Tensor:
    height, width = output.shape[-2:]
    left, right, top, bottom = meta.get('img_padding_size', meta.get('padding_size', (0,) * 4))
    return output[:, top : height - bottom, left : width - right]


def _check_finite(output: Tensor, task: str, image: str) -> None:
    finite = torch.isfinite(output)
    if not finite.all():
        share = float((~finite).float().mean())
        raise FloatingPointError(
            f'{image}: expected finite numbers from the network, found {share:.2%} NaN or infinite '
            f'in its output of the task {task!r}. Look at the image and at the weights: a training '
            'that diverged leaves such ones, and half precision overflows.'
        )
