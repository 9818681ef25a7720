from __future__ import annotations

import dataclasses
import errno
import logging
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.infer import BaseInferencer
from mmengine.logging import print_log
from mmengine.model import revert_sync_batchnorm
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample
from rich.progress import Progress
from torch import nn

from mmmtl.apis.checkpoint_weights import find_metainfo, load_weights, stored_meaning
from mmmtl.apis.device import check_device
from mmmtl.apis.inference_inputs import InputImages
from mmmtl.apis.inference_pipeline import InferencePipeline, find_pipeline
from mmmtl.apis.input_sources import Frame, Input
from mmmtl.apis.launch import load_config, require_checkpoint
from mmmtl.apis.prediction import (
    Prediction,
    PreparedImage,
    as_array,
    in_batches,
    named_error,
    predict_batch,
)
from mmmtl.apis.prediction_writer import PredictionWriter, draw_prediction
from mmmtl.compat.scope import registry_scope
from mmmtl.tasks import Task, task_definitions


class MultiTaskInferencer(BaseInferencer):
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
    others.

    Args:
        config: Config, or path of one.
        checkpoint: Path or address of the weights. Nothing in the file is run. It must have every
            weight that prediction needs; what the tasks are (classes, palettes, units) comes from
            it, or from the config's test set if it does not tell.
        device: Such as ``'cuda:1'`` or ``'cpu'``. Defaults to the machine's accelerator, or the
            CPU.
        tta: Test-time augmentation with the config's ``tta_model`` and ``tta_pipeline``, see
            :class:`~mmmtl.models.segmentors.MultiTaskTTAModel`. Defaults to False.
        cfg_options: Values that override the config's, by dotted key. Defaults to none.
        show_progress: Whether to show a progress bar. Defaults to True.

    Raises:
        FileNotFoundError: If there is no such config or checkpoint.
        ValueError: If the checkpoint is not one of this model, the config has no usable pipeline,
            or the machine has no such device.
    """

    def __init__(
        self,
        config: str | Path | Config,
        checkpoint: str | Path,
        device: str | None = None,
        tta: bool = False,
        cfg_options: Mapping[str, Any] | None = None,
        show_progress: bool = True,
    ) -> None:
        device = check_device(device)
        if isinstance(config, Config):
            cfg = Config(config.to_dict())
            cfg.merge_from_dict(dict(cfg_options or {}))
        else:
            cfg = load_config(config, dict(cfg_options or {}))
        scope = cfg.get('default_scope') or 'mmseg'
        self.tta = tta
        self.metainfo: dict[str, Any] = {}
        """``tasks``, their definitions, and what mmseg knows of its own label, ``classes``,
        ``palette`` and ``depth_unit``, as far as they are known."""
        checkpoint = self._checkpoint = require_checkpoint(str(checkpoint))
        with registry_scope(scope):
            super().__init__(cfg, checkpoint, device, scope, show_progress)

    @property
    def tasks(self) -> dict[str, Task]:
        """The tasks that are predicted, by name, with what the checkpoint says of them."""
        return self.segmentor.tasks

    @property
    def segmentor(self) -> Any:
        """The network itself, without test-time augmentation."""
        return self.model.module if self.tta else self.model

    def __call__(
        self,
        inputs: Input | Sequence[Input],
        batch_size: int = 1,
        out_dir: str | Path | None = None,
        save: Collection[str] = ('pictures',),
        skip_errors: bool = False,
    ) -> dict[str, np.ndarray] | list[dict[str, np.ndarray] | None]:
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
            save: What to write: some of ``'pictures'``, ``'ids'``, ``'depth'``, ``'npy'``. Defaults
                to the pictures.
            skip_errors: Whether to go on after an image that cannot be predicted, which gives None
                and a warning. Defaults to False.

        Returns:
            A dict for one image, a list of dicts for anything else (also for a list of one image).

        Raises:
            FileNotFoundError: If a file is missing.
            ValueError: If an image is broken or a folder has none.
        """
        images = InputImages(inputs)
        results: list[dict[str, np.ndarray] | None] = []
        for prediction in self.stream(images, batch_size, out_dir, save):
            if prediction.error is not None and not skip_errors:
                raise prediction.error
            if prediction.error is not None:
                print_log(str(prediction.error), logger='current', level=logging.WARNING)
            results.append(None if prediction.error else prediction.maps)
        (single,) = results if images.is_single else (None,)
        return results if single is None else single

    def stream(
        self,
        inputs: InputImages | Input | Sequence[Input],
        batch_size: int = 1,
        out_dir: str | Path | None = None,
        save: Collection[str] = ('pictures',),
        resume: bool = False,
    ) -> Iterator[Prediction]:
        """Predicts one batch after the other and keeps none.

        Args:
            inputs: See :meth:`__call__`.
            batch_size: See :meth:`__call__`.
            out_dir: See :meth:`__call__`.
            save: See :meth:`__call__`.
            resume: Whether images are left out all of whose files are in ``out_dir`` already.
                Defaults to False.

        Yields:
            The prediction for each image, in their order, once its files are written; one that
            cannot be predicted has an error.

        Raises:
            ValueError: If an argument is wrong, or two images would be written to the same files.
        """
        if batch_size < 1:
            raise ValueError(f'batch_size: expected at least 1, found {batch_size}.')
        images = inputs if isinstance(inputs, InputImages) else InputImages(inputs)
        writer = None
        if out_dir is not None:
            writer = PredictionWriter(out_dir, self.tasks, save)
            images.check_names(out_dir)
            if resume:
                images.leave_out(writer.has)
        with Progress(disable=not self.show_progress) as progress:
            bar = progress.add_task('Predicting', total=len(images))
            for batch in self.preprocess(images, batch_size):
                for prediction in predict_batch(batch, self._predict):
                    yield self._write(prediction, writer)
                    progress.advance(bar)

    def preprocess(self, inputs: InputImages, batch_size: int = 1) -> Iterator[list[PreparedImage]]:
        """Loads images and prepares them for the network.

        Args:
            inputs: The images.
            batch_size: How many to join at most.

        Yields:
            Batches: images of one size as the network sees them, or one that cannot be predicted.
        """
        yield from in_batches(map(self._prepare, inputs), batch_size)

    def postprocess(self, sample: SegDataSample) -> dict[str, np.ndarray]:
        """Turns a data sample with predictions into arrays.

        Args:
            sample: The data sample.

        Returns:
            The prediction of each task, see the class.
        """
        return {
            name: as_array(getattr(sample, task.pred_field).data, task)
            for name, task in self.tasks.items()
        }

    def visualize(self, image: np.ndarray, prediction: Mapping[str, np.ndarray]) -> np.ndarray:
        """Draws an image and the predictions for it side by side, each with its key.

        Args:
            image: uint8 of shape (H, W, 3), channels blue, green, red.
            prediction: The prediction of each task.

        Returns:
            RGB, uint8 of shape (height, width, 3).
        """
        return draw_prediction(image, prediction, self.tasks)

    def _prepare(self, frame: Frame) -> PreparedImage:
        image = None
        try:
            image = frame.load()
            return PreparedImage(frame, image, self.pipeline(image, frame.origin))
        except (OSError, ValueError, cv2.error) as error:
            return PreparedImage(frame, image, error=named_error(error, frame.origin))

    def _predict(self, batch: Sequence[PreparedImage]) -> list[dict[str, np.ndarray]]:
        samples = self.forward(self.collate_fn([prepared.packed for prepared in batch]))
        return [self.postprocess(sample) for sample in samples]

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

    def _init_model(self, cfg: Config, weights: str, device: str = 'cpu') -> nn.Module:
        with warnings.catch_warnings():  # mmseg's advice on losses, which nothing here computes
            warnings.filterwarnings('ignore', message='Default ``avg_non_ignore`` is False')
            model = super()._init_model(cfg, weights, device)
        if torch.device(device).type == 'cpu':
            model = revert_sync_batchnorm(model)
        if not self.tta:
            return model
        find_pipeline(cfg, tta=True)  # says what is missing
        return MODELS.build({**cfg.tta_model, 'module': model}).to(device).eval()

    def _load_weights_to_model(
        self, model: nn.Module, checkpoint: Mapping[str, Any], cfg: Config
    ) -> None:
        load_weights(model, checkpoint, self._checkpoint)
        self.metainfo = find_metainfo(checkpoint, cfg)
        segmentor: Any = model
        segmentor.tasks = stored_meaning(segmentor.tasks, self.metainfo, self._checkpoint)
        self.metainfo['tasks'] = task_definitions(segmentor.tasks)

    def _init_pipeline(self, cfg: Config) -> InferencePipeline:
        transforms, name = find_pipeline(cfg, self.tta)
        return InferencePipeline(transforms, name, self.metainfo.get('depth_unit'))

    def _init_collate(self, cfg: Config) -> Callable:
        """Gives the network lists, as its data preprocessor expects them of any loader."""
        return pseudo_collate

    def _init_visualizer(self, cfg: Config) -> None:
        """Builds none: pictures look the same whichever visualizer the config names."""
