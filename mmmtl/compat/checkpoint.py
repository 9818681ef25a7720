"""Reads checkpoints without running anything in them.

mmengine 0.10.7 and torch >= 2.6 do not go together: the restricted unpickler, torch's default
since 2.6, refuses the ``HistoryBuffer`` and the numpy values in every checkpoint that mmengine's
Runner writes, so that resume, load_from and test all fail. Switching the restriction off would run
whatever a downloaded file contains. Here the restriction stays, with a list of the few more names
that such checkpoints need, each of them answered by a stand-in of :mod:`mmmtl.compat.pickled` that
checks what it is given.

Three more ways from a file to running code are closed, measured with mmengine 0.10.7 and
onedl-mmengine 0.10.12:

- checkpoints from a URL were read without any restriction (``torch.hub``'s default);
- ``Runner.resume`` executes the text under ``meta['config']`` as a Python config; the text is
  dropped;
- onedl-mmengine falls back to reading without restriction where the restricted read fails.

Whatever is read is compared with its sums (:mod:`mmmtl.compat.sums`), which torch does not look at,
and weights that are not numbers are refused.
"""

from __future__ import annotations

import os
import pickle
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlparse

import mmengine.runner.checkpoint
import torch
from mmengine.runner.checkpoint import CheckpointLoader
from torch.serialization import add_safe_globals, clear_safe_globals, get_safe_globals

from mmmtl.compat import sums
from mmmtl.compat.pickled import STAND_INS, NotPlainDataError, to_plain

_REFUSED_NAME = re.compile(r'GLOBAL (\S+)')
_REFUSED_CALL = re.compile(r'(?:Trying to call|Can only) .*')
_ADVICE = 'Nothing in it was run. Use only checkpoints whose origin you trust.'


class CheckpointError(ValueError):
    """A file cannot be read as a checkpoint."""


class DamagedCheckpointError(CheckpointError):
    """A file is not what was written."""


class UnsafeCheckpointError(CheckpointError):
    """A file asks for something that no checkpoint needs; nothing in it was run."""


def load_from_local(filename: str, map_location: Any = None) -> dict[str, Any]:
    """Reads a checkpoint file. This is mmengine's loader for local paths.

    Args:
        filename: Path of the file.
        map_location: Same as for :func:`torch.load`.

    Returns:
        The checkpoint.

    Raises:
        FileNotFoundError: If there is no such file.
        UnsafeCheckpointError: If the file contains anything but plain data.
        CheckpointError: If the file is damaged or no checkpoint, or weights in it are NaN.
    """
    path = os.path.expanduser(filename)
    if not os.path.isfile(path):
        raise FileNotFoundError(f'There is no checkpoint file {filename!r}.')
    return read_checkpoint(path, map_location)


def read_checkpoint(
    file: str | os.PathLike[str] | BinaryIO, map_location: Any = None
) -> dict[str, Any]:
    """Reads a checkpoint from a file or from an open binary stream.

    Args:
        file: Path or stream.
        map_location: Same as for :func:`torch.load`.

    Returns:
        The checkpoint.

    Raises:
        UnsafeCheckpointError: If it contains anything but plain data.
        CheckpointError: If it is damaged or no checkpoint, or weights in it are NaN.
    """
    is_path = isinstance(file, (str, os.PathLike))
    return _read_file(file, map_location, str(file if is_path else getattr(file, 'name', file)))


def _read_file(
    file: str | os.PathLike[str] | BinaryIO, map_location: Any, source: str
) -> dict[str, Any]:
    if not _take_identity(file):
        _require_whole(file, source)
    return _read(
        lambda: torch.load(file, map_location=map_location, weights_only=True), source=source
    )


def require_whole(path: str | Path) -> None:
    """Checks that a file is what was written; the next reading of it does not check again.

    Args:
        path: Path of the file.

    Raises:
        DamagedCheckpointError: If it is damaged.
    """
    _require_whole(path, str(path))
    _checked.add(_identity(path))


def load_url(
    url: str,
    model_dir: str | None = None,
    map_location: Any = None,
    progress: bool = True,
) -> dict[str, Any]:
    """Downloads a checkpoint, unless that was done before, and reads it.

    Args:
        url: Address of the file.
        model_dir: Folder for the file. Defaults to torch.hub's.
        map_location: Same as for :func:`torch.load`.
        progress: Whether to show a progress bar.

    Returns:
        The checkpoint.

    Raises:
        UnsafeCheckpointError: If it contains anything but plain data.
        CheckpointError: If it is damaged or no checkpoint, or weights in it are NaN.
    """
    folder = Path(model_dir or os.path.join(torch.hub.get_dir(), 'checkpoints'))
    path = folder / Path(urlparse(url).path).name
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        torch.hub.download_url_to_file(url, str(path), progress=progress)
    return _read_file(path, map_location, source=f'{url} (stored as {path})')


def patch_checkpoint_loading() -> None:
    """Makes mmengine read every checkpoint through this module."""
    CheckpointLoader.register_scheme(prefixes='', loader=load_from_local, force=True)
    replacements = {
        'load_from_local': load_from_local,
        'load_url': load_url,
        '_safe_torch_load': read_checkpoint,  # onedl-mmengine, for s3:// and the like
    }
    for name, function in replacements.items():
        if hasattr(mmengine.runner.checkpoint, name):
            setattr(mmengine.runner.checkpoint, name, function)


def _read(load: Callable[[], Any], source: str) -> dict[str, Any]:
    try:
        with _only_stand_ins():
            loaded = load()
        checkpoint = to_plain(loaded)
    except NotPlainDataError as error:
        raise UnsafeCheckpointError(_refusal(source, str(error))) from error
    except pickle.UnpicklingError as error:
        if name := _REFUSED_NAME.search(str(error)):
            reason = f'it asks for {name[1]}, which no checkpoint needs'
        elif call := _REFUSED_CALL.search(str(error)):
            reason = call[0]
        else:
            raise CheckpointError(_damage(source, error)) from error
        raise UnsafeCheckpointError(_refusal(source, reason)) from error
    except Exception as error:  # a damaged stream can raise anything; the cause stays attached
        raise CheckpointError(_damage(source, error)) from error
    if not isinstance(checkpoint, dict):
        raise CheckpointError(
            f'{source} is not a checkpoint: expected a dict, found {type(checkpoint).__name__}.'
        )
    _drop_executable_text(checkpoint)
    refuse_nan(checkpoint, source)
    return checkpoint


_checked: set[tuple[int, ...]] = set()
"""Files that were found whole and are about to be read."""


def _identity(path: str | os.PathLike[str]) -> tuple[int, ...]:
    status = os.stat(path)
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _take_identity(file: str | os.PathLike[str] | BinaryIO) -> bool:
    """Tells whether a file was just found whole, and forgets it."""
    if not _checked or not isinstance(file, (str, os.PathLike)):
        return False
    identity = _identity(file)
    known = identity in _checked
    _checked.discard(identity)
    return known


def _require_whole(file: str | os.PathLike[str] | BinaryIO, source: str) -> None:
    damage = sums.find_damage(file)
    if damage is not None:
        raise DamagedCheckpointError(f'Cannot read the checkpoint {source}: {damage}.')


def refuse_nan(checkpoint: dict[str, Any], source: str) -> None:
    """Checks that weights are numbers.

    Args:
        checkpoint: A checkpoint, or weights by name.
        source: Where it comes from, for the message.

    Raises:
        CheckpointError: If a weight is NaN.
    """
    weights = checkpoint.get('state_dict', checkpoint)
    if not isinstance(weights, dict):
        return
    # A sum is many times as fast as a test of each number.
    names = [
        name
        for name, value in weights.items()
        if isinstance(value, torch.Tensor)
        and (value.is_floating_point() or value.is_complex())
        and not value.is_meta
        and bool(value.sum().isnan())
        and bool(value.isnan().any())
    ]
    if names:
        raise CheckpointError(
            f'{source}: expected numbers as weights, found NaN in {some_names(names)}.'
        )


def some_names(names: Sequence[str], at_most: int = 3) -> str:
    """Names the first few of many.

    Args:
        names: The names.
        at_most: How many to name. Defaults to 3.

    Returns:
        Text such as ``'a, b, c and 9 more'``.
    """
    more = len(names) - at_most
    return ', '.join(names[:at_most]) + (f' and {more} more' if more > 0 else '')


def _drop_executable_text(checkpoint: dict[str, Any]) -> None:
    meta = checkpoint.get('meta')
    if isinstance(meta, dict):
        meta.pop('config', None)


@contextmanager
def _only_stand_ins() -> Iterator[None]:
    """Answers the names of :data:`STAND_INS` with the stand-ins, whoever else allowed them."""
    known = get_safe_globals()
    clear_safe_globals()
    add_safe_globals([entry for entry in known if _path(entry) not in STAND_INS])
    add_safe_globals([(stand_in, name) for name, stand_in in STAND_INS.items()])
    try:
        yield
    finally:
        clear_safe_globals()
        add_safe_globals(known)


def _path(entry: Any) -> str:
    if isinstance(entry, tuple):
        return str(entry[1])
    return f'{entry.__module__}.{entry.__qualname__}'


def _refusal(source: str, reason: str) -> str:
    return f'Refused to load the checkpoint {source}: {reason}. {_ADVICE}'


def _damage(source: str, error: Exception) -> str:
    # torch wraps what its unpickler says into advice that would switch the restriction off
    said = str(error).rpartition('WeightsUnpickler error:')[2].strip().partition('\n')[0]
    found = f'{type(error).__name__}: {said}' if said else type(error).__name__
    return (
        f'Cannot read the checkpoint {source}: expected a file of torch.save, '
        f'found another, or a damaged one ({found}).'
    )
