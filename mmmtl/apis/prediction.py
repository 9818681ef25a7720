"""An image before and after the network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch import Tensor

from mmmtl.apis.input_sources import Frame
from mmmtl.tasks import Task


@dataclass(frozen=True)
class Prediction:
    """What came of one input image.

    Args:
        name: What its files are called, without a suffix; two images may have the same one if no
            files are written.
        origin: What errors call it, such as its path.
        image: The image, uint8 of shape (H, W, 3), channels blue, green, red; None if it could not
            be loaded.
        maps: The prediction of each task, see
            :class:`~mmmtl.apis.inferencer.MultiTaskInferencer`; empty after an error.
        error: Why there is no prediction, or None.
        files: Number of files that were written of it.
    """

    name: str
    origin: str
    image: np.ndarray | None
    maps: dict[str, np.ndarray]
    error: Exception | None = None
    files: int = 0


@dataclass(frozen=True)
class PreparedImage:
    """An image on its way to the network, or why it cannot get there.

    Args:
        frame: The input.
        image: The image, or None if it could not be loaded.
        packed: ``inputs`` and ``data_samples`` of the pipeline; empty after an error.
        error: Why there are none, or None.
    """

    frame: Frame
    image: np.ndarray | None
    packed: dict[str, Any] = field(default_factory=dict)
    error: Exception | None = None

    @property
    def shape(self) -> tuple:
        """What images must share to be in one batch; an error shares it with nothing."""
        if self.error is not None:
            return (id(self),)
        inputs = self.packed['inputs']
        return tuple(tuple(x.shape) for x in (inputs if isinstance(inputs, list) else [inputs]))


def in_batches(images: Iterable[PreparedImage], batch_size: int) -> Iterator[list[PreparedImage]]:
    """Joins images that follow each other and have one size.

    Args:
        images: The images.
        batch_size: How many to join at most, at least 1.

    Yields:
        Batches, in the images' order; an image with an error is one by itself.
    """
    batch: list[PreparedImage] = []
    for image in images:
        if batch and (len(batch) == batch_size or image.shape != batch[0].shape):
            yield batch
            batch = []
        batch.append(image)
    if batch:
        yield batch


def predict_batch(
    batch: Sequence[PreparedImage],
    predict: Callable[[Sequence[PreparedImage]], list[dict[str, np.ndarray]]],
) -> Iterator[Prediction]:
    """Predicts for a batch; for each of its images alone, if it cannot be predicted together.

    Args:
        batch: Images of one size, or one that has an error.
        predict: Gives the prediction of each task for each image.

    Yields:
        The prediction for each image; one that cannot be predicted, such as an image that is too
        small for the network, or whose outputs are not finite, has an error.

    Raises:
        torch.OutOfMemoryError: If the batch is too large.
    """
    maps: list[dict[str, np.ndarray]] = [{}] * len(batch)
    error = batch[0].error
    if error is None:
        try:
            maps = predict(batch)
        except torch.OutOfMemoryError:
            raise
        except (RuntimeError, ValueError, FloatingPointError) as failure:
            if len(batch) > 1:
                for prepared in batch:
                    yield from predict_batch([prepared], predict)
                return
            error = named_error(failure, batch[0].frame.origin)
    for prepared, found in zip(batch, maps, strict=True):
        frame = prepared.frame
        yield Prediction(frame.name, frame.origin, prepared.image, maps=found, error=error)


def named_error(error: Exception, origin: str) -> Exception:
    """Says which image an error is about.

    Args:
        error: The error.
        origin: What errors call the image.

    Returns:
        The error if it names the image, else one that does, caused by it.
    """
    if origin in str(error):
        return error
    named = ValueError(f'{origin}: {error}')
    named.__cause__ = error
    return named


def as_array(values: Tensor, task: Task) -> np.ndarray:
    """Gives a predicted map as an array.

    Args:
        values: Shape (C, H, W).
        task: Its task.

    Returns:
        Class ids, int64 of shape (H, W); probabilities or scalars, float32 of shape (H, W);
        directions or vectors, float32 of shape (H, W, C); or probabilities of the classes of the
        whole image, float32 of shape (1, 1, C).
    """
    array = values.cpu().numpy().astype(task.packed_type)
    return np.ascontiguousarray(np.moveaxis(array, 0, -1)) if len(array) > 1 else array[0]


def as_data_sample(prediction: Prediction, tasks: Mapping[str, Task]) -> SegDataSample:
    """Gives a prediction as mmseg's inferencers do.

    Args:
        prediction: The prediction for an image.
        tasks: The tasks by name.

    Returns:
        The data sample, with each task's prediction under its
        :attr:`~mmmtl.tasks.Task.pred_field`, shape (C, H, W), on the CPU and without logits.
    """
    size = () if prediction.image is None else prediction.image.shape[:2]
    sample = SegDataSample(metainfo=dict(img_path=prediction.origin, ori_shape=size))
    for name, values in prediction.maps.items():
        sample.set_data({tasks[name].pred_field: PixelData(data=as_map(values))})
    return sample


def as_map(values: np.ndarray) -> Tensor:
    """Puts the channels of a prediction first, as data samples have them.

    Args:
        values: Shape (H, W) or (H, W, C).

    Returns:
        Shape (C, H, W).
    """
    moved = np.moveaxis(values, -1, 0) if values.ndim == 3 else values[None]
    return torch.from_numpy(np.ascontiguousarray(moved))
