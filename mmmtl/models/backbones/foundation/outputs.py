"""Which outputs a backbone of transformers is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_BESIDE_MAPS = ('dinov3_vit',)
"""Models that give class tokens beside their maps, if ``return_class_token`` says so."""

_AMONG_TOKENS = ('beit', 'dinov2', 'dinov2_with_registers')
"""Models that give all tokens, the class token first, if ``reshape_hidden_states`` is False."""


def checked_indices(given: int | Sequence[int] | None, count: int, is_pyramid: bool) -> list[int]:
    """Gives the numbers of the blocks or stages that are asked for.

    Args:
        given: The numbers, from 0 or, from the last, from -1 down; None for the last block, or all
            stages.
        count: How many there are.
        is_pyramid: Whether they are stages.

    Returns:
        The numbers from 0, in rising order.

    Raises:
        ValueError: If there is no such block or stage, or they are not in rising order.
    """
    if count < 1:
        raise ValueError(f'config: expected blocks or stages in the model, found {count}.')
    if given is None:
        return list(range(count)) if is_pyramid else [count - 1]
    given = [given] if isinstance(given, int) else list(given)
    indices = [index + count if index < 0 else index for index in given]
    if not indices or any(not 0 <= index < count for index in indices):
        raise ValueError(
            f'out_indices: expected numbers from 0 to {count - 1} (or from -{count} to -1), the '
            f'{"stages" if is_pyramid else "blocks"} of the model, found {given}.'
        )
    if indices != sorted(set(indices)):
        raise ValueError(f'out_indices: expected rising numbers, each once, found {given}.')
    return indices


def ask_for_tokens(settings: Any) -> None:
    """Makes a model give class tokens, or all tokens, beside or in place of maps.

    Args:
        settings: The model's config, which is changed.

    Raises:
        ValueError: If the model has no class token.
    """
    if settings.model_type in _BESIDE_MAPS:
        settings.return_class_token = True
    elif settings.model_type in _AMONG_TOKENS:
        settings.reshape_hidden_states = False
    else:
        raise ValueError(
            f'output_cls_token: expected a model with a class token, one of '
            f'{(*_AMONG_TOKENS, *_BESIDE_MAPS)}, found {settings.model_type!r}.'
        )
