"""What is known of a figure of a benchmark before and after it is drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

T = TypeVar('T')

_LONGEST_NAME = 120
"""Characters of a file's name without its suffix; file systems allow 255, of which
unfinished files need 40."""
_DIGITS = 8


@dataclass(frozen=True)
class PlannedFigure:
    """A figure that can be drawn.

    Args:
        name: Name of its files, without a suffix; the files of a very long one have its beginning
            and a checksum.
        kind: What figures of its sort show; figures of one kind stand below one heading.
        title: What this one shows among those of its kind, such as the weighting; may be empty.
        caption: How to read it.
        table: Index of the table that it belongs to; None if it is about several.
        draw: Draws it to the file given, whose suffix says the format.
        formats: Suffixes of the files to draw. The first is a picture for a web page. Defaults to
            PNG and PDF.
    """

    name: str
    kind: str
    title: str
    caption: str
    table: int | None
    draw: Callable[[Path], None]
    formats: tuple[str, ...] = ('.png', '.pdf')


def plan_parts(
    parts: Sequence[Sequence[T]],
    draw: Callable[[Sequence[T], Path], None],
    *,
    name: str,
    kind: str,
    title: str,
    caption: str,
    table: int | None,
    formats: tuple[str, ...] = ('.png', '.pdf'),
) -> Iterator[PlannedFigure]:
    """Plans a figure for each part of what is too much for one.

    Args:
        parts: What each part shows; nothing is planned for an empty one.
        draw: Draws a part to a file.
        name: See :class:`PlannedFigure`; where there are several parts, their number is added.
        kind: See there.
        title: See there; where there are several parts, it says which this is.
        caption: See there.
        table: See there.
        formats: See there. Defaults to PNG and PDF.

    Yields:
        The figures.
    """
    for number, part in enumerate(parts, 1):
        if part:
            several = len(parts) > 1
            yield PlannedFigure(
                f'{name}-{number}' if several else name,
                kind,
                f'{title}, part {number} of {len(parts)}' if several else title,
                caption,
                table,
                partial(draw, part),
                formats,
            )


@dataclass(frozen=True)
class DrawnFigure:
    """A figure in files.

    Args:
        figure: What it shows.
        files: Its files, the picture for a web page first.
    """

    figure: PlannedFigure
    files: tuple[Path, ...]

    @property
    def picture(self) -> Path:
        """The picture for a web page."""
        return self.files[0]


def draw_figure(figure: PlannedFigure, folder: str | Path) -> DrawnFigure:
    """Draws a figure to one file in each of its formats.

    Args:
        figure: The figure.
        folder: Folder of the files; made if it is missing.

    Returns:
        The figure with its files.
    """
    files = tuple(Path(folder, _short(figure.name) + suffix) for suffix in figure.formats)
    for file in files:
        figure.draw(file)
    return DrawnFigure(figure, files)


def _short(name: str) -> str:
    if len(name) <= _LONGEST_NAME:
        return name
    checksum = hashlib.sha256(name.encode()).hexdigest()[:_DIGITS]
    return f'{name[: _LONGEST_NAME - _DIGITS - 1]}-{checksum}'
