"""Low-rank adapters (LoRA) in a model of transformers, made by peft."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from torch import nn

from mmmtl.models.backbones.foundation.extra import import_extra

_USER = 'lora'
_SETTINGS: dict[str, Any] = {'rank': 8, 'alpha': 16, 'dropout': 0.0, 'layers': ('q_proj', 'v_proj')}
_PART = 'lora_'


def add_adapters(model: Any, settings: Mapping[str, Any], unused: Collection[str] = ()) -> None:
    """Puts an adapter beside layers of a model; the model's own weights are frozen.

    Args:
        model: The model, which is changed.
        settings: ``rank`` (8), ``alpha`` (16), ``dropout`` (0) and ``layers``, the last parts of
            the names of linear layers (``('q_proj', 'v_proj')``).
        unused: Names of parameters that nothing depends on; their layers get no adapter. Defaults
            to none.

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
    try:
        config = peft.LoraConfig(
            r=given['rank'],
            lora_alpha=given['alpha'],
            lora_dropout=given['dropout'],
            target_modules=[name for name in linear if any(_ends(name, one) for one in layers)],
        )
        peft.inject_adapter_in_model(config, model)
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


def merge_adapters(model: nn.Module) -> None:
    """Adds what the adapters learned to the weights of their layers, and takes the adapters out.

    Args:
        model: The model, which is changed.
    """
    layer_type = import_extra('peft.tuners.tuners_utils', _USER).BaseTunerLayer
    for name, module in list(model.named_modules()):
        if isinstance(module, layer_type):
            module.merge()
            parent, _, child = name.rpartition('.')
            setattr(model.get_submodule(parent), child, module.get_base_layer())


def _ends(name: str, layer: str) -> bool:
    return name == layer or name.endswith(f'.{layer}')
