from __future__ import annotations

import dataclasses
import errno
import logging
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.logging import print_log

from mmmtl.apis.inference_inputs import InputImages
from mmmtl.apis.input_sources import Input
from mmmtl.apis.loaded_network import LoadedNetwork
from mmmtl.apis.prediction import (
    Prediction,
    as_data_sample,
    named_error,
)
from mmmtl.apis.prediction_pictures import PLAIN, PictureStyle, draw_prediction
from mmmtl.apis.prediction_progress import prediction_progress
from mmmtl.apis.prediction_video import FrameDrawing, VideoReport, write_prediction_video
from mmmtl.apis.prediction_writer import PredictionWriter
from mmmtl.apis.shared_ranges import share_ranges
from mmmtl.apis.video_file import codec_of
from mmmtl.apis.video_reader import Clip
from mmmtl.visualization import MultiTaskLocalVisualizer
from mmmtl.visualization.sheets.painters import SharedPainters

_FIRST_OF_WEBCAM = 4
"""Images of a webcam that decide about colours: more would be a wait."""


class MultiTaskInferencer(LoadedNetwork):
    """Predicts all tasks for images, without a data set.

    Example::

        from mmmtl.apis import MultiTaskInferencer

        inferencer = MultiTaskInferencer('configs/mtan_segnet_cityscapes7.py', 'epoch_200.pth')
        result = inferencer('street.png')  # dict(seg=..., depth=...)

    The prediction for an image is a dict with an array for each task, at the image's own size
    (H, W), whatever size the network works at:

    - classes (``seg``): ids, int64 of shape (H, W);
    - masks: probabilities, float32 of shape (H, W);
    - scalars (``depth``): float32 of shape (H, W), in the unit ``tasks['depth'].unit``;
    - directions (``normal``): unit vectors (x right, y down, z forward), float32 of shape
      (H, W, 3);
    - vectors: float32 of shape (H, W, C); classes of the image: probabilities, (1, 1, C).

    An image is treated as the config's test pipeline treats it, labels aside: one that reduces
    images to a size (:class:`~mmmtl.datasets.transforms.ReduceResolution`) does so here too, the
    network sees the reduced image and its outputs are enlarged. Depths stay those of the camera
    that the network was trained on: it does not know of another.

    It is one of mmengine's inferencers. What differs from :class:`~mmengine.infer.BaseInferencer`
    is how a call runs: images are read, predicted and written batch by batch, so that a folder or a
    video need not fit into the memory, and an image that cannot be predicted need not stop the
    others. :class:`~mmmtl.apis.loaded_network.LoadedNetwork` documents the arguments.
    """

    def __call__(
        self,
        inputs: Input | Sequence[Input],
        batch_size: int = 1,
        out_dir: str | Path | None = None,
        save: Collection[str] = ('pictures',),
        skip_errors: bool = False,
        style: PictureStyle = PLAIN,
        return_datasamples: bool = False,
        return_vis: bool = False,
        show: bool = False,
        wait_time: float = 0,
    ) -> Any:
        """Predicts.

        Args:
            inputs: An image as a path, an address, an array (uint8, (H, W, 3), channels blue,
                green, red, as OpenCV reads it) or an image of Pillow; a video file; a folder, whose
                images and videos are taken; or a list of these. See
                :class:`~mmmtl.apis.inference_inputs.InputImages`.
            batch_size: How many images are given to the network at once, as long as they have one
                size there. Defaults to 1.
            out_dir: Folder to write files into, see
                :class:`~mmmtl.apis.prediction_writer.PredictionWriter`. Defaults to None: no files.
            save: What to write: some of :data:`~mmmtl.apis.prediction_writer.SAVED`. Defaults to
                the pictures.
            skip_errors: Whether to go on after an image that cannot be predicted, which gives None
                and a warning. Defaults to False.
            style: How pictures look. Defaults to colours alone, over the range of the first
                predictions.
            return_datasamples: Whether to give data samples in place of dicts. Defaults to False.
            return_vis: Whether to give a dict with the ``'predictions'`` and, beside them, the
                pictures of :meth:`visualize` as ``'visualization'``. Defaults to False.
            show: Whether to show each picture in a window. Defaults to False.
            wait_time: Seconds to keep the window open, 0 until it is closed. Defaults to 0.

        Returns:
            A dict for one image, a list of dicts for anything else (also for a list of one image).

        Raises:
            FileNotFoundError: If a file is missing.
            ValueError: If an image is broken, a folder has none, or the input never ends.
        """
        images = InputImages(inputs)
        if images.is_endless:
            raise ValueError('inputs: a webcam never ends; expected stream() or write_video().')
        painters = style.painters(self.tasks)
        results: list[Any] = []
        pictures: list[np.ndarray | None] = []
        for prediction in self._stream(images, batch_size, painters, style, out_dir, save):
            if prediction.error is not None and not skip_errors:
                raise prediction.error
            if prediction.error is not None:
                print_log(str(prediction.error), logger='current', level=logging.WARNING)
            if prediction.error is not None or prediction.image is None:
                results.append(None)
                pictures.append(None)
                continue
            found = as_data_sample(prediction, self.tasks) if return_datasamples else None
            results.append(found or prediction.maps)
            if return_vis or show:
                picture = self.visualize(prediction.image, prediction.maps, style, painters)
                pictures.append(picture)
            if show:
                MultiTaskLocalVisualizer().show(picture, prediction.name, wait_time)
        found = results[0] if images.is_single else results
        if not return_vis:
            return found
        return dict(predictions=found, visualization=pictures[0] if images.is_single else pictures)

    def stream(
        self,
        inputs: InputImages | Input | Sequence[Input],
        batch_size: int = 1,
        out_dir: str | Path | None = None,
        save: Collection[str] = ('pictures',),
        resume: bool = False,
        style: PictureStyle = PLAIN,
    ) -> Iterator[Prediction]:
        """Predicts one batch after the other and keeps none.

        Where pictures are written of several images, the first predictions wait until some are
        there (:mod:`mmmtl.apis.shared_ranges`), so that all pictures have the same colours.

        Args:
            inputs: See :meth:`__call__`.
            batch_size: See :meth:`__call__`.
            out_dir: See :meth:`__call__`.
            save: See :meth:`__call__`.
            resume: Whether images are left out all of whose files are in ``out_dir`` already.
                Defaults to False.
            style: See :meth:`__call__`.

        Yields:
            The prediction for each image, in their order, once its files are written; one that
            cannot be predicted has an error.

        Raises:
            ValueError: If an argument is wrong, or two images would be written to the same files.
        """
        images = inputs if isinstance(inputs, InputImages) else InputImages(inputs)
        painters = style.painters(self.tasks)
        yield from self._stream(images, batch_size, painters, style, out_dir, save, resume)

    def write_video(
        self,
        video: Input,
        out_file: str | Path,
        batch_size: int = 1,
        style: PictureStyle = PLAIN,
    ) -> VideoReport:
        """Predicts for a video and writes a video: the image and all tasks side by side.

        It has the same number of images per second; that of a webcam as many as could be predicted,
        and Ctrl-C is its end. Nothing is kept: the memory does not grow with the length.

        Args:
            video: The file, an address of it, or a webcam.
            out_file: The file to write, whose end is one of
                :data:`~mmmtl.apis.video_file.CODECS`.
            batch_size: See :meth:`__call__`.
            style: See :meth:`__call__`; with an opacity, the colours lie over the images, which
                keep their size, see :class:`~mmmtl.apis.prediction_video.FrameDrawing`.

        Returns:
            How many images were written, and what failed.

        Raises:
            OSError: If the video cannot be written.
            ValueError: If an argument is wrong, or there is no image that can be read.
        """
        codec_of(out_file)  # an error now, not after the first predictions
        images = InputImages(video, whole_videos=True)
        source = images.video
        if source is None:
            given = video if isinstance(video, (str, os.PathLike)) else type(video).__name__
            raise ValueError(
                f'{given}: expected a video or a webcam for {out_file}, found neither.'
            )
        if isinstance(source, Clip) and _is_same(source.path, out_file):
            raise ValueError(f'{out_file}: expected another file than that of the input.')
        endless = images.is_endless
        painters = style.painters(self.tasks)
        drawing = FrameDrawing(self.tasks, painters, style)
        with prediction_progress(self.show_progress) as progress:
            bar = progress.add_task('Predicting', total=None if endless else len(images))
            first = {'first': _FIRST_OF_WEBCAM} if endless else {}
            predictions = self.predictions(images, batch_size)
            drawn = share_ranges(predictions, painters, self.tasks, **first)
            counted = progress.track(drawn, task_id=bar)
            return write_prediction_video(counted, out_file, lambda: source.rate, drawing, endless)

    def visualize(
        self,
        image: np.ndarray,
        prediction: Mapping[str, np.ndarray],
        style: PictureStyle = PLAIN,
        painters: SharedPainters | None = None,
    ) -> np.ndarray:
        """Draws an image and the predictions for it side by side, each with its key.

        Args:
            image: uint8 of shape (H, W, 3), channels blue, green, red.
            prediction: The prediction of each task.
            style: See :meth:`__call__`.
            painters: Painters that several pictures share. Defaults to None: those of the style.

        Returns:
            RGB, uint8 of shape (height, width, 3).
        """
        hidden = style.hidden
        shared = painters or style.painters(self.tasks)
        return draw_prediction(image, prediction, self.tasks, None, shared, hidden)

    def _stream(
        self,
        images: InputImages,
        batch_size: int,
        painters: SharedPainters,
        style: PictureStyle,
        out_dir: str | Path | None,
        save: Collection[str],
        resume: bool = False,
    ) -> Iterator[Prediction]:
        writer = None
        predictions = self.predictions(images, batch_size)
        if out_dir is not None:
            writer = PredictionWriter(
                out_dir, self.tasks, save, painters, style.hidden, self.camera, self.max_depth
            )
            images.check_names(out_dir)
            if resume:
                images.leave_out(writer.has)
            if writer.draws and not images.is_single:
                predictions = share_ranges(predictions, painters, self.tasks)
        with prediction_progress(self.show_progress) as progress:
            total = None if images.is_endless else len(images)
            bar = progress.add_task('Predicting', total=total)
            for prediction in predictions:
                yield self._write(prediction, writer)
                progress.advance(bar)

    def _write(self, prediction: Prediction, writer: PredictionWriter | None) -> Prediction:
        if writer is None or prediction.image is None or prediction.error is not None:
            return prediction
        try:
            files = writer.write(prediction.name, prediction.image, prediction.maps)
        except (OSError, ValueError) as error:  # such as a depth that is not finite
            if isinstance(error, OSError) and error.errno != errno.ENAMETOOLONG:
                raise
            named = named_error(error, prediction.origin)
            return dataclasses.replace(prediction, maps={}, error=named)
        return dataclasses.replace(prediction, files=files)


def _is_same(path: str, other: str | Path) -> bool:
    return os.path.realpath(path) == os.path.realpath(other)
