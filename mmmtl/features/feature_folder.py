from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from torch import Tensor

from mmmtl.compat.safetensors_files import SUFFIX, read_safetensors, safetensors_bytes
from mmmtl.files import write_atomically

_MODEL = 'model'
_DIGEST = 16  # bytes


class StoredFeatures(NamedTuple):
    """What a backbone made of one image."""

    tensors: dict[str, Tensor]
    """Tensors without the axis of the batch, see :mod:`~mmmtl.features.outputs`."""
    model: str
    """What the features depend on beside the image: the backbone's identity."""


class FeatureFolder:
    """A folder of features, a file for each image, whose name is the hash of the image itself.

    So features are never those of another image: one that was flipped, resized or recoloured in
    another way, or comes from another data set, has another name. The model that they are of stands
    in each file. A file is complete or not there.

    Args:
        path: The folder; it need not exist.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def file_of(self, image: Tensor) -> Path:
        """Tells where the features of an image are, or would be.

        Args:
            image: The image as the pipeline gives it, (3, H, W), of any type.

        Returns:
            The file.
        """
        content = image.contiguous()
        digest = hashlib.blake2b(digest_size=_DIGEST)
        digest.update(f'{content.dtype} {tuple(content.shape)}'.encode())
        digest.update(content.numpy().data)
        name = digest.hexdigest()
        return self.path / name[:2] / f'{name}{SUFFIX}'

    def read(self, image: Tensor) -> StoredFeatures | None:
        """Reads the features of an image.

        Args:
            image: The image as the pipeline gives it, (3, H, W).

        Returns:
            The features; None if there are none of this image.

        Raises:
            ValueError: If the file is damaged, or none of features.
        """
        path = self.file_of(image)
        if not path.is_file():
            return None
        try:
            content = read_safetensors(path)
            return StoredFeatures(dict(content['state_dict']), content['meta'][_MODEL])
        except ImportError:
            raise
        except Exception as error:  # what safetensors raises of a damaged file
            raise ValueError(
                f'{path}: expected stored features, found a damaged or another file ({error}); '
                'remove it and write it again.'
            ) from error

    def write(self, image: Tensor, tensors: Mapping[str, Tensor], model: str) -> int:
        """Writes the features of an image.

        Args:
            image: The image as the pipeline gives it, (3, H, W).
            tensors: Its features.
            model: The identity of the backbone.

        Returns:
            Bytes of the file.
        """
        content = safetensors_bytes(tensors, {_MODEL: model})
        write_atomically(self.file_of(image), content)
        return len(content)
