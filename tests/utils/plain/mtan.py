"""MTAN in plain torch functions, written from the paper's equations for the tests alone."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from tests.utils.plain.segnet import BLOCKS, Weights, conv_norm, plain_segnet


def plain_mtan(
    image: Tensor, weights: Weights, tasks: list[str], training: bool = False
) -> dict[str, Tensor]:
    """Gives the last attended features of each task; with one task this is STAN."""

    def conv(x: Tensor, name: str) -> Tensor:
        return conv_norm(x, weights(name), training).relu()

    def mask(x: Tensor, name: str) -> Tensor:
        return conv_norm(conv(x, f'{name}.g'), weights(f'{name}.h'), training).sigmoid()

    net = plain_segnet(image, weights, training=training)
    results = {}
    for task in tasks:
        a = None
        for j in range(BLOCKS):
            seen = net.u[j] if a is None else torch.cat((net.u[j], a), dim=1)
            a_hat = mask(seen, f'{task}.encoder.{j}') * net.p[j]
            a = F.max_pool2d(conv(a_hat, f'encoder_f.{j}'), 2, 2)
        for j in range(BLOCKS):
            a = F.interpolate(a, scale_factor=2, mode='bilinear', align_corners=True)
            a = conv(a, f'decoder_f.{j}')
            seen = torch.cat((net.unpooled[j], a), dim=1)
            a = mask(seen, f'{task}.decoder.{j}') * net.decoded[j]
        results[task] = a
    return results
