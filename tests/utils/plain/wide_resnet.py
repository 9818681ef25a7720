"""Wide ResNet in plain torch functions, written from its description for the tests alone."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from tests.utils.plain.stage_attention import State, norm


def plain_wide_resnet(image: Tensor, state: State, training: bool) -> list[Tensor]:
    """Gives the output of the stem and of the three groups."""

    def conv(x: Tensor, name: str, **how: int) -> Tensor:
        return F.conv2d(x, state[f'{name}.weight'], state[f'{name}.bias'], **how)

    features = [conv(image, 'stem', padding=1)]
    for group in range(3):
        x = features[-1]
        index = 0
        while f'groups.{group}.{index}.conv1.weight' in state:
            block = f'groups.{group}.{index}'
            stride = 2 if index == 0 else 1
            y = conv(norm(x, state, f'{block}.norm1', training).relu(), f'{block}.conv1', padding=1)
            y = norm(y, state, f'{block}.norm2', training).relu()
            y = conv(y, f'{block}.conv2', padding=1, stride=stride)
            x = y + (conv(x, f'{block}.shortcut', stride=stride) if index == 0 else x)
            index += 1
        features.append(x)
    features[-1] = norm(features[-1], state, 'norm', training).relu()
    return features
