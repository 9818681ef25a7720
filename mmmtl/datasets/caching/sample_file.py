"""One file of many samples, which all processes of a machine map into their memory."""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
import struct
import uuid
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np

_MARK = int.from_bytes(b'mmmtl001', 'little')
_HEAD, _NUMBER = 3, 8  # numbers at the start: mark, rows, bytes of a row; bytes of a number
_PAGE = 4096
_LENGTH_AT = 2 * _NUMBER
_FILE_MODE = 0o600


class SampleFile:
    """Rows of bytes, one a sample, that are written once and then read by any process.

    The file is a table, in which a number of each row tells height and width of its sample once the
    row is written, and the rows, all of one length. A process that is killed while it writes leaves
    a row that is not there. Two that write the same row write the same.

    The room of all rows is taken before the first one is written, as a mapped file that finds none
    later would end the process.

    Args:
        path: The file; it is made if it is not there.
        rows: Number of samples.
        row_length: Tells the bytes of a row, and checks that there is room for all of them. Only
            the first process that opens the file calls it, the others wait meanwhile.
        is_temporary: Whether the last process that has it open removes it.

    Raises:
        OSError: If there is no room (ENOSPC), or the file is no such one.
    """

    def __init__(
        self, path: Path, rows: int, row_length: Callable[[], int], is_temporary: bool
    ) -> None:
        self.path = path
        self._rows = rows
        self._descriptor = _open(path, rows, is_temporary)
        self._close_at_end(is_temporary)
        try:
            with self._alone():
                self._length = self._read_number(_LENGTH_AT)
                if not self._length:
                    self._length = self._take_room(row_length())
        except BaseException:
            self._finish()
            raise
        self._map()

    def __getstate__(self) -> dict[str, Any]:
        return dict(path=self.path, rows=self._rows, length=self._length)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Opens the file in a process that was not forked; the one it comes from keeps it alive."""
        self.path, self._rows, self._length = state['path'], state['rows'], state['length']
        self._descriptor = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
        self._close_at_end(is_temporary=False)
        self._map()

    @property
    def row_length(self) -> int:
        """int: Bytes of a row."""
        return self._length

    def written(self) -> int:
        """Tells how many rows are there.

        Returns:
            Their number.
        """
        return int(np.count_nonzero(self._table))

    def read(self, row: int) -> tuple[np.ndarray, int, int] | None:
        """Reads a row.

        Args:
            row: Its number.

        Returns:
            A copy of its bytes, uint8, and height and width of the sample; None if it is not there.
        """
        shape = int(self._table[row])
        if not shape:
            return None
        start = row * self._length
        return self._content[start : start + self._length].copy(), shape >> 32, shape & 0xFFFFFFFF

    def write(
        self, row: int, arrays: Iterator[tuple[int, np.ndarray]], height: int, width: int
    ) -> None:
        """Writes a row.

        Args:
            row: Its number.
            arrays: Where in the row an array starts, and the array; in one piece each.
            height: Height of the sample.
            width: Width of the sample.
        """
        begin = self._content_at + row * self._length
        for start, array in arrays:
            _write_all(self._descriptor, array, begin + start)
        # Last: whoever sees it finds the row complete.
        shape = struct.pack('<q', height << 32 | width)
        os.pwrite(self._descriptor, shape, (_HEAD + row) * _NUMBER)

    @property
    def _content_at(self) -> int:
        return _content_at(self._rows)

    def _close_at_end(self, is_temporary: bool) -> None:
        self._finish = weakref.finalize(
            self, _leave, self._descriptor, self.path, is_temporary, os.getpid()
        )

    def _map(self) -> None:
        size = self._content_at + self._rows * self._length
        if os.fstat(self._descriptor).st_size != size:
            raise OSError(errno.EINVAL, f'expected a file of {size} bytes', str(self.path))
        content = mmap.mmap(self._descriptor, size, prot=mmap.PROT_READ)
        table = np.frombuffer(content, '<i8', self._rows, offset=_HEAD * _NUMBER)
        self._table: np.ndarray = table
        self._content: np.ndarray = np.frombuffer(content, np.uint8, offset=self._content_at)

    def _take_room(self, length: int) -> int:
        size = self._content_at + self._rows * length
        try:
            os.posix_fallocate(self._descriptor, 0, size)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(self.path)) from error
        os.pwrite(self._descriptor, struct.pack('<q', length), _LENGTH_AT)
        return length

    def _read_number(self, place: int) -> int:
        return int(struct.unpack('<q', os.pread(self._descriptor, _NUMBER, place))[0])

    @contextmanager
    def _alone(self) -> Iterator[None]:
        fcntl.lockf(self._descriptor, fcntl.LOCK_EX)  # of this process, unlike flock
        try:
            yield
        except BaseException:
            _remove(self._descriptor, self.path)
            raise
        finally:
            fcntl.lockf(self._descriptor, fcntl.LOCK_UN)


def remove_unused(folder: Path, pattern: str) -> None:
    """Removes the temporary files in a folder that no process has open, such as of killed runs.

    Args:
        folder: The folder.
        pattern: Pattern of the files' names.
    """
    for path in folder.glob(pattern):
        with suppress(OSError):  # another user's, or gone
            descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
            _leave(descriptor, path, is_temporary=True, owner=os.getpid())


def _content_at(rows: int) -> int:
    return -(-(_HEAD + rows) * _NUMBER // _PAGE) * _PAGE


def _open(path: Path, rows: int, is_temporary: bool) -> int:
    """Opens the file, of which only the first process makes one that is there for all at once."""
    while True:
        with suppress(FileExistsError):
            _make(path, rows)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            continue  # removed by the last one that had it open
        if is_temporary:
            fcntl.flock(descriptor, fcntl.LOCK_SH)
        if not _is_at(descriptor, path):
            os.close(descriptor)
            continue
        is_own = os.fstat(descriptor).st_uid == os.geteuid()  # anyone may write into /dev/shm
        if not is_own or os.pread(descriptor, 2 * _NUMBER, 0) != struct.pack('<2q', _MARK, rows):
            os.close(descriptor)
            raise OSError(errno.EINVAL, 'expected cached samples of this user', str(path))
        return descriptor


def _make(path: Path, rows: int) -> None:
    unfinished = path.with_name(f'.{path.name}.{uuid.uuid4().hex}.tmp')
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(unfinished, flags, _FILE_MODE)
    try:
        os.pwrite(descriptor, struct.pack('<3q', _MARK, rows, 0), 0)
        os.ftruncate(descriptor, _content_at(rows))
        os.link(unfinished, path)  # unlike a renamed file it replaces none
    finally:
        os.close(descriptor)
        os.unlink(unfinished)


def _write_all(descriptor: int, array: np.ndarray, place: int) -> None:
    content = memoryview(array.reshape(-1).view(np.uint8).data)
    while content:
        done = os.pwrite(descriptor, content, place)
        content, place = content[done:], place + done


def _leave(descriptor: int, path: Path, is_temporary: bool, owner: int) -> None:
    """Closes the file; removes it if it is a temporary one that no other process has open.

    A copy of the process that opened it, such as a worker, has no say in it.
    """
    try:
        if is_temporary and os.getpid() == owner:
            with suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(descriptor, path)
    finally:
        os.close(descriptor)


def _remove(descriptor: int, path: Path) -> None:
    if _is_at(descriptor, path):
        with suppress(FileNotFoundError):
            path.unlink()


def _is_at(descriptor: int, path: Path) -> bool:
    """Tells whether the open file is the one that has the name now."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    own = os.fstat(descriptor)
    return (own.st_dev, own.st_ino) == (there.st_dev, there.st_ino)
