"""Keeps an interrupted run resumable: files appear whole or not at all.

mmengine 0.10.7 writes a checkpoint in place: a process that is killed meanwhile leaves a truncated
file under the checkpoint's name. It writes ``last_checkpoint`` in place too, which can then be
empty, and stores an absolute path in it, which dangles once the folder was moved.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from mmengine.fileio import LocalBackend, register_backend
from mmengine.fileio.io import backend_instances
from mmengine.logging import print_log

from mmmtl.files import atomic_file


class AtomicLocalBackend(LocalBackend):
    """mmengine's local storage, with writes that are seen whole or not at all.

    A file is written under a temporary name in the same folder, flushed to the disk, and then
    renamed.
    """

    def put(self, obj: bytes, filepath: str | Path) -> None:
        """Writes bytes to a file; its folder is made if it does not exist.

        Args:
            obj: What to write.
            filepath: Path of the file.
        """
        with atomic_file(filepath, sync=True) as stream:
            stream.write(obj)

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


def find_latest_checkpoint(work_dir: str | Path) -> str | None:
    """Finds the checkpoint from which a run in a folder goes on.

    That is the file that ``last_checkpoint`` names, by its path or by its name in the folder. If it
    names none that is there and whole, it is the newest whole ``epoch_*.pth`` or ``iter_*.pth``.

    Args:
        work_dir: The run's folder.

    Returns:
        Path of the checkpoint, or None if there is none.
    """
    folder = Path(work_dir)
    record = folder / 'last_checkpoint'
    named = record.read_text(encoding='utf-8').strip() if record.is_file() else ''
    if named:
        for candidate in (Path(named), folder / Path(named).name):
            if _is_whole(candidate):
                return str(candidate)
    saved = sorted(
        (path for pattern in ('epoch_*.pth', 'iter_*.pth') for path in folder.glob(pattern)),
        key=lambda path: path.stat().st_mtime,
        reverse=True,
    )
    newest = next((path for path in saved if _is_whole(path)), None)
    if newest is not None:
        print_log(
            f'{record} names no whole checkpoint ({named!r}); the newest one is {newest}.',
            logger='current',
        )
    return None if newest is None else str(newest)


def _is_whole(path: Path) -> bool:
    # torch.save writes a zip archive, whose directory comes last: a truncated file has none.
    return path.is_file() and zipfile.is_zipfile(path)
