from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from mmmtl.tasks.field_types import check_field_types
from mmmtl.tasks.fields import TaskFields, fields_of
from mmmtl.tasks.map_geometry import MapGeometry
from mmmtl.tasks.task_name import check_name


@dataclass(frozen=True, kw_only=True)
class Task(MapGeometry):
    """One prediction task: a name, and what a pixel of its maps is.

    A subclass is a *kind* of task. It says once what everything else of the package asks: how many
    channels a map has, which pixels of a label count, what geometric transforms do to the values,
    what the network's output becomes, and which reader, head, loss and metrics suit it. What
    belongs to another floor is registered against the kind there: how maps are painted
    (:func:`mmmtl.visualization.sheets.painters.make_painter`,
    :func:`mmmtl.visualization.sheets.painters.make_error_painter`), how predictions are
    written (:func:`mmmtl.apis.prediction_files.write_prediction`), and the best constant
    (:func:`mmmtl.evaluation.constant_baseline.best_constant`).

    Tasks are compared by their values. A kind is registered in mmseg's ``TASK_UTILS``.

    Args:
        name: Key of the task in every dict of the package (``decode_head``, losses, metrics).
        reader: Reader of the label files, or the config of one (see ``mmmtl.datasets.readers``).
            Defaults to None: the one that suits the kind.

    Raises:
        ValueError: If the name cannot be such a key, or a value is of another type than its field.
    """

    name: str
    reader: Mapping[str, Any] | Callable | None = field(default=None, compare=False, repr=False)

    is_dense: ClassVar[bool] = True
    """Whether each pixel has a value. Else the image has one, in a map of a single pixel, of which
    no transform of the image knows."""
    kind: ClassVar[str]
    """What one pixel is, in a word, as a part of what exported files say of themselves."""
    is_classification: ClassVar[bool]
    """Whether the loss is that of a classification (else of a regression)."""
    label_type: ClassVar[type[np.generic]] = np.float32
    """Type of a label map in the transforms' results dict, and until it is on the device."""
    packed_type: ClassVar[type[np.generic]] = np.float32
    """Type of a label that the model gets, and of a prediction."""
    holds_ids: ClassVar[bool] = False
    """Whether values are names rather than numbers. Nothing may be computed with them, and a class
    id may fill them."""
    keeps_output: ClassVar[bool] = False
    """Whether data samples keep the network's raw output beside the prediction."""
    default_suffix: ClassVar[str] = '.npy'
    """End of the label files' names."""
    file_form: ClassVar[str | None] = None
    """What of ``predict --save`` asks for files that hold a prediction's numbers; None of a kind
    that has arrays alone."""
    file_suffix: ClassVar[str] = '.png'
    """End of the names of these files."""
    default_head: ClassVar[str]
    """Type of a head that predicts the task."""
    default_metrics: ClassVar[tuple[Mapping[str, Any], ...]]
    """Configs of the metrics, without ``task`` and ``prefix``."""
    table_metrics: ClassVar[tuple[str, ...]]
    """Names of the metrics that a table shows; the first one is the main metric."""
    side_metrics: ClassVar[tuple[str, ...]] = ()
    """Names of metrics that a table shows beside them where a run has them; gains and ranks do not
    count them."""

    def __post_init__(self) -> None:
        check_name(self.name)
        check_field_types(self)
        fields_of(self.name)

    # What a map is.

    @abstractmethod
    def valid_mask(self, label: Tensor) -> Tensor:
        """Tells which pixels of a label count.

        Args:
            label: Label of shape (..., C, H, W) with C = ``channels``.

        Returns:
            A boolean tensor of shape (..., 1, H, W).
        """

    def map_size(self, size: tuple[int, ...]) -> tuple[int, ...]:
        """Gives the size of the map that belongs to an image.

        Args:
            size: Height and width of the image.

        Returns:
            The same, or (1, 1) of what the whole image has.
        """
        return size if self.is_dense else (1, 1)

    @property
    def fields(self) -> TaskFields:
        """TaskFields: Where labels and predictions live."""
        return fields_of(self.name)

    # Where they live, in short.

    @property
    def map_key(self) -> str:
        """str: Key of the label map in the transforms' results dict."""
        return self.fields.label_map

    @property
    def label_key(self) -> str:
        """str: Key of the results dict with what a label file says of the whole image."""
        return f'{self.name}_label'

    @property
    def path_key(self) -> str:
        """str: Key of the label's file in the results dict and in ``data_prefix``."""
        return self.fields.label_path

    @property
    def gt_field(self) -> str:
        """str: Field of ``SegDataSample`` with the label, shape (C, H, W)."""
        return self.fields.label

    @property
    def pred_field(self) -> str:
        """str: Field of ``SegDataSample`` with the prediction, of the label's shape."""
        return self.fields.prediction

    @property
    def output_field(self) -> str | None:
        """str: Field of ``SegDataSample`` with the raw output, None if it keeps none."""
        return self.fields.output if self.keeps_output else None

    # The network.

    @property
    def head_arguments(self) -> dict[str, Any]:
        """dict: What a head of the task must be told beside its own config, by argument."""
        return {'out_channels': self.channels}

    def head_label(self, label: Tensor) -> dict[str, Tensor]:
        """Gives the label under the names by which heads know it.

        Args:
            label: A label, shape (C, H, W).

        Returns:
            ``gt_map``, the label with zeros where there is none, and ``gt_valid``, boolean (1, H,
            W), which the heads of this package read, and what heads of mmseg read of the same kind.
        """
        valid = self.valid_mask(label)
        return {'gt_map': torch.where(valid, label, 0), 'gt_valid': valid}

    def normalise(self, output: Tensor) -> Tensor:
        """Makes an interpolated or averaged output valid again.

        Args:
            output: Network output of shape (..., C, H, W).

        Returns:
            A tensor of the same shape; the output itself for most kinds.
        """
        return output

    def decode(self, output: Tensor, threshold: float | None = None) -> Tensor:
        """Turns the network's output into a prediction with the label's meaning.

        Args:
            output: Output of the head, shape (C, H, W).
            threshold: Probability above which a single logit means class 1, for classes.

        Returns:
            The prediction, of the label's shape.
        """
        return self.normalise(output)

    def to_mean(self, output: Tensor) -> Tensor:
        """Turns an output into what may be averaged over several views of an image.

        Args:
            output: Output of the head, shape (C, H, W).

        Returns:
            A tensor of the same shape.
        """
        return output

    def from_mean(self, mean: Tensor) -> Tensor:
        """Turns an average of :meth:`to_mean` back into an output.

        Args:
            mean: The average, shape (C, H, W).

        Returns:
            A tensor of the same shape.
        """
        return mean

    # Data.

    @property
    def reader_facts(self) -> dict[str, Any]:
        """dict: What a reader of the task's files must not say otherwise, by argument."""
        return {}

    @abstractmethod
    def default_reader(self) -> dict[str, Any]:
        """Gives the config of the reader of label files that suits the kind.

        Returns:
            Config of a reader of ``mmmtl.datasets.readers``.

        Raises:
            ValueError: If the task lacks what its reader must know.
        """

    def empty_map(self, size: tuple[int, int]) -> np.ndarray:
        """Makes a label map without a valid pixel.

        Args:
            size: Height and width of the image.

        Returns:
            Array of shape (H, W), or (H, W, C) with C > 1; H and W are those of :meth:`map_size`.
        """
        height, width = self.map_size(size)
        shape = (height, width) if self.channels == 1 else (height, width, self.channels)
        return np.full(shape, self.fill, self.label_type)

    @property
    def label_names(self) -> tuple[str, ...]:
        """tuple: Names of what a label tells apart, by id; none of numbers, or if not known."""
        return ()

    @property
    def usual_mean(self) -> tuple[float, float]:
        """tuple: Between which numbers the mean of a set's labels is, if its unit is right."""
        return -math.inf, math.inf

    def count_names(self, label: Tensor) -> Tensor:
        """Counts how many pixels of a label each of :attr:`label_names` has.

        Args:
            label: A label of a task that has such names, shape (C, H, W).

        Returns:
            A number for each, and the number of pixels without a label; int64.
        """
        ids = self.head_label(label)['gt_sem_seg']
        counts = torch.bincount(ids[self.valid_mask(label)], minlength=len(self.label_names))
        unlabelled = ids.numel() - counts.sum()
        return torch.cat([counts[: len(self.label_names)], unlabelled.view(1)])

    @abstractmethod
    def random_label(self, size: tuple[int, int], num_classes: int = 2) -> Tensor:
        """Makes a random label, every pixel of which is valid.

        Args:
            size: Height and width of the image.
            num_classes: Number of classes that occur at most. Defaults to 2.

        Returns:
            A label of shape (C, H, W).
        """

    # Words.

    def describe(self) -> dict[str, Any]:
        """Says what a map's values mean, for those who have only a file.

        Returns:
            Plain values by name, ``quantity`` among them.
        """
        return {'quantity': self.kind}

    def definition(self) -> dict[str, Any]:
        """Gives the config that makes the task, without its name.

        Returns:
            ``type`` and what differs from the defaults, plain values that a checkpoint can hold.
        """
        given = {
            part.name: getattr(self, part.name)
            for part in fields(self)
            if part.name != 'name' and part.compare
        }
        defaults = {part.name: part.default for part in fields(self)}
        return {'type': type(self).__name__} | {
            key: plain(value) for key, value in given.items() if value != defaults[key]
        }

    @property
    def metainfo_keys(self) -> tuple[str, ...]:
        """tuple: Keys of a data set's meta information that are about this task alone."""
        return ()

    def completed(self, metainfo: Mapping[str, Any]) -> Task:
        """Fills in what the task does not say from the meta information of a data set.

        Args:
            metainfo: ``classes``, ``palette`` and ``depth_unit``, as mmseg's data sets and older
                checkpoints state them.

        Returns:
            The task, or one that knows more.
        """
        return self

    def with_palette(self, palette: tuple[tuple[int, int, int], ...] | None) -> Task:
        """Gives classes the colours that their label files state.

        Args:
            palette: Colour (red, green, blue) of each class, 0 to 255, or None.

        Returns:
            The task; one with these colours if it paints in colours of classes and states none.
        """
        return self


def plain(value: Any) -> Any:
    """Turns tuples, also nested ones, into lists, as they come back from a file.

    Args:
        value: The value.

    Returns:
        The value.
    """
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value
