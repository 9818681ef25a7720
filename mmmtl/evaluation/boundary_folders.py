from __future__ import annotations

import os.path as osp
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mmmtl.datasets.mat_file import as_list, read_mat
from mmmtl.datasets.readers import BoundaryReader, GreyMaskReader
from mmmtl.datasets.sample_files import list_files
from mmmtl.some_of import some_of

_ANNOTATORS, _DRAWN = 'groundTruth', 'Boundaries'
_PREDICTIONS = ('.png', '.npy')
_MAPS = ('.png', '.npy')
_MAT = '.mat'


class BoundaryFolders:
    """Predicted boundaries and their labels in folders, by the names of the files.

    It gives what :func:`~mmmtl.evaluation.score_boundaries` takes, image by image.

    Args:
        predictions: Folder of ``<id>.png``, grey of 8 or 16 bits, shares of the largest number, or
            ``<id>.npy``, floats from 0 to 1; shape (H, W).
        labels: Folders of labels. One folder of ``<id>.mat`` as BSDS distributes them, a cell
            array ``groundTruth`` with a struct for each annotator, of which ``Boundaries`` is
            read. Or one folder for each annotator of ``<id>.png`` or ``<id>.npy``: 0 and 255, or
            0 and 1.
        ids: Whether maps hold ids, whose boundaries are scored (see
            :class:`~mmmtl.datasets.readers.BoundaryReader`). Defaults to False.

    Raises:
        FileNotFoundError: If a folder is missing or has no such files, or a prediction or a label
            has no partner.
        ValueError: If a folder has two files of one name, or ``ids`` is given for ``.mat`` files.
    """

    def __init__(
        self, predictions: str | Path, labels: Sequence[str | Path], ids: bool = False
    ) -> None:
        self._predictions = _files(predictions, _PREDICTIONS, 'predictions')
        self._labels = [_files(folder, (*_MAPS, _MAT), 'labels') for folder in labels]
        if not self._labels:
            raise ValueError('labels: expected at least one folder, found none.')
        for folder, files in zip(labels, self._labels, strict=True):
            _check_partners(str(predictions), self._predictions, str(folder), files)
        if ids and any(path.endswith(_MAT) for files in self._labels for path in files.values()):
            raise ValueError(f'ids: expected maps of ids in {labels[0]}, found {_MAT} files.')
        self.names = sorted(self._predictions)
        self._read_prediction = GreyMaskReader().shares  # float32 is below a threshold of 0.9
        self._read_map: Callable[[str, Mapping[str, Any]], np.ndarray] = (
            BoundaryReader() if ids else GreyMaskReader(ones=True)
        )

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Reads the images one after the other.

        Yields:
            Probabilities of shape (H, W) and labels of shape (annotators, H, W).

        Raises:
            ValueError: If a file is broken, or a label differs in size from the prediction.
        """
        for name in self.names:
            path = self._predictions[name]
            prediction = self._read_prediction(path, {})
            drawn = []
            for files in self._labels:
                for label in self._annotators(files[name]):
                    if label.shape != prediction.shape:
                        raise ValueError(
                            f'{files[name]}: expected the size of {path}, {prediction.shape}, '
                            f'found {label.shape}.'
                        )
                    drawn.append(label)
            yield prediction, np.stack(drawn)

    def _annotators(self, path: str) -> list[np.ndarray]:
        if not path.endswith(_MAT):
            return [self._read_map(path, {})]
        cells = read_mat(path, _ANNOTATORS)
        try:
            maps = [np.asarray(one[_DRAWN]) for one in as_list(cells)]
        except (IndexError, KeyError, TypeError, ValueError) as error:
            raise ValueError(
                f'{path}: expected a cell array {_ANNOTATORS} of structs with {_DRAWN}, as in '
                f'BSDS; {type(error).__name__}: {error}.'
            ) from error
        if not maps:
            raise ValueError(f'{path}: expected at least one annotator in {_ANNOTATORS}.')
        for one in maps:
            if one.ndim != 2 or one.dtype.kind not in 'buif':
                raise ValueError(
                    f'{path}: expected {_DRAWN} of shape (H, W), found {one.dtype} of shape '
                    f'{one.shape}.'
                )
        return [(one != 0).astype(np.float32) for one in maps]


def _files(folder: str | Path, suffixes: Sequence[str], title: str) -> dict[str, str]:
    folder = str(folder)
    if not osp.isdir(folder):
        raise FileNotFoundError(f'{folder}: no such folder, expected {title}.')
    found: dict[str, str] = {}
    for suffix in suffixes:
        for name, file in list_files(folder, suffix).items():
            path = osp.join(folder, file)
            if name in found:
                raise ValueError(
                    f'{folder}: expected one file for each name, found {found[name]} and {path}.'
                )
            found[name] = path
    if not found:
        raise FileNotFoundError(
            f'{folder}: expected {title}, files *{" or *".join(suffixes)}, found none.'
        )
    return found


def _check_partners(
    predictions: str, predicted: Mapping[str, str], labels: str, labelled: Mapping[str, str]
) -> None:
    missing = sorted(labelled.keys() - predicted.keys())
    surplus = sorted(predicted.keys() - labelled.keys())
    texts = []
    if missing:
        places = some_of([labelled[name] for name in missing])
        texts.append(f'{predictions}: {len(missing)} missing prediction(s), of {places}')
    if surplus:
        places = some_of([predicted[name] for name in surplus])
        texts.append(f'{labels}: {len(surplus)} prediction(s) without a label there: {places}')
    if texts:
        raise FileNotFoundError(f'{"; ".join(texts)}.')
