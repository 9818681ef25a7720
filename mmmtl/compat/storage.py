"""Keeps an interrupted run resumable: files appear whole or not at all.

mmengine 0.10.7 writes a checkpoint in place: a process that is killed meanwhile leaves a truncated
file under the checkpoint's name. It writes ``last_checkpoint`` in place too, which can then be
empty, and stores an absolute path in it, which dangles once the folder was moved.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import NamedTuple

from mmengine.fileio import LocalBackend, register_backend
from mmengine.fileio.io import backend_instances
from mmengine.logging import print_log

from mmmtl.compat.checkpoint import DamagedCheckpointError, require_whole
from mmmtl.compat.deferred_writes import defer
from mmmtl.compat.sums import is_archive, needs_sum, remove_sum, sum_beside, write_sum
from mmmtl.files import atomic_file, require_room, write_atomically

RECORD = 'last_checkpoint'
_SAVED = ('epoch_*.pth', 'iter_*.pth')


class AtomicLocalBackend(LocalBackend):
    """mmengine's local storage, with writes that are seen whole or not at all.

    A file is written under a temporary name in the same folder, flushed to the disk, and then
    renamed.
    """

    def put(self, obj: bytes, filepath: str | Path) -> None:
        """Writes bytes to a file; its folder is made if it does not exist.

        Weights in a format without sums get one beside them (:mod:`mmmtl.compat.sums`). Inside of
        :func:`~mmmtl.compat.deferred_writes.deferred_writes` the file is written later.

        Args:
            obj: What to write.
            filepath: Path of the file.

        Raises:
            OSError: If there is no room for it; nothing is written then.
        """
        require_room(filepath, len(obj))
        if defer(partial(self.put, obj, filepath)):
            return
        remove_sum(filepath)
        with atomic_file(filepath, sync=True) as stream:
            stream.write(obj)
        if needs_sum(filepath, obj):
            write_sum(filepath)

    def put_text(self, obj: str, filepath: str | Path, encoding: str = 'utf-8') -> None:
        """Writes text to a file; its folder is made if it does not exist.

        Args:
            obj: What to write.
            filepath: Path of the file.
            encoding: Encoding of the file.
        """
        self.put(obj.encode(encoding), filepath)


def patch_storage() -> None:
    """Makes :class:`AtomicLocalBackend` mmengine's backend for local paths."""
    register_backend('local', AtomicLocalBackend, force=True, prefixes='')
    backend_instances.clear()  # backends that were built before still write in place


class Latest(NamedTuple):
    """The checkpoint from which a run goes on.

    Args:
        path: Path of the file, or None if there is none.
        notes: What was passed over, and why.
    """

    path: str | None
    notes: tuple[str, ...] = ()


def record_checkpoint(work_dir: str | Path, checkpoint: str | Path) -> None:
    """Writes ``last_checkpoint``, from which a run goes on.

    Args:
        work_dir: The run's folder.
        checkpoint: Path of the checkpoint, which is whole.
    """
    write_atomically(Path(work_dir, RECORD), str(checkpoint))


def find_latest_checkpoint(work_dir: str | Path) -> str | None:
    """Finds the checkpoint from which a run in a folder goes on, and logs what is passed over.

    Args:
        work_dir: The run's folder.

    Returns:
        Path of the checkpoint, or None if there is none. See :func:`search_latest_checkpoint`.

    Raises:
        ValueError: If there are checkpoints, but none of them is whole.
    """
    latest = search_latest_checkpoint(work_dir)
    for note in latest.notes:
        print_log(note, logger='current')
    return latest.path


def search_latest_checkpoint(work_dir: str | Path) -> Latest:
    """Finds the checkpoint from which a run in a folder goes on.

    That is the file in the folder that has the name which ``last_checkpoint`` gives. If it is
    damaged or not there, it is the newest whole ``epoch_*.pth`` or ``iter_*.pth`` of the folder: of
    the files before the named one that with the highest number, else the last written. Only where
    the folder has no checkpoint is it the file elsewhere that ``last_checkpoint`` gives the path
    of: a copied folder goes on from its own files.

    Args:
        work_dir: The run's folder.

    Returns:
        The checkpoint, and what was passed over.

    Raises:
        ValueError: If there are checkpoints, but none of them is whole, or ``last_checkpoint`` is a
            folder.
    """
    folder = Path(work_dir)
    record = folder / RECORD
    named, notes = _read_record(record)
    damages = []
    for path in _candidates(folder, named):
        try:
            _require_archive(path)
        except DamagedCheckpointError as error:
            damages.append(str(error))
            continue
        if damages:
            notes += [*damages, f'Passed over; the newest whole one is {path}.']
        elif path.name != Path(named).name:
            notes.append(f'{record} names no checkpoint that is there; the newest one is {path}.')
        return Latest(str(path), tuple(notes))
    if damages:
        raise DamagedCheckpointError(
            f'{folder}: expected a whole checkpoint to go on from, found '
            f'{len(damages)} damaged ones. {" ".join(damages)} Remove them to start afresh.'
        )
    return Latest(None, tuple(notes))


def _read_record(record: Path) -> tuple[str, list[str]]:
    if record.is_dir():
        raise ValueError(f'{record}: expected a file that names a checkpoint, found a folder.')
    if not record.is_file():
        return '', []
    try:
        named = record.read_text(encoding='utf-8').strip()
    except UnicodeDecodeError:
        named = '\0'
    if any(not character.isprintable() for character in named):
        return '', [f'{record}: expected the name of a checkpoint, found no text.']
    return named, []


def _candidates(folder: Path, named: str) -> list[Path]:
    saved = [path for pattern in _SAVED for path in folder.glob(pattern) if path.is_file()]
    own = folder / Path(named).name
    if named and own.is_file() and own not in saved:
        saved.append(own)
    if not saved:
        return [Path(named)] if named and Path(named).is_file() else []
    last = _number(own)
    return sorted(saved, key=lambda path: (path == own, *_age(path, last)), reverse=True)


def _age(path: Path, last: tuple[str, int]) -> tuple[int, float, int]:
    """Orders files: by their number what comes before the last one, then by the time."""
    kind, number = _number(path)
    if kind == last[0] and number <= last[1]:
        return 1, number, 0
    return 0, path.stat().st_mtime, number


def _number(path: Path) -> tuple[str, int]:
    kind, _, number = path.stem.rpartition('_')
    return (kind, int(number)) if number.isdecimal() else ('', -1)


def _require_archive(path: Path) -> None:
    # torch.save writes a zip archive, whose directory comes last: a truncated file has none.
    if not is_archive(path) and not sum_beside(path).is_file():
        raise DamagedCheckpointError(f'Cannot read the checkpoint {path}: it is not complete.')
    require_whole(path)
