"""The attention of InvPT in plain torch functions, task by task and head by head."""

from __future__ import annotations

import torch

from tests.utils.plain.layers import resize

HEADS = 2


def layer_norm(x, layers, name):
    """Over the channels of a map (N, C, H, W)."""
    mean = x.mean(dim=1, keepdim=True)
    var = x.var(dim=1, unbiased=False, keepdim=True)
    x = (x - mean) / (var + 1e-5).sqrt()
    weight, bias = (layers.state[f'{name}.{key}'][:, None, None] for key in ('weight', 'bias'))
    return x * weight + bias


def linear(tokens, layers, name):
    x = tokens @ layers.state[f'{name}.weight'].T
    bias = layers.state.get(f'{name}.bias')
    return x if bias is None else x + bias


def cells(x, rows, columns):
    """Means over the cells of a grid, cell by cell."""
    height, width = x.shape[2:]
    grid = x.new_zeros(*x.shape[:2], rows, columns)
    for i in range(rows):
        for j in range(columns):
            top, bottom = i * height // rows, -(-(i + 1) * height // rows)
            left, right = j * width // columns, -(-(j + 1) * width // columns)
            grid[:, :, i, j] = x[:, :, top:bottom, left:right].mean(dim=(2, 3))
    return grid


def tokens_of(maps):
    """The positions of all maps (N, C, h, w), one map after the other."""
    return torch.cat([x.flatten(2).transpose(1, 2) for x in maps], dim=1)


def plain_attention(maps, layers, name, grid, before):
    """Gives the messages to all tasks' maps and each head's scores (N, queries, keys)."""
    channels, size = maps[0].shape[1], maps[0].shape[2:]
    maps = [layer_norm(x, layers, f'{name}.norm') for x in maps]
    joined = torch.cat(maps, dim=1)
    queries = layers.conv(joined, f'{name}.query_grid.conv', stride=2, groups=joined.shape[1])
    queries = layers.norm(queries, f'{name}.query_grid.bn').chunk(len(maps), dim=1)
    coarse = tokens_of([cells(x, *grid) for x in maps])
    query = linear(tokens_of(queries), layers, f'{name}.query')
    key, value = (linear(coarse, layers, f'{name}.{which}') for which in ('key', 'value'))
    width = channels // HEADS
    parts = [slice(head * width, (head + 1) * width) for head in range(HEADS)]
    scores = [
        torch.einsum('nqc,nkc->nqk', query[..., p], key[..., p]) / channels**0.5 for p in parts
    ]
    if before is not None:
        fusion = layers.state[f'{name}.fusion.weight'][:, :, 0, 0]
        known = [*scores, *(grow(x, queries[0].shape[2:], len(maps)) for x in before)]
        scores = [sum(w * x for w, x in zip(row, known, strict=True)) for row in fusion]
    grid_of_queries = queries[0].shape[2:]
    attended = [x.softmax(dim=-1) @ value[..., p] for x, p in zip(scores, parts, strict=True)]
    message = linear(torch.cat(attended, dim=-1), layers, f'{name}.output')
    messages = [
        resize(x.transpose(1, 2).unflatten(2, grid_of_queries), size)
        for x in message.chunk(len(maps), dim=1)
    ]
    return messages, [(x, grid_of_queries) for x in scores]


def grow(known, size, count):
    """Resizes the queries of scores, for each task and key on its own."""
    scores, grid = known
    grown = [
        resize(x.transpose(1, 2).unflatten(2, grid), size).flatten(2).transpose(1, 2)
        for x in scores.chunk(count, dim=1)
    ]
    return torch.cat(grown, dim=1)
