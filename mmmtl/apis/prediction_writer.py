"""Writes the predictions for an image as files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from mmmtl.apis.ply_file import write_ply
from mmmtl.apis.prediction_files import save_picture_file, write_prediction
from mmmtl.apis.prediction_pictures import draw_prediction, paint_prediction
from mmmtl.apis.prediction_points import PointMaker
from mmmtl.apis.video_reader import is_video
from mmmtl.datasets.depth_camera import DepthCamera
from mmmtl.files import atomic_file
from mmmtl.tasks import Task
from mmmtl.visualization.sheets.painters import SharedPainters

SAVED = ('pictures', 'ids', 'depth', 'npy', 'points')
"""What a :class:`PredictionWriter` can save."""


class PredictionWriter:
    """Writes the predictions for images into a folder, each kind into a folder of its own.

    ============ ============================== ====================================================
    ``save``     files                          what
    ============ ============================== ====================================================
    ``pictures`` ``pictures/NAME.png``          the image and all tasks side by side, with keys
    ..           ``pictures_TASK/NAME.png``     the task alone in colours, at the image's size
    ``ids``      ``TASK/NAME.png``              classes: 8 bit, the ids, shown in the palette's
                                                colours; masks: 8 bit, 255 is probability 1
    ..           ``TASK/NAME.json``             classes of the whole image: name, id and score of
                                                the most probable one, and the scores of all
    ``depth``    ``TASK/NAME.png``              scalars, whatever they are: 16 bit with their unit,
                                                see :mod:`mmmtl.apis.depth_png`
    ``npy``      ``TASK/NAME.npy``              the prediction as it is returned, any kind; the only
                                                file of directions and vectors
    ``points``   ``TASK/NAME.ply``              depths: the points in space, with colours and, where
                                                they are predicted, normals, see
                                                :mod:`mmmtl.apis.ply_file`
    ============ ============================== ====================================================

    Every file is either complete or not there, and replaces one of the same name.

    Args:
        out_dir: The folder; it is made when it is needed.
        tasks: The tasks by name.
        save: What to save, among :data:`SAVED`. Defaults to the pictures.
        painters: Painters that all pictures share. Defaults to None: each has its own.
        opacity: How much of the image the colours of pictures hide, from 0 to 1. Defaults to 1.
        camera: The camera of points. Defaults to None: none is known.
        max_depth: Largest depth of a point in metres. Defaults to None: any.

    Raises:
        ValueError: If ``save`` is empty or names something else, the folder is called as a video is
            and not there, or points cannot be made, see
            :class:`~mmmtl.apis.prediction_points.PointMaker`.
    """

    def __init__(
        self,
        out_dir: str | Path,
        tasks: Mapping[str, Task],
        save: Collection[str] = ('pictures',),
        painters: SharedPainters | None = None,
        opacity: float = 1.0,
        camera: DepthCamera | None = None,
        max_depth: float | None = None,
    ) -> None:
        unknown = sorted(set(save) - set(SAVED))
        if isinstance(save, str) or unknown or not save:
            raise ValueError(f'save: expected some of {list(SAVED)}, found {save!r}.')
        self.out_dir = Path(out_dir)
        if is_video(self.out_dir.name) and not self.out_dir.is_dir():
            raise ValueError(f'out_dir: expected a folder, found the name of a video, {out_dir}.')
        self.tasks = tasks
        self.save = frozenset(save)
        self._painters = painters
        self._opacity = opacity
        self._points = PointMaker(tasks, camera, max_depth) if 'points' in save else None

    @property
    def draws(self) -> bool:
        """bool: Whether pictures are written, whose colours several images share."""
        return 'pictures' in self.save

    def write(self, name: str, image: np.ndarray, prediction: Mapping[str, np.ndarray]) -> int:
        """Writes the files of an image.

        Args:
            name: What the files are called, without a suffix; may have folders.
            image: uint8 of shape (H, W, 3), channels blue, green, red.
            prediction: The prediction of every task, see
                :class:`~mmmtl.apis.inferencer.MultiTaskInferencer`.

        Returns:
            The number of files: 0 if no task has files of a kind that is to be saved.

        Raises:
            ValueError: If a value cannot be written, such as a depth that is not finite.
        """
        if self.draws:
            self._write_pictures(name, image, prediction)
        for task_name, values in prediction.items():
            task = self.tasks[task_name]
            if task.file_form in self.save:
                write_prediction(task, self._path(task_name, name, task.file_suffix), values)
            if 'npy' in self.save:
                with atomic_file(self._path(task_name, name, '.npy')) as stream:
                    np.save(stream, values)
        if self._points is not None:
            for task_name, cloud in self._points.clouds(image, prediction).items():
                write_ply(self._path(task_name, name, '.ply'), cloud)
        return len(self.files(name))

    def files(self, name: str) -> list[Path]:
        """Gives the files of an image.

        Args:
            name: What they are called, without a suffix.

        Returns:
            The paths; none if no task has files of a kind that is to be saved.
        """
        files = []
        if 'pictures' in self.save:
            files.append(self._path('pictures', name))
        for task_name, task in self.tasks.items():
            if 'pictures' in self.save:
                files.append(self._path(f'pictures_{task_name}', name))
            if task.file_form in self.save:
                files.append(self._path(task_name, name, task.file_suffix))
            if 'npy' in self.save:
                files.append(self._path(task_name, name, '.npy'))
        if self._points is not None:
            files += [self._path(task_name, name, '.ply') for task_name in self._points.names]
        return files

    def has(self, name: str) -> bool:
        """Tells whether all files of an image are there, of this network or of another.

        Args:
            name: What they are called, without a suffix.

        Returns:
            Whether they are.
        """
        files = self.files(name)
        return bool(files) and all(file.is_file() for file in files)

    def _path(self, folder: str, name: str, suffix: str = '.png') -> Path:
        return self.out_dir / folder / f'{name}{suffix}'

    def _write_pictures(
        self, name: str, image: np.ndarray, prediction: Mapping[str, np.ndarray]
    ) -> None:
        painters = SharedPainters() if self._painters is None else self._painters
        sheet = self._path('pictures', name)
        draw_prediction(image, prediction, self.tasks, sheet, painters, self._opacity)
        alone = paint_prediction(image, prediction, self.tasks, painters, self._opacity)
        for task_name, painted in alone.items():
            save_picture_file(
                Image.fromarray(painted.picture), self._path(f'pictures_{task_name}', name)
            )
