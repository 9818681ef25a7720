"""One rule for weights that come from a file: what does not fit is refused, and named.

torch can do that, but mmengine asks it not to: it logs what is missing, surplus or of another
shape, and goes on with random weights.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from mmengine.logging import print_log
from torch import Tensor, nn

from mmmtl.some_of import some_of

TRAINING_STATE = ('finite_losses', 'loss_weighting')
"""Parts of a model that hold the state of a training; they count where a training goes on."""
TRAINING_PARTS = (*TRAINING_STATE, 'auxiliary_head')
"""Parts of a model that only training uses."""

_PARALLEL = 'module.'
_SHAPE = re.compile(
    r'size mismatch for (\S+): copying a param with shape torch\.Size\((\[.*?\])\) from '
    r'checkpoint, the shape in current model is torch\.Size\((\[.*?\])\)'
)


class _Misfit(NamedTuple):
    missing: list[str]
    surplus: list[str]
    shapes: dict[str, tuple[str, str]]
    """In the file, and in the model."""
    others: list[str]
    """What torch says else."""


def load_fitting_weights(
    model: nn.Module,
    checkpoint: Mapping[str, Any],
    source: str = 'checkpoint',
    unused: Sequence[str] = (),
    partial: Sequence[str] = (),
    advice: str = '',
) -> None:
    """Loads the weights of a checkpoint into a network that they fit.

    Args:
        model: The network.
        checkpoint: The content of the file: ``state_dict``, or the weights themselves.
        source: What the file is called in messages. Defaults to ``'checkpoint'``.
        unused: Parts (dotted names of modules) that need not fit and are not mentioned. Defaults to
            none.
        partial: Parts that need not fit; what differs in them is logged. Defaults to none.
        advice: Added to the message of an error.

    Raises:
        ValueError: If weights outside of these parts are missing, surplus or of another shape, or
            the file holds no weights, or one of ``partial`` is no part of either.
    """
    weights = _weights_of(checkpoint, source)
    names = [*weights, *model.state_dict()]
    for part in partial:
        if not any(is_in(name, [part]) for name in names):
            raise ValueError(
                f'load_partial: expected parts of the model or of {source}, such as '
                f"'decode_head', found {part!r}."
            )
    misfit = _load(model, weights)
    counted = _without(misfit, (*unused, *partial))
    problems = list(_problems(counted))
    if problems:
        raise ValueError(
            f'{source}: expected the weights of the model of this config, found others: '
            f'{"; ".join(problems)}.{advice and f" {advice}"}'
        )
    for part in partial:
        of_part = _only(misfit, part)
        print_log(
            f'{source}: {part} need not fit, and '
            + ('; '.join(_problems(of_part)) or 'fits')
            + ('. What lacks weights starts as initialised.' if any(of_part) else '.'),
            logger='current',
        )


def is_in(name: str, parts: Iterable[str]) -> bool:
    """Tells whether a weight or module is in one of several parts of a model.

    Args:
        name: Its dotted name.
        parts: Dotted names of modules.

    Returns:
        Whether it is.
    """
    return any(name == part or name.startswith(f'{part}.') for part in parts)


def _weights_of(checkpoint: Mapping[str, Any], source: str) -> OrderedDict[str, Tensor]:
    given = checkpoint.get('state_dict', checkpoint)
    if not isinstance(given, Mapping) or not any(isinstance(v, Tensor) for v in given.values()):
        found = list(given)[:5] if isinstance(given, Mapping) else type(given).__name__
        raise ValueError(f'{source}: expected weights, tensors by name, found {found or "none"}.')
    weights = OrderedDict((name.removeprefix(_PARALLEL), value) for name, value in given.items())
    if hasattr(given, '_metadata'):  # the versions of modules, which load older weights by them
        weights._metadata = given._metadata  # type: ignore[attr-defined]
    return weights


def _load(model: nn.Module, weights: OrderedDict[str, Tensor]) -> _Misfit:
    misfit = _Misfit([], [], {}, [])

    def keep_names(_: nn.Module, keys: Any) -> None:
        misfit.missing[:] = keys.missing_keys
        misfit.surplus[:] = keys.unexpected_keys

    handle = model.register_load_state_dict_post_hook(keep_names)
    try:
        model.load_state_dict(weights, strict=False)
    except RuntimeError as error:  # torch's way to say that shapes differ
        for line in str(error).splitlines()[1:]:
            found = _SHAPE.search(line)
            if found:
                misfit.shapes[found[1]] = (found[2], found[3])
            else:
                misfit.others.append(line.strip())
    finally:
        handle.remove()
    return misfit


def _without(misfit: _Misfit, parts: Collection[str]) -> _Misfit:
    return _filtered(misfit, lambda name: not is_in(name, parts))


def _only(misfit: _Misfit, part: str) -> _Misfit:
    return _filtered(misfit, lambda name: is_in(name, [part]))._replace(others=[])


def _filtered(misfit: _Misfit, keep: Any) -> _Misfit:
    return _Misfit(
        list(filter(keep, misfit.missing)),
        list(filter(keep, misfit.surplus)),
        {name: shapes for name, shapes in misfit.shapes.items() if keep(name)},
        misfit.others,
    )


def _problems(misfit: _Misfit) -> Iterable[str]:
    if misfit.missing:
        yield f'{len(misfit.missing)} are missing ({some_of(misfit.missing, 3)})'
    if misfit.surplus:
        yield f'{len(misfit.surplus)} are surplus ({some_of(misfit.surplus, 3)})'
    if misfit.shapes:
        shapes = [
            f'{name} is {in_file}, expected {in_model}'
            for name, (in_file, in_model) in misfit.shapes.items()
        ]
        yield f'{len(misfit.shapes)} have another shape ({some_of(shapes, 3)})'
    yield from misfit.others
