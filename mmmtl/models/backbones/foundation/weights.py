"""A model of transformers from its config and its weights, without running anything of theirs."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from mmengine.logging import print_log
from torch import Tensor

from mmmtl.compat.checkpoint import read_checkpoint
from mmmtl.models.backbones.foundation.extra import import_extra
from mmmtl.models.backbones.foundation.sources import Source
from mmmtl.some_of import some_of

_OWN_NORMS = 'hidden_states_norms.'
"""What transformers' backbones add to the trained model: a normalisation of each output."""

_ATTENTION = ('eager', 'sdpa')
"""How attention may be computed: by torch. transformers takes names of programs at the hub too."""

_NOT_READ = (
    'out_features',
    'out_indices',
    'stage_names',
    'architectures',
    'dtype',
    'torch_dtype',
    'return_dict',
    'transformers_weights',
)
"""Entries of a config that follow from others or are decided here: outputs, type and files."""


def backbone_config(entries: Mapping[str, Any], name: str) -> Any:
    """Makes transformers' config object of a model that it knows as a backbone.

    Args:
        entries: Content of ``config.json``.
        name: Name of the model, for messages.

    Returns:
        The config.

    Raises:
        ValueError: If transformers has no such backbone, the entries ask for code of their own or
            of the hub, or for packed weights, or one is wrong.
    """
    auto = import_extra('transformers.models.auto.modeling_auto', 'HFBackbone')
    configs = import_extra('transformers', 'HFBackbone').CONFIG_MAPPING
    entries = dict(entries)
    code = entries.pop('auto_map', None)
    kind = entries.pop('model_type', None)
    known = auto.MODEL_FOR_BACKBONE_MAPPING_NAMES
    if kind not in known or kind == 'timm_backbone':
        asked = f'; it asks for code of its own, {code}, which is never run' if code else ''
        raise ValueError(
            f'model: expected a model_type among {sorted(set(known) - {"timm_backbone"})}, '
            f'found {kind!r} in {name}{asked}.'
        )
    for key in _NOT_READ:
        entries.pop(key, None)
    for key in ('attn_implementation', '_attn_implementation'):
        if entries.get(key) not in (None, *_ATTENTION):
            raise ValueError(
                f'config: {key}: expected one of {_ATTENTION}, found {entries[key]!r} in {name}; '
                'others are programs of the hub or of other packages, which are not run.'
            )
    if entries.get('quantization_config') is not None:
        raise ValueError(
            f'config: expected weights that are not packed, found quantization_config in {name}.'
        )
    try:
        return configs[kind](**entries)
    except Exception as error:  # transformers validates entries in ways of its own
        reason = ' '.join(str(error).split())
        raise ValueError(f'config: {kind!r} of {name} cannot be: {reason}') from error


def build_model(config: Any, source: Source) -> Any:
    """Builds a backbone of transformers, with the weights of its source or random ones.

    Args:
        config: The config, see :func:`backbone_config`.
        source: Where the model comes from.

    Returns:
        The backbone in float32.

    Raises:
        CheckpointError: If a file cannot be read, or has weights that are no numbers.
        UnsafeCheckpointError: If a file asks for code.
        ValueError: If they are the weights of another model.
    """
    auto = import_extra('transformers.models.auto.modeling_auto', 'HFBackbone')
    kind = auto.MODEL_FOR_BACKBONE_MAPPING[type(config)]
    with _quiet():
        if not source.weights:
            return kind._from_config(config, dtype=torch.float32)
        weights = read_weights(source.weights)
        model, info = kind.from_pretrained(
            None,
            config=config,
            state_dict=weights,
            dtype=torch.float32,
            ignore_mismatched_sizes=True,  # they are told below
            output_loading_info=True,
        )
    _check_fit(info, source, type(model).__name__)
    return model


def read_weights(files: Sequence[Path]) -> dict[str, Tensor]:
    """Reads weights: safetensors, or a checkpoint of torch through the restricted reader.

    Args:
        files: The files.

    Returns:
        Tensors by name.

    Raises:
        CheckpointError: If a file cannot be read, or has weights that are no numbers.
        UnsafeCheckpointError: If a file asks for code; nothing in it was run.
    """
    weights: dict[str, Tensor] = {}
    for path in files:
        content = read_checkpoint(path, map_location='cpu')
        read = content.get('state_dict', content)
        weights |= {name: value for name, value in read.items() if isinstance(value, Tensor)}
    return weights


def _check_fit(info: Mapping[str, Any], source: Source, kind: str) -> None:
    mismatched = sorted(str(entry[0]) for entry in info['mismatched_keys'])
    missing = sorted(info['missing_keys'])
    own = [name for name in missing if name.startswith(_OWN_NORMS)]
    lacking = [name for name in missing if name not in own]
    if lacking or mismatched:
        wrong = [f'{len(lacking)} missing ({some_of(lacking, 3)})'] if lacking else []
        wrong += [f'{len(mismatched)} of another shape ({some_of(mismatched, 3)})'] * bool(
            mismatched
        )
        raise ValueError(
            f'model: expected the weights of the {kind} that the config describes, found those of '
            f'another model in {source.name}: {", ".join(wrong)}.'
        )
    surplus = sorted(info['unexpected_keys'])
    if own:
        print_log(
            f'{source.name}: the {len(own)} weights of the normalisations of the outputs start '
            'new, as the model was trained without.',
            logger='current',
        )
    if surplus:
        print_log(f'{source.name}: not used are {some_of(surplus, 3)}.', logger='current')


@contextmanager
def _quiet() -> Iterator[None]:
    """Leaves out transformers' own report of the weights, and its bars."""
    logs = import_extra('transformers.utils.logging', 'HFBackbone')
    level, bars = logs.get_verbosity(), logs.is_progress_bar_enabled()
    logs.set_verbosity(logging.ERROR)
    logs.disable_progress_bar()
    try:
        yield
    finally:
        logs.set_verbosity(level)
        if bars:
            logs.enable_progress_bar()
