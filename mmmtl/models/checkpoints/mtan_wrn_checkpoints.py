"""What the weights of the MTAN authors' Wide ResNet are called here.

Their code (https://github.com/lorenmt/mtan, ``visual_decathlon/model_wrn_mtan.py``) saves a plain
state dict of a WRN-28-4 with ten tasks, the data sets of the Visual Decathlon in the order of
:data:`DOMAINS`. Their classes are numbered as torchvision's ``ImageFolder`` does: in the order of
the folders' names. Their heads end with a softmax; ours give logits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from torch import Tensor

DOMAINS = (
    'imagenet12',
    'aircraft',
    'cifar100',
    'daimlerpedcls',
    'dtd',
    'gtsrb',
    'omniglot',
    'svhn',
    'ucf101',
    'vgg_flowers',
)
"""Their tasks, in their order; the last data set is called vgg-flowers, which no task can be."""

_CONV = ('weight', 'bias')
_NORM = ('weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked')
_GROUPS = 3
_BLOCKS = 4


def rename_wrn_weights(
    weights: Mapping[str, Tensor], tasks: Sequence[str] = DOMAINS
) -> dict[str, Tensor]:
    """Renames the weights; those of a linear layer become those of a convolution 1x1.

    Args:
        weights: State dict of their model, with all of its names.
        tasks: The tasks in their order. Defaults to :data:`DOMAINS`.

    Returns:
        The weights of a ``MultiTaskSegmentor``; but for the linear layers the given tensors.
    """
    return {
        ours: weights[theirs][..., None, None] if _is_linear(theirs) else weights[theirs]
        for theirs, ours in wrn_key_map(tasks).items()
    }


def wrn_key_map(tasks: Sequence[str] = DOMAINS) -> dict[str, str]:
    """Gives the names of all tensors of the network, theirs and ours.

    Args:
        tasks: The tasks in their order. Defaults to :data:`DOMAINS`.

    Returns:
        Our name for each of theirs.
    """
    names: dict[str, str] = {}
    for theirs, ours, tensors in _modules(tasks):
        names |= {f'{theirs}.{tensor}': f'{ours}.{tensor}' for tensor in tensors}
    return names


def _is_linear(name: str) -> bool:
    return name.startswith('linear.') and name.endswith('.weight')


def _modules(tasks: Sequence[str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield 'conv1', 'backbone.stem', _CONV
    for group in range(_GROUPS):
        for block in range(_BLOCKS):
            theirs, ours = f'layer{group + 1}.{block}', f'backbone.groups.{group}.{block}'
            for k in (1, 2):
                yield f'{theirs}.bn{k}', f'{ours}.norm{k}', _NORM
                yield f'{theirs}.conv{k}', f'{ours}.conv{k}', _CONV
            if block == 0:
                yield f'{theirs}.shortcut.0', f'{ours}.shortcut', _CONV
    yield 'bn1', 'backbone.norm', _NORM
    for j in range(_GROUPS + 1):
        yield from _conv_norm(f'encoder_block_att.{j}', 0, f'neck.shared.{j}')
        for i, task in enumerate(tasks):
            for number, half in ((0, 0), (3, 1)):
                ours = f'neck.attention.{task}.masks.{j}.{half}'
                yield from _conv_norm(f'encoder_att.{i}.{j}', number, ours)
    for i, task in enumerate(tasks):
        yield f'linear.{i}.0', f'decode_head.{task}.conv_seg', _CONV


def _conv_norm(theirs: str, number: int, ours: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield f'{theirs}.{number}', f'{ours}.0', _CONV
    yield f'{theirs}.{number + 1}', f'{ours}.1', _NORM
