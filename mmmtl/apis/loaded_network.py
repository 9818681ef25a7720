from __future__ import annotations

import copy
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
from torch import nn

from mmmtl.apis.checkpoint_weights import find_metainfo, load_weights, stored_meaning
from mmmtl.apis.device import check_device
from mmmtl.apis.faster import use_dtype
from mmmtl.apis.inference_inputs import InputImages
from mmmtl.apis.inference_pipeline import (
    InferencePipeline,
    camera_of_dataset,
    find_dataset,
    find_pipeline,
)
from mmmtl.apis.input_sources import Frame
from mmmtl.apis.launch import load_config, require_checkpoint
from mmmtl.apis.prediction import (
    Prediction,
    PreparedImage,
    as_array,
    in_batches,
    named_error,
    predict_batch,
)
from mmmtl.compat.scope import config_scope, registry_scope
from mmmtl.datasets.depth_camera import DepthCamera
from mmmtl.models.fuse_conv_bn import fuse_conv_bn
from mmmtl.tasks import Task, task_definitions
from mmmtl.tasks.nearest import nearest


class LoadedNetwork(BaseInferencer):
    """A network with its weights, which predicts for images: one of mmengine's inferencers.

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
        tasks: Names of the tasks to predict; heads of others, and what a backbone or neck has for
            them alone if it can leave them out, are not computed. Defaults to None: all.
        camera: The camera of the images, for points in space. Defaults to None: that of the
            config's test set, if it has one.
        max_depth: Largest depth of a point in metres. Defaults to None: any.
        fuse_conv_bn: Whether batch normalisations are folded into the convolutions before them, see
            :func:`~mmmtl.models.fuse_conv_bn.fuse_conv_bn`. The first images are run twice for it.
            Defaults to False.
        dtype: Precision of the network, ``'float32'``, ``'bfloat16'``, or ``'float16'`` on a GPU;
            the types of the predictions stay. Defaults to None: that of the config's
            ``model.test_cfg``, which is ``'float32'`` where it says nothing.
        channels_last: Whether the weights of convolutions have torch's memory format
            ``channels_last``. Defaults to False.

    Raises:
        FileNotFoundError: If there is no such config or checkpoint.
        ValueError: If the checkpoint is not one of this model, the config has no usable pipeline,
            the network has no such task, or the machine has no such device or precision.
    """

    def __init__(
        self,
        config: str | Path | Config,
        checkpoint: str | Path,
        device: str | None = None,
        tta: bool = False,
        cfg_options: Mapping[str, Any] | None = None,
        show_progress: bool = True,
        tasks: Collection[str] | None = None,
        camera: DepthCamera | None = None,
        max_depth: float | None = None,
        fuse_conv_bn: bool = False,
        dtype: str | None = None,
        channels_last: bool = False,
    ) -> None:
        if tasks is not None and (isinstance(tasks, str) or not tasks):
            raise ValueError(f'tasks: expected names of tasks, found {tasks!r}.')
        self._chosen = None if tasks is None else tuple(tasks)
        device = check_device(device)
        if isinstance(config, Config):
            cfg = Config(config.to_dict())
            cfg.merge_from_dict(dict(cfg_options or {}))
        else:
            cfg = load_config(config, dict(cfg_options or {}))
        scope = config_scope(cfg)
        self.tta = tta
        self._to_fuse, self._channels_last = fuse_conv_bn, channels_last
        self.metainfo: dict[str, Any] = {}
        """``tasks``, their definitions, and what mmseg knows of its own label, ``classes``,
        ``palette`` and ``depth_unit``, as far as they are known."""
        checkpoint = self._checkpoint = require_checkpoint(str(checkpoint))
        with registry_scope(scope):
            use_dtype(cfg, dtype, device)
            super().__init__(cfg, checkpoint, device, scope, show_progress)
            self.camera = camera or camera_of_dataset(find_dataset(cfg))
            """The camera of points; None where none is known."""
        self.max_depth = max_depth
        """Largest depth of a point in metres; None: any."""

    @property
    def tasks(self) -> dict[str, Task]:
        """The tasks that are predicted, by name, with what the checkpoint says of them."""
        found: dict[str, Task] = self.segmentor.tasks
        if self._chosen is None:
            return found
        return {name: task for name, task in found.items() if name in self._chosen}

    @property
    def segmentor(self) -> Any:
        """The network itself, without test-time augmentation."""
        return self.model.module if self.tta else self.model

    def predictions(self, images: InputImages, batch_size: int) -> Iterator[Prediction]:
        """Predicts one batch after the other and keeps none.

        Args:
            images: The images.
            batch_size: How many to join at most.

        Yields:
            The prediction for each image, in their order; one that cannot be predicted has an
            error.

        Raises:
            ValueError: If the batch size is not positive.
        """
        if batch_size < 1:
            raise ValueError(f'batch_size: expected at least 1, found {batch_size}.')
        for batch in self.preprocess(images, batch_size):
            yield from predict_batch(batch, self._predict)

    def preprocess(self, inputs: InputImages, batch_size: int = 1) -> Iterator[list[PreparedImage]]:
        """Loads images and prepares them for the network.

        Args:
            inputs: The images.
            batch_size: How many to join at most.

        Yields:
            Batches: images of one size as the network sees them, or one that cannot be predicted.
        """
        yield from in_batches(map(self._prepare, inputs), batch_size)

    def forward(self, inputs: Any) -> list[SegDataSample]:
        """Runs the network.

        Args:
            inputs: A batch, as :meth:`collate_fn` gives it.

        Returns:
            The data samples with predictions.
        """
        if self._to_fuse:
            fused, left = fuse_conv_bn(
                self.model, lambda: self.model.test_step(copy.deepcopy(inputs))
            )
            self._to_fuse = False
            note = f'{fused} batch normalisations are folded into convolutions, {left} not.'
            print_log(note, logger='current', level=logging.INFO)
        return super().forward(inputs)

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

    def _init_model(self, cfg: Config, weights: str, device: str = 'cpu') -> nn.Module:
        with warnings.catch_warnings():  # mmseg's advice on losses, which nothing here computes
            warnings.filterwarnings('ignore', message='Default ``avg_non_ignore`` is False')
            model = super()._init_model(cfg, weights, device)
        if torch.device(device).type == 'cpu':
            model = revert_sync_batchnorm(model)
        if self._channels_last:
            model = model.to(memory_format=torch.channels_last)
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
        for name in self._chosen or ():
            if name not in segmentor.tasks:
                raise ValueError(
                    f'tasks: expected some of {list(segmentor.tasks)}, found {name!r}'
                    f'{nearest(name, segmentor.tasks)}'
                )
        segmentor.only_asked |= self._chosen is not None

    def _init_pipeline(self, cfg: Config) -> InferencePipeline:
        transforms, name = find_pipeline(cfg, self.tta)
        return InferencePipeline(
            transforms, name, self.metainfo.get('depth_unit'), self._chosen or ()
        )

    def _init_collate(self, cfg: Config) -> Callable:
        """Gives the network lists, as its data preprocessor expects them of any loader."""
        return pseudo_collate

    def _init_visualizer(self, cfg: Config) -> None:
        """Builds none: pictures look the same whichever visualizer the config names."""
