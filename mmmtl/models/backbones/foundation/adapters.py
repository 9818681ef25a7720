"""Low-rank adapters (LoRA) in a model of transformers, made by peft."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from torch import nn

from mmmtl.models.backbones.foundation.extra import import_extra

_USER = 'lora'
_SETTINGS: dict[str, Any] = {'rank': 8, 'alpha': 16, 'dropout': 0.0, 'layers': ('q_proj', 'v_proj')}
_PART = 'lora_'
_SHARED = 'default'


def add_adapters(
    model: Any, settings: Mapping[str, Any], unused: Collection[str] = (), by_task: bool = False
) -> None:
    """Puts adapters beside layers of a model; the model's own weights are frozen.

    Args:
        model: The model, which is changed.
        settings: ``rank`` (8), ``alpha`` (16), ``dropout`` (0) and ``layers``, the last parts of
            the names of linear layers (``('q_proj', 'v_proj')``).
        unused: Names of parameters that nothing depends on; their layers get no adapter. Defaults
            to none.
        by_task: Whether ``rank`` is a rank for each task, by name, and each has an adapter of its
            own in every layer. Defaults to False: one adapter.

    Raises:
        ValueError: If peft is not installed, a setting is unknown or wrong, or the model has no
            such layer.
    """
    unknown = sorted(set(settings) - set(_SETTINGS))
    if unknown:
        raise ValueError(f'lora: expected keys among {tuple(_SETTINGS)}, found {unknown[0]!r}.')
    given = {**_SETTINGS, **settings}
    layers = [given['layers']] if isinstance(given['layers'], str) else list(given['layers'])
    linear = [
        name
        for name, part in model.named_modules()
        if isinstance(part, nn.Linear) and f'{name}.weight' not in unused
    ]
    lacking = [layer for layer in layers if not any(_ends(name, layer) for name in linear)]
    if lacking or not layers:
        known = sorted({name.rpartition('.')[2] for name in linear})
        raise ValueError(
            f'lora.layers: expected linear layers of {type(model).__name__}, such as '
            f'{", ".join(known) or "none"}; found {lacking}.'
        )
    peft = import_extra('peft', _USER)
    ranks = given['rank'] if by_task else {_SHARED: given['rank']}
    try:
        for adapter, rank in ranks.items():
            config = peft.LoraConfig(
                r=rank,
                lora_alpha=given['alpha'],
                lora_dropout=given['dropout'],
                target_modules=[name for name in linear if any(_ends(name, one) for one in layers)],
            )
            with warnings.catch_warnings():
                warnings.filterwarnings('ignore', 'Already found a `peft_config`')  # on purpose
                peft.inject_adapter_in_model(config, model, adapter_name=adapter)
    except (TypeError, ValueError) as error:
        raise ValueError(f'lora: {" ".join(str(error).split())}') from error
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(is_adapter(name))


def is_adapter(name: str) -> bool:
    """Tells whether a parameter or module is part of an adapter.

    Args:
        name: Its dotted name.

    Returns:
        Whether it is.
    """
    return any(part.startswith(_PART) for part in name.split('.'))


def turn_to_adapter(model: nn.Module, adapter: str) -> None:
    """Chooses which of several adapters the next forward passes go through.

    Args:
        model: The model. Which parameters are trained stays as it is.
        adapter: Name of the adapter.
    """
    for _, layer in _adapted_layers(model):
        # peft's own set_adapter() also says which adapters need gradients, which are all here
        layer._active_adapter = [adapter]


def merge_adapters(model: nn.Module, adapter: str = _SHARED) -> None:
    """Adds what adapters learned to the weights of their layers, and takes the adapters out.

    Args:
        model: The model, which is changed.
        adapter: Name of the adapter that is added. Defaults to the one that all tasks share.
    """
    for name, layer in _adapted_layers(model):
        layer.merge(adapter_names=[adapter])
        parent, _, child = name.rpartition('.')
        setattr(model.get_submodule(parent), child, layer.get_base_layer())


def merged_copies(model: nn.Module, adapters: Sequence[str]) -> dict[str, nn.Module]:
    """Makes a model for each of several adapters, with what it learned in its weights.

    Args:
        model: The model, which keeps its adapters.
        adapters: Names of the adapters.

    Returns:
        The models by adapter. They share the weights that no adapter changes.
    """
    own = tuple(f'{name}.' for name, _ in _adapted_layers(model))
    tensors = (*model.named_parameters(), *model.named_buffers())
    shared = [value for name, value in tensors if not name.startswith(own)]
    copies = {}
    for adapter in adapters:
        copies[adapter] = copy.deepcopy(model, {id(value): value for value in shared})
        merge_adapters(copies[adapter], adapter)
    return copies


def _adapted_layers(model: nn.Module) -> list[tuple[str, Any]]:
    layer_type = import_extra('peft.tuners.tuners_utils', _USER).BaseTunerLayer
    return [(name, one) for name, one in model.named_modules() if isinstance(one, layer_type)]


def _ends(name: str, layer: str) -> bool:
    return name == layer or name.endswith(f'.{layer}')
