"""The networks of the MTAN authors' public code, written anew for the tests.

Names of the parameters, order of the operations and output steps are those of
https://github.com/lorenmt/mtan (``im2im_pred``); the widths can be chosen. Forward functions return
``{task: output}``, segmentation as log-probabilities and normals divided by their norm.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

CHANNELS = dict(depth=1, normal=3)
FULL = (64, 128, 256, 512, 512)
CONVS = (2, 2, 3, 3, 3)


def layers(*channels: int, size: int = 3, last: nn.Module | None = None) -> nn.Sequential:
    """Convolutions with normalisation and ReLU, all in one sequence."""
    modules: list[nn.Module] = []
    for i, o in itertools.pairwise(channels):
        modules += [nn.Conv2d(i, o, size, padding=size // 2), nn.BatchNorm2d(o), nn.ReLU()]
    if last is not None:
        modules[-1] = last
    return nn.Sequential(*modules)


def predictor(width: int, channels: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.Conv2d(width, channels, 1))


def finish(task: str, output: Tensor) -> Tensor:
    if task == 'seg':
        return output.log_softmax(dim=1)
    return output / output.norm(p=2, dim=1, keepdim=True) if task == 'normal' else output


def pool(x: Tensor) -> tuple[Tensor, Tensor]:
    return F.max_pool2d(x, 2, 2, return_indices=True)


class Public(nn.Module):
    """What all networks share: heads, and the weights of the losses for several tasks."""

    def add_heads(self, tasks: Sequence[str], width: int, num_classes: int, several: bool) -> None:
        self.tasks = tuple(tasks)
        self.heads = []
        for i, task in enumerate(tasks, start=1):
            self.heads.append(f'pred_task{i}' if several else 'pred_task')
            setattr(self, self.heads[-1], predictor(width, CHANNELS.get(task, num_classes)))
        if several:
            self.logsigma = nn.Parameter(torch.linspace(-0.5, 0.1, len(tasks)))

    def predict(self, features: Sequence[Tensor]) -> dict[str, Tensor]:
        return {
            task: finish(task, getattr(self, head)(x))
            for task, head, x in zip(self.tasks, self.heads, features, strict=True)
        }


class PublicSegNet(Public):
    """``single`` and ``split``, and with attention ``stan`` and ``mtan``."""

    def __init__(
        self,
        arch: str,
        tasks: Sequence[str],
        widths: Sequence[int] = FULL,
        num_classes: int = 13,
        deep: bool = False,
    ) -> None:
        super().__init__()
        down = list(zip((3, *widths), widths, strict=False))
        up = [(widths[0], widths[0]), *((b, a) for a, b in itertools.pairwise(widths))]

        def conv(i: int, o: int) -> nn.Sequential:
            return layers(i, o, o) if deep else layers(i, o)

        def others(o: int, count: int) -> nn.Module:
            return conv(o, o) if count == 2 else nn.Sequential(conv(o, o), conv(o, o))

        for side, pairs in (('enc', down), ('dec', up)):
            first = nn.ModuleList(conv(*pair) for pair in pairs)
            self.add_module(f'{side}oder_block', first)
            rest = [others(o, n) for (_, o), n in zip(pairs, CONVS, strict=True)]
            self.add_module(f'conv_block_{side}', nn.ModuleList(rest))
        self.attends = arch in ('stan', 'mtan')
        if self.attends:
            self.add_attention(len(tasks), widths, up)
        self.add_heads(tasks, widths[0], num_classes, arch in ('split', 'mtan'))

    def add_attention(self, count: int, widths: Sequence[int], up: list[tuple[int, int]]) -> None:
        def masks(side: str) -> nn.ModuleList:
            seen = [widths[0], *(2 * w for w in widths[1:])]
            out = list(widths)
            if side == 'decoder':
                seen, out = [sum(pair) for pair in up], [o for _, o in up]
            return nn.ModuleList(
                layers(s, o, o, size=1, last=nn.Sigmoid()) for s, o in zip(seen, out, strict=True)
            )

        self.encoder_att = nn.ModuleList(masks('encoder') for _ in range(count))
        self.decoder_att = nn.ModuleList(masks('decoder') for _ in range(count))
        outs = (*widths[1:], widths[4])
        self.encoder_block_att = nn.ModuleList(map(layers, widths, outs))
        outs = (widths[0], *widths[:3], widths[4])
        self.decoder_block_att = nn.ModuleList(map(layers, widths, outs))

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        u, p, indices = [], [], []
        for first, rest in zip(self.encoder_block, self.conv_block_enc, strict=True):
            u.append(first(x))
            p.append(rest(u[-1]))
            x, index = pool(p[-1])
            indices.append(index)
        v, q = [], []
        for j in reversed(range(5)):
            v.append(F.max_unpool2d(x, indices[j], 2, 2))
            x = self.conv_block_dec[j](self.decoder_block[j](v[-1]))
            q.append(x)
        if not self.attends:
            return self.predict([x] * len(self.tasks))
        return self.predict([self.attend(i, u, p, v, q) for i in range(len(self.tasks))])

    def attend(self, i: int, u: list, p: list, v: list, q: list) -> Tensor:
        a = None
        for j in range(5):
            seen = u[j] if a is None else torch.cat((u[j], a), dim=1)
            a = self.encoder_att[i][j](seen) * p[j]
            a = F.max_pool2d(self.encoder_block_att[j](a), 2, 2)
        for j, k in enumerate(reversed(range(5))):
            a = F.interpolate(a, scale_factor=2, mode='bilinear', align_corners=True)
            a = self.decoder_block_att[k](a)
            a = self.decoder_att[i][k](torch.cat((v[j], a), dim=1)) * q[j]
        return a


class PublicStreams(Public):
    """``cross``, and with a shared network ``dense``."""

    def __init__(
        self,
        arch: str,
        tasks: Sequence[str],
        widths: Sequence[int] = FULL,
        num_classes: int = 13,
    ) -> None:
        super().__init__()
        self.dense = arch == 'dense'
        factor = 2 if self.dense else 1
        self.encoder_block_t, self.decoder_block_t = nn.ModuleList(), nn.ModuleList()
        for _ in tasks:
            encoder, decoder = self.network(widths, factor, (factor * widths[0], widths[0]))
            self.encoder_block_t.append(encoder)
            self.decoder_block_t.append(decoder)
        if self.dense:
            last = (widths[0], num_classes)
            self.encoder_block, self.decoder_block = self.network(widths, 1, last)
        else:
            self.cs_unit_encoder = nn.Parameter(torch.linspace(0.5, 1, 4 * len(tasks)).view(4, -1))
            self.cs_unit_decoder = nn.Parameter(torch.linspace(0.6, 1, 5 * len(tasks)).view(5, -1))
        self.add_heads(tasks, widths[0], num_classes, several=True)

    def network(
        self, widths: Sequence[int], factor: int, last: tuple[int, int]
    ) -> tuple[nn.ModuleList, nn.ModuleList]:
        ins = (3, *(factor * w for w in widths))
        encoder = [layers(i, *[w] * n) for i, w, n in zip(ins, widths, CONVS, strict=False)]
        decoder = [layers(factor * widths[0], *last)]
        for above, w, n in zip(widths, widths[1:], CONVS[1:], strict=False):
            decoder.append(layers(factor * w, *[above] * n))
        return nn.ModuleList(encoder), nn.ModuleList(decoder)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        return self.predict(self.forward_dense(x) if self.dense else self.forward_cross(x))

    def forward_dense(self, image: Tensor) -> list[Tensor]:
        shared, indices, x = [], [], image
        for block in self.encoder_block:
            x, index = pool(block(x))
            shared.append(x)
            indices.append(index)
        unpooled = []
        for j in reversed(range(5)):
            unpooled.append(F.max_unpool2d(x, indices[j], 2, 2))
            x = self.decoder_block[j](unpooled[-1])
        outputs = []
        for encoder, decoder in zip(self.encoder_block_t, self.decoder_block_t, strict=True):
            own = []
            x = image
            for j in range(5):
                x, index = pool(encoder[j](x if j == 0 else torch.cat((x, shared[j - 1]), dim=1)))
                own.append(index)
            for j, k in enumerate(reversed(range(5))):
                x = torch.cat((F.max_unpool2d(x, own[k], 2, 2), unpooled[j]), dim=1)
                x = decoder[k](x)
            outputs.append(x)
        return outputs

    def forward_cross(self, image: Tensor) -> list[Tensor]:
        indices: list[list[Tensor]] = []
        xs = [image] * len(self.tasks)
        for j in range(5):
            if j > 0:
                xs = [self.mixture(self.cs_unit_encoder[j - 1], xs)] * len(xs)
            blocks = [network[j] for network in self.encoder_block_t]
            pooled = [pool(block(x)) for block, x in zip(blocks, xs, strict=True)]
            xs = [x for x, _ in pooled]
            indices.append([index for _, index in pooled])
        for j, k in enumerate(reversed(range(5))):
            mixed = self.mixture(self.cs_unit_decoder[j], xs)
            xs = [
                network[k](F.max_unpool2d(mixed, index, 2, 2))
                for network, index in zip(self.decoder_block_t, indices[k], strict=True)
            ]
        return xs

    @staticmethod
    def mixture(unit: Tensor, xs: list[Tensor]) -> Tensor:
        mixed = unit[0] * xs[0]
        for alpha, x in zip(unit[1:], xs[1:], strict=True):
            mixed = mixed + alpha * x
        return mixed
