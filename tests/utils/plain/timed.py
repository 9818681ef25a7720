"""Networks of the configs in plain torch functions, to be timed beside those of the package.

They are the plain versions that the package's results are compared with, with torch's own batch
normalisation, as anybody would write them, in place of one spelled out. They read the weights of
a network of the package, so that both compute the same and train the same parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from mmmtl.models.decode_heads import NormalHead
from tests.utils.plain.layers import PlainLayers
from tests.utils.plain.mtan import plain_mtan
from tests.utils.plain.mtunet import plain_decoders, plain_encoder
from tests.utils.plain.segnet import Weights, plain_segnet

Network = Callable[[Tensor], dict[str, Tensor]]
"""From images to the outputs of the heads of each task."""


def plain_network(model: Any) -> Network:
    """Gives the plain version of a network, for training or prediction as the network is set.

    Args:
        model: A ``MultiTaskSegmentor`` whose backbone and neck have a plain version.

    Raises:
        ValueError: If they have none; when the network runs, if the images' height or width is no
            multiple of 32, which leaves rows or columns over in pooling.
    """
    parts = type(model.backbone).__name__, type(getattr(model, 'neck', None)).__name__
    if parts not in FEATURES:
        known = ', '.join(' + '.join(pair) for pair in FEATURES)
        raise ValueError(f'expected a network with a plain version ({known}), found {parts}.')
    features = FEATURES[parts](model)

    def network(image: Tensor) -> dict[str, Tensor]:
        height, width = image.shape[2:]
        if height % 32 or width % 32:
            raise ValueError(
                f'--size: expected multiples of 32 for the plain version, found {height}x{width}; '
                'or --against none.'
            )
        last = features(image)
        return {task: _head(model.decode_head[task], maps) for task, maps in last.items()}

    return network


def _mtan(model: Any) -> Network:
    weights = _weights_of(model, mtan_place)
    return lambda image: plain_mtan(image, weights, [*model.tasks], model.training)


def _split(model: Any) -> Network:
    weights = _weights_of(model, lambda name: f'backbone.{name}')
    return lambda image: dict.fromkeys(
        model.tasks, plain_segnet(image, weights, training=model.training).decoded[-1]
    )


def _mtunet(model: Any) -> Network:
    def network(image: Tensor) -> dict[str, Tensor]:
        layers = _TorchLayers(model)
        encoded = plain_encoder(image, layers, 'backbone.')
        tasks, talk = [*model.tasks], model.neck.cross_talk
        decoded = plain_decoders(encoded, layers, tasks, talk, 'neck.')
        return {task: maps[-1] for task, maps in decoded.items()}

    return network


FEATURES: Mapping[tuple[str, str], Callable[[Any], Network]] = {
    ('SegNet', 'MTANNeck'): _mtan,
    ('SegNet', 'NoneType'): _split,
    ('DenseUNetEncoder', 'CrossTalkDecoder'): _mtunet,
}
"""For a backbone and a neck what gives the last features of each task."""


class _TorchLayers(PlainLayers):
    """Layers with the parameters themselves, and torch's batch normalisation."""

    def __init__(self, model: nn.Module) -> None:
        self.state = model.state_dict(keep_vars=True)
        self.training = model.training

    def norm(self, x: Tensor, name: str) -> Tensor:
        keys = ('running_mean', 'running_var', 'weight', 'bias')
        return F.batch_norm(x, *(self.state[f'{name}.{key}'] for key in keys), self.training)


def _weights_of(model: nn.Module, place_of: Callable[[str], str]) -> Weights:
    def weights(name: str) -> dict[str, Any]:
        name, _, k = name.partition(':')
        place = place_of(name)
        if k:
            place += '.first' if k == '0' else f'.others.{int(k) - 1}'
        conv, norm, _ = model.get_submodule(place)
        return dict(weight=conv.weight, bias=conv.bias, norm=lambda x: _norm(x, norm))

    return weights


def _norm(x: Tensor, norm: Any) -> Tensor:
    return F.batch_norm(
        x, norm.running_mean, norm.running_var, norm.weight, norm.bias, norm.training
    )


def mtan_place(name: str) -> str:
    """Gives where a segmentor with MTAN's neck has a convolution of :func:`plain_mtan`."""
    first, *rest = name.split('.')
    if first in ('encoder', 'decoder'):
        return f'backbone.{name}'
    if first in ('encoder_f', 'decoder_f'):
        return f'neck.{first[:-2]}_shared.{rest[0]}'
    return f'neck.attention.{name}'


def _head(head: Any, x: Tensor) -> Tensor:
    """The heads of these networks: convolutions, one that gives the output, unit length."""
    for layer in head.convs.children():
        x = F.conv2d(x, layer.conv.weight, layer.conv.bias, padding=layer.conv.padding)
    x = F.conv2d(x, head.conv_seg.weight, head.conv_seg.bias)
    return x / x.norm(dim=1, keepdim=True) if isinstance(head, NormalHead) else x
