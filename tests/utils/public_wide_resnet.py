"""The Wide ResNet of the MTAN authors' public code, written anew for the tests.

Names of the parameters and order of the operations are those of
https://github.com/lorenmt/mtan (``visual_decathlon/model_wrn_mtan.py``); widths and classes can be
chosen.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Block(nn.Module):
    def __init__(self, given: int, made: int, stride: int) -> None:
        super().__init__()
        self.bn1, self.bn2 = nn.BatchNorm2d(given), nn.BatchNorm2d(made)
        self.conv1 = nn.Conv2d(given, made, 3, padding=1)
        self.conv2 = nn.Conv2d(made, made, 3, padding=1, stride=stride)
        self.shortcut = nn.Sequential()
        if stride > 1:
            self.shortcut.append(nn.Conv2d(given, made, 1, stride=stride))

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv2(F.relu(self.bn2(self.conv1(F.relu(self.bn1(x))))))
        return y + self.shortcut(x)


def mask(given: int, made: int) -> nn.Sequential:
    first = nn.Conv2d(given, made, 1), nn.BatchNorm2d(made), nn.ReLU()
    return nn.Sequential(*first, nn.Conv2d(made, made, 1), nn.BatchNorm2d(made), nn.Sigmoid())


class PublicWideResNet(nn.Module):
    def __init__(self, classes: Sequence[int], widen_factor: int = 4) -> None:
        super().__init__()
        widths = (16, *(width * widen_factor for width in (16, 32, 64)))
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1)
        for k in (1, 2, 3):
            given, made = widths[k - 1], widths[k]
            blocks = [Block(given, made, 2), *(Block(made, made, 1) for _ in range(3))]
            setattr(self, f'layer{k}', nn.Sequential(*blocks))
        self.bn1 = nn.BatchNorm2d(widths[3], momentum=0.9)
        seen = (16, *(2 * width for width in widths[1:]))
        self.encoder_att = nn.ModuleList(
            nn.ModuleList(mask(*pair) for pair in zip(seen, widths, strict=True)) for _ in classes
        )
        self.encoder_block_att = nn.ModuleList(
            nn.Sequential(nn.Conv2d(*pair, 3, padding=1), nn.BatchNorm2d(pair[1]), nn.ReLU())
            for pair in zip(widths, (*widths[1:], widths[3]), strict=True)
        )
        self.linear = nn.ModuleList(
            nn.Sequential(nn.Linear(widths[3], count), nn.Softmax(dim=1)) for count in classes
        )

    def forward(self, x: Tensor, k: int) -> Tensor:
        shared = [self.conv1(x)]
        shared.append(self.layer1(shared[0]))
        shared.append(self.layer2(shared[1]))
        shared.append(F.relu(self.bn1(self.layer3(shared[2]))))
        own: list[Tensor] = []
        for j, features in enumerate(shared):
            attended = self.encoder_att[k][j](torch.cat([features, *own], dim=1)) * features
            own = [self.encoder_block_att[j](attended)]
            if j < 3:
                own = [F.max_pool2d(own[0], 2)]
        return self.linear[k](F.avg_pool2d(own[0], 8).flatten(1))
