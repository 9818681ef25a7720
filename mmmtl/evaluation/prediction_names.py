"""Names of the files that predictions are written to: one rule for all metrics."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


class PredictionNames:
    """Gives each image a file named after it, and no two images the same one.

    Names that differ only in capital letters are one name, as some file systems have it.
    """

    def __init__(self) -> None:
        self._images: dict[str, str] = {}

    def path(self, image: str, folder: str | Path, suffix: str) -> Path:
        """Gives the file of a metric for an image; as in mmseg its folders are left out.

        Args:
            image: Path of the image.
            folder: Folder of the predictions.
            suffix: End of the file's name, such as ``'.npy'``.

        Returns:
            The file.

        Raises:
            ValueError: If another image has this file; it names both.
        """
        path = Path(folder, f'{Path(image).stem}{suffix}')
        self.take(path, image)
        return path

    def take(self, path: Path, image: str) -> None:
        """Notes that a file is that of an image.

        Args:
            path: The file.
            image: What the image is called; the same for the same image.

        Raises:
            ValueError: If another image has this file; it names both.
        """
        other = self._images.setdefault(str(path).casefold(), image)
        if other != image:
            raise ValueError(
                f'{image} and {other} would both be written to {path}; '
                'expected images with different names.'
            )

    def forget(self) -> None:
        """Forgets the images: the next pass over a set begins."""
        self._images.clear()


def check_names(images: Iterable[str], folder: str | Path) -> None:
    """Checks that each image of a set has a file of its own, before any is written.

    mmseg's metrics replace the file of an image by that of another of the same name.

    Args:
        images: Paths of the images.
        folder: Folder of the predictions.

    Raises:
        ValueError: If two images have the same file.
    """
    names = PredictionNames()
    for image in images:
        names.path(image, folder, '.*')
