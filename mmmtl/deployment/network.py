from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from mmmtl.models.segmentors import MultiTaskSegmentor

IMAGE_TYPES = {'uint8': torch.uint8, 'float32': torch.float32}
"""What an exported network may be given: colours from 0 to 255 as whole numbers or as floats."""


class PipelineColors(NamedTuple):
    """What a pipeline does to the colours of its images: mmcv's ``Normalize``."""

    mean: Sequence[float]
    std: Sequence[float]
    reads_rgb: bool = True
    """Whether it turns blue, green, red into red, green, blue first."""


class DeployedNetwork(nn.Module):
    """A segmentor that takes images as image libraries give them, and nothing but tensors.

    The colour order and the normalisation, of the data preprocessor or of the pipeline, are part
    of it; resizing to the size that the network was trained at, and padding, are not. It runs on
    whole images, whatever ``test_cfg`` says about windows. Adapters of the backbone are merged
    into its weights, in a copy of the segmentor.

    Args:
        segmentor: The network, which is set to evaluation.
        image_type: A key of :data:`IMAGE_TYPES`. Defaults to ``'uint8'``.
        colors: What the pipeline does to colours before the data preprocessor. Defaults to
            nothing.

    Raises:
        ValueError: If there is no such type, or both the pipeline and the data preprocessor
            normalise.
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self,
        segmentor: MultiTaskSegmentor,
        image_type: str = 'uint8',
        colors: PipelineColors | None = None,
    ) -> None:
        super().__init__()
        if image_type not in IMAGE_TYPES:
            raise ValueError(
                f'image_type: expected one of {tuple(IMAGE_TYPES)}, found {image_type!r}.'
            )
        self.image_type = image_type
        self.segmentor = _merged(segmentor).eval()
        preprocessor: Any = segmentor.data_preprocessor
        converts = bool(getattr(preprocessor, '_channel_conversion', False))
        own = bool(getattr(preprocessor, '_enable_normalize', False))
        if own and colors is not None:
            raise ValueError(
                'colors: expected one normalisation, found one in the pipeline, '
                f'mean={list(colors.mean)}, and one in the data preprocessor, '
                f'mean={preprocessor.mean.flatten().tolist()}.'
            )
        # Pipelines load blue, green, red: a conversion means that the network reads RGB.
        self.reads_rgb = converts != (colors is not None and colors.reads_rgb)
        self.normalises = own or colors is not None
        if colors is not None:
            mean, std = (torch.tensor(v).float().view(-1, 1, 1) for v in colors[:2])
            self.register_buffer('mean', mean.flip(0) if converts else mean)
            self.register_buffer('std', std.flip(0) if converts else std)
        elif own:
            self.register_buffer('mean', preprocessor.mean.clone())
            self.register_buffer('std', preprocessor.std.clone())

    @property
    def dtype(self) -> torch.dtype:
        """torch.dtype: Type of the images."""
        return IMAGE_TYPES[self.image_type]

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        """Predicts all maps.

        Args:
            image: Red, green and blue from 0 to 255, of ``image_type`` and shape (N, H, W, 3).

        Returns:
            For each task its map, float32 at the images' size. These are logits (N, C, H, W) of
            classes, logits (N, 1, H, W) of masks, scalars (N, 1, H, W), unit vectors (N, 3, H, W),
            vectors (N, C, H, W), logits (N, C, 1, 1) of classes of the whole image.
        """
        x = image.permute(0, 3, 1, 2).to(next(self.parameters()).dtype).contiguous()
        if not self.reads_rgb:
            x = x.flip(1)
        if self.normalises:
            x = (x - self.mean) / self.std
        # Heads read the meta information of the first image only; a list as long as the batch would
        # fix its size.
        return self.segmentor.predict_maps(x, [{}])

    def run(self, image: np.ndarray) -> dict[str, np.ndarray]:
        """Predicts all maps, from array to arrays, without gradients.

        Args:
            image: See :meth:`forward`.

        Returns:
            See :meth:`forward`.
        """
        with torch.no_grad():
            outputs = self(torch.from_numpy(image))
        return {task: output.numpy() for task, output in outputs.items()}


def _merged(segmentor: MultiTaskSegmentor) -> MultiTaskSegmentor:
    """Takes the adapters out of a backbone that has some."""
    if not getattr(segmentor.backbone, 'has_adapters', False):
        return segmentor
    merged: Any = copy.deepcopy(segmentor)
    merged.backbone.merge_adapters()
    return merged


def check_reads_colors(network: DeployedNetwork, size: tuple[int, int]) -> None:
    """Checks that a network reads images of three channels, as an exported one is given them.

    Args:
        network: The network.
        size: Height and width of images that it can read.

    Raises:
        ValueError: If a convolution of its backbone is for other images.
    """

    def compare(module: nn.Conv2d, inputs: tuple[Tensor, ...]) -> None:
        if inputs[0].shape[-3] != module.in_channels:
            raise ValueError(
                'model.backbone: expected a network for images of 3 channels, red, green and blue, '
                f'as an exported one is given them; found one for {module.in_channels}.'
            )

    hooks = [
        module.register_forward_pre_hook(compare)
        for module in network.segmentor.backbone.modules()
        if isinstance(module, nn.Conv2d)
    ]
    try:
        with torch.no_grad():
            network(torch.zeros((1, *size, 3), dtype=network.dtype))
    finally:
        for hook in hooks:
            hook.remove()
