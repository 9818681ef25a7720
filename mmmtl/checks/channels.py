"""Whether each part of a network takes the channels that the one before it gives."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import torch
from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from torch import Tensor, nn

from mmmtl.checks.meta import ChannelMismatch, shapes_only
from mmmtl.checks.network import Network
from mmmtl.checks.problems import Problems
from mmmtl.models.decode_heads import DecoderRegressionHead, SupervisionHead
from mmmtl.models.necks.pyramid_task_neck import PyramidTaskNeck

_BATCH = 2  # batch norm of a map of one pixel needs two images
_COLORS = 3


def check_channels(
    network: Network, size: tuple[int, int], problems: Problems, colors: bool = True
) -> None:
    """Sends two images without numbers through a network on the meta device.

    What a backbone or neck computes with numbers cannot be followed; then nothing is said.

    Args:
        network: The network.
        size: Height and width of the images.
        problems: Gets the problems.
        colors: Whether the images are known to have three channels. Else they have as many as
            the backbone takes. Defaults to True.
    """
    if not network.whole or network.backbone is None:
        return
    channels = _COLORS if colors else _taken_channels(network.backbone, size)
    images = torch.empty(_BATCH, channels, *size, device='meta')
    features = _run(network.backbone, images, 'model.backbone', 'of the images', problems)
    if network.neck is not None and features is not None:
        if isinstance(network.neck, PyramidTaskNeck) and not _fit(
            network.neck, features, 'model.neck', problems
        ):
            return
        features = _run(network.neck, features, 'model.neck', 'of the backbone', problems)
    if features is None:
        return
    heads = {f'decode_head.{name}': (name, head) for name, head in network.heads.items()}
    heads |= {place: (place.split('.')[1], head) for place, head in network.auxiliary.items()}
    for place, (name, head) in heads.items():
        given = features.get(name) if isinstance(features, Mapping) else features
        if isinstance(head, DecoderRegressionHead):
            head = head.decoder
        if isinstance(head, BaseDecodeHead) and isinstance(given, (tuple, list)):
            _check_head(head, given, f'model.{place}', problems)
        elif isinstance(head, SupervisionHead):
            _fit(head, given, f'model.{place}', problems)


def _taken_channels(backbone: nn.Module, size: tuple[int, int]) -> int:
    backbone.eval()
    with suppress(Exception), shapes_only():
        try:
            backbone(torch.empty(_BATCH, _COLORS, *size, device='meta'))
        except ChannelMismatch as error:
            return error.weights
    return _COLORS


def _run(part: nn.Module, inputs: Any, where: str, source: str, problems: Problems) -> Any:
    part.eval()
    # Whatever else is raised may be something that meta tensors cannot do.
    with suppress(Exception), shapes_only():
        try:
            return part(inputs)
        except ChannelMismatch as error:
            problems.add(
                where, f'takes {error.weights} channels, expected {error.given}, those {source}.'
            )
    return None


def _fit(part: Any, features: Any, where: str, problems: Problems) -> bool:
    """Tells whether a part takes feature maps, which its method ``checked`` says."""
    try:
        if _are_maps(features):
            part.checked(features)
    except ValueError as error:
        problems.add('', f'{where}.{error}')
        return False
    return True


def _are_maps(features: Any) -> bool:
    return isinstance(features, (tuple, list)) and all(
        isinstance(one, Tensor) and one.ndim == 4 for one in features
    )


def _check_head(head: Any, features: Any, where: str, problems: Problems) -> None:
    if not hasattr(head, 'in_index'):  # a head of heads, as KNet's, which says nothing of its own
        return
    several = isinstance(head.in_index, (list, tuple))
    indices = list(head.in_index) if several else [head.in_index]
    if not _are_maps(features):
        return
    beyond = [index for index in indices if not -len(features) <= index < len(features)]
    if beyond:
        problems.add(
            f'{where}.in_index',
            f'expected one of the {len(features)} feature maps, 0 to {len(features) - 1}, found '
            f'{beyond[0]}.',
        )
        return
    channels = [features[index].shape[1] for index in indices]
    if not several:
        expected: Any = channels[0]
    else:
        expected = sum(channels) if head.input_transform == 'resize_concat' else channels
    found = list(head.in_channels) if isinstance(head.in_channels, tuple) else head.in_channels
    if found != expected:
        problems.add(
            f'{where}.in_channels',
            f'expected {expected}, the channels of feature map '
            f'{", ".join(map(str, indices))} that it reads, found {found}.',
        )
