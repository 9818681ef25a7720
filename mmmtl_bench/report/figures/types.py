"""What is known of a figure of a benchmark before and after it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class PlannedFigure:
    """A figure that can be drawn.

    Args:
        name: Name of its files, without a suffix.
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
