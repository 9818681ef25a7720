"""Where a model of transformers comes from: the hub's cache, a folder, a file or a config."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mmmtl.models.backbones.foundation.extra import import_extra

_CONFIG = 'config.json'
_PROCESSOR = 'preprocessor_config.json'
_INDEX = 'model.safetensors.index.json'
_WEIGHTS = ('model.safetensors', _INDEX, 'pytorch_model.bin')
_NAME = re.compile(r'[\w.-]+(/[\w.-]+)?')


class ImageNorm(NamedTuple):
    """The numbers that a model's images were normalised with, for colours from 0 to 255."""

    mean: tuple[float, ...]
    """Of red, green and blue."""
    std: tuple[float, ...]
    """Of red, green and blue."""


class Source(NamedTuple):
    """A model that was found."""

    name: str
    """What the user called it."""
    config: dict[str, Any]
    """Content of its ``config.json``, with the user's changes."""
    weights: tuple[Path, ...]
    """Files of its weights; none for random ones."""
    image_norm: ImageNorm | None
    """What ``preprocessor_config.json`` says, None where there is none."""


def find_source(model: str | None, config: Mapping[str, Any] | None) -> Source:
    """Finds a model's files.

    Args:
        model: A name such as ``'facebook/dinov2-small'``, which is looked up in the hub's cache and
            then at the hub; a folder; or a file of weights, beside which ``config.json`` may lie.
            None for random weights.
        config: Entries that are added to the model's config, or take the place of its own; without
            ``model`` the whole of it.

    Returns:
        What was found.

    Raises:
        FileNotFoundError: If there is no such model, or a file of it is missing.
        ValueError: If neither is given, or a file is not what it should be.
    """
    changes = dict(config or {})
    if model is None:
        if 'model_type' not in changes:
            raise ValueError(
                "model: expected a name, folder or file, or config=dict(model_type='dinov2', ...) "
                f'for random weights, found None and config={config!r}.'
            )
        return Source(f'config of {changes["model_type"]!r}', changes, (), None)
    path = Path(model).expanduser()
    if path.is_file():
        beside = path.parent / _CONFIG
        own = _read_json(beside) if beside.is_file() and 'model_type' not in changes else {}
        if 'model_type' not in {**own, **changes}:
            raise FileNotFoundError(
                f"{beside}: expected the model's config beside {path.name}, found none; "
                "or say it: config=dict(model_type='dinov2', ...)."
            )
        return Source(model, {**own, **changes}, (path,), _image_norm(path.parent / _PROCESSOR))
    if path.is_dir() and 'model_type' in changes:
        raise ValueError(
            f'config: expected changes of the config in {model}, found a whole one, with '
            f'model_type={changes["model_type"]!r}.'
        )
    if path.is_dir():
        return _from_folder(model, path, changes)
    if model.startswith(('.', '/', '~')) or not _NAME.fullmatch(model):
        raise FileNotFoundError(f'model: there is no file or folder {model!r}.')
    return _from_hub(model, changes)


def _from_folder(model: str, folder: Path, changes: Mapping[str, Any]) -> Source:
    if not (folder / _CONFIG).is_file():
        raise FileNotFoundError(
            f'{folder / _CONFIG}: expected the config of a model of transformers, found none.'
        )
    found = next((folder / name for name in _WEIGHTS if (folder / name).is_file()), None)
    if found is None:
        raise FileNotFoundError(f'{folder}: expected weights in one of {_WEIGHTS}, found none.')
    weights = [found]
    if found.name == _INDEX:
        weights = [folder / name for name in _shards(found)]
        lacking = [path.name for path in weights if not path.is_file()]
        if lacking:
            raise FileNotFoundError(f'{folder}: expected {lacking[0]}, which {_INDEX} names.')
    config = {**_read_json(folder / _CONFIG), **changes}
    return Source(model, config, tuple(weights), _image_norm(folder / _PROCESSOR))


def _from_hub(name: str, changes: Mapping[str, Any]) -> Source:
    config = _read_json(_hub_file(name, [_CONFIG]))
    files = [_hub_file(name, _WEIGHTS)]
    if files[0].name == _INDEX:
        files = [_hub_file(name, [shard]) for shard in _shards(files[0])]
    try:
        norm = _image_norm(_hub_file(name, [_PROCESSOR]))
    except FileNotFoundError:  # the log says that nothing is known
        norm = None
    return Source(name, {**config, **changes}, tuple(files), norm)


def _hub_file(name: str, files: Sequence[str]) -> Path:
    """Gives the first of some files that a model has: from the cache, or else from the hub."""
    hub = import_extra('huggingface_hub', f'model={name!r}')
    errors = import_extra('huggingface_hub.errors', f'model={name!r}')
    known = [hub.try_to_load_from_cache(name, file) for file in files]
    cached = next((found for found in known if isinstance(found, str)), None)
    if cached is not None:
        return Path(cached)
    for file in (file for file, found in zip(files, known, strict=True) if found is None):
        try:
            return Path(hub.hf_hub_download(name, file))
        except errors.RemoteEntryNotFoundError:
            continue  # the model has no such file
        except Exception as error:  # of the connection and of the hub, of all kinds
            raise FileNotFoundError(_not_found(name, file, error)) from error
    raise FileNotFoundError(f'model: {name!r} has none of the files {tuple(files)}.')


def _not_found(name: str, file: str, error: Exception) -> str:
    cache = import_extra('huggingface_hub', f'model={name!r}').constants.HF_HUB_CACHE
    reason = str(error).strip().partition('\n')[0] or type(error).__name__
    return (
        f'model: {name!r} is no file or folder, its {file} is not in the cache ({cache}), and the '
        f'hub did not give it ({type(error).__name__}: {reason})'
    )


def _shards(index: Path) -> list[str]:
    """Gives the names of the files that an index lists."""
    files = _read_json(index).get('weight_map')
    named = list(files.values()) if isinstance(files, dict) else []
    if not named or any(not isinstance(one, str) or Path(one).name != one for one in named):
        raise ValueError(
            f'{index}: expected weight_map, the files of the weights, found {files!r}.'
        )
    return sorted(set(named))


def _image_norm(path: Path) -> ImageNorm | None:
    if not path.is_file():
        return None
    stated = _read_json(path)
    scale = stated.get('rescale_factor', 1 / 255) if stated.get('do_rescale', True) else 1.0
    mean, std = [0.0] * 3, [1.0] * 3
    if stated.get('do_normalize', True):
        mean, std = stated.get('image_mean', mean), stated.get('image_std', std)
    if not (_numbers(mean, 3, -math.inf) and _numbers(std, 3, 0.0) and _numbers([scale], 1, 0.0)):
        raise ValueError(
            f'{path}: expected three numbers as image_mean, three above 0 as image_std and one as '
            f'rescale_factor, found {mean!r}, {std!r} and {scale!r}.'
        )
    return ImageNorm(
        tuple(round(one / scale, 4) for one in mean), tuple(round(one / scale, 4) for one in std)
    )


def _numbers(found: Any, count: int, above: float) -> bool:
    return (
        isinstance(found, list)
        and len(found) == count
        and all(isinstance(one, (int, float)) and above < one < math.inf for one in found)
    )


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding='utf-8'))
    except (RecursionError, ValueError) as error:  # of the text or of its encoding
        raise ValueError(f'{path}: expected a JSON file, found another ({error}).') from error
    if not isinstance(content, dict):
        raise ValueError(f'{path}: expected a JSON object, found {type(content).__name__}.')
    return content
