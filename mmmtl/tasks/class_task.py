from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import torch
from mmseg.registry import TASK_UTILS
from torch import Tensor

from mmmtl.tasks.class_names import checked_class_names
from mmmtl.tasks.task import Task

IGNORED = 255
"""Class id of a pixel that has no label."""

_OF_MMSEG = ('classes', 'palette', 'label_map', 'reduce_zero_label')


@TASK_UTILS.register_module()
@dataclass(frozen=True, kw_only=True)
class ClassTask(Task):
    """One of several classes per pixel: logits in the network, ids in labels and predictions.

    Any decode head of mmseg predicts it. Ids are 0 to the number of classes minus 1; 255 is a pixel
    without a label.

    Args:
        name: Name of the task.
        classes: Names of the classes. Defaults to None: those of the data set's ``metainfo``.
        palette: Colour (red, green, blue) of each class, 0 to 255. Defaults to None: well
            separated colours.

    Raises:
        ValueError: If there is no class, two have one name, there are more than 255, or the
            palette has another length or something that is not a colour.
    """

    classes: tuple[str, ...] | None = None
    palette: tuple[tuple[int, int, int], ...] | None = None

    channels: ClassVar[int] = 1
    kind: ClassVar[str] = 'classes'
    is_classification: ClassVar[bool] = True
    label_type: ClassVar[type[np.generic]] = np.uint8
    packed_type: ClassVar[type[np.generic]] = np.int64
    holds_ids: ClassVar[bool] = True
    keeps_output: ClassVar[bool] = True
    default_suffix: ClassVar[str] = '.png'
    file_form: ClassVar[str | None] = 'ids'
    default_head: ClassVar[str] = 'FCNHead'
    default_metrics: ClassVar[tuple[Mapping[str, Any], ...]] = (
        dict(type='TaskIoUMetric', iou_metrics=['mIoU']),
    )
    table_metrics: ClassVar[tuple[str, ...]] = ('mIoU', 'aAcc')

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.classes is not None:
            classes = checked_class_names(self.name, self.classes, least=1, most=IGNORED)
            object.__setattr__(self, 'classes', classes)
        if self.palette is not None:
            try:
                palette = tuple(tuple(int(c) for c in color) for color in self.palette)
            except (TypeError, ValueError) as error:
                raise ValueError(
                    f'tasks.{self.name}.palette: expected a colour (red, green, blue) for each '
                    f'class, found {self.palette!r}.'
                ) from error
            object.__setattr__(self, 'palette', palette)
            _check_palette(self.name, palette, self.classes)

    @property
    def fill(self) -> float:
        """float: The id that stands for no label, 255."""
        return IGNORED

    def valid_mask(self, label: Tensor) -> Tensor:
        """Tells which pixels have a class.

        Args:
            label: Ids of shape (..., 1, H, W).

        Returns:
            A boolean tensor of the same shape.
        """
        return label != IGNORED

    @property
    def head_arguments(self) -> dict[str, Any]:
        """dict: ``num_classes``, if the task knows its classes."""
        return {} if self.classes is None else {'num_classes': len(self.classes)}

    def head_label(self, label: Tensor) -> dict[str, Tensor]:
        """Gives the label under the name by which heads of mmseg know it.

        Args:
            label: Ids of shape (1, H, W).

        Returns:
            ``gt_sem_seg``, int64.
        """
        return {'gt_sem_seg': label.long()}

    def decode(self, output: Tensor, threshold: float | None = None) -> Tensor:
        """Chooses the class of each pixel.

        Args:
            output: Logits of shape (C, H, W); C = 1 is a single logit of class 1.
            threshold: Probability above which a single logit means class 1. Defaults to 0.5.

        Returns:
            Ids, int64 of shape (1, H, W).
        """
        if output.shape[0] > 1:
            return output.argmax(dim=0, keepdim=True)
        return (output.sigmoid() > (0.5 if threshold is None else threshold)).to(torch.int64)

    def to_mean(self, output: Tensor) -> Tensor:
        """Turns logits into probabilities.

        Args:
            output: Logits of shape (C, H, W).

        Returns:
            Probabilities of the same shape.
        """
        return output.softmax(dim=0) if output.shape[0] > 1 else output.sigmoid()

    def from_mean(self, mean: Tensor) -> Tensor:
        """Turns probabilities into logits that decode to the same class.

        Args:
            mean: Probabilities of shape (C, H, W).

        Returns:
            A tensor of the same shape.
        """
        if mean.shape[0] == 1:
            return finite_logit(mean)
        return mean.clamp(min=torch.finfo(mean.dtype).tiny).log()

    @property
    def reader_facts(self) -> dict[str, Any]:
        """dict: ``class_names``, if the task knows its classes, in the order of their ids."""
        return {} if self.classes is None else {'class_names': list(self.classes)}

    def default_reader(self) -> dict[str, Any]:
        """Gives the config of a reader of ids as they are.

        Returns:
            Config of an :class:`~mmmtl.datasets.readers.IdMapReader`.

        Raises:
            ValueError: If the task does not know its classes.
        """
        if self.classes is None:
            raise ValueError(
                f'tasks.{self.name}: expected `classes`, or those of the metainfo of the data '
                f'set, or a reader in label_readers; found none.'
            )
        return dict(
            type='IdMapReader', table={**{i: i for i in range(len(self.classes))}, IGNORED: IGNORED}
        )

    @property
    def label_names(self) -> tuple[str, ...]:
        """tuple: The classes."""
        return self.classes or ()

    def random_label(self, size: tuple[int, int], num_classes: int = 2) -> Tensor:
        """Makes a random label.

        Args:
            size: Height and width.
            num_classes: Number of classes that occur at most. Defaults to 2.

        Returns:
            Ids, int64 of shape (1, H, W).
        """
        return torch.randint(0, num_classes, (1, *size))

    def describe(self) -> dict[str, Any]:
        """Says what the ids mean.

        Returns:
            ``quantity``, and ``classes`` and ``palette`` as far as they are known.
        """
        known = {'classes': self.classes, 'palette': self.palette}
        return super().describe() | {
            key: [list(v) if isinstance(v, tuple) else v for v in value]
            for key, value in known.items()
            if value
        }

    @property
    def metainfo_keys(self) -> tuple[str, ...]:
        """tuple: What mmseg's data sets say of their classes, for the task that has mmseg's map."""
        return _OF_MMSEG if self.gt_field == 'gt_sem_seg' else ()

    def completed(self, metainfo: Mapping[str, Any]) -> ClassTask:
        """Fills in classes and palette, if the task has none.

        Args:
            metainfo: ``classes`` and ``palette``.

        Returns:
            The task, or one that knows more.
        """
        classes, palette = metainfo.get('classes'), metainfo.get('palette')
        if self.classes is not None or not classes:
            return self
        fits = palette is not None and len(palette) == len(classes)
        own = self.palette if self.palette is not None or not fits else palette
        return replace(self, classes=tuple(classes), palette=own)

    def with_palette(self, palette: tuple[tuple[int, int, int], ...] | None) -> ClassTask:
        """Takes the colours of a label file.

        Args:
            palette: Colour (red, green, blue) of each class, 0 to 255, or None.

        Returns:
            The task; one with these colours if it states none.
        """
        return self if self.palette is not None else replace(self, palette=palette)


def finite_logit(probability: Tensor) -> Tensor:
    """Gives the logit of a probability, a finite one of 0 and 1 too.

    Args:
        probability: Probabilities, any shape.

    Returns:
        A tensor of the same shape; the logit of the nearest probability that is neither 0 nor 1 by
        the type's rounding.
    """
    return probability.logit(eps=torch.finfo(probability.dtype).eps)


def _check_palette(
    name: str, palette: tuple[tuple[int, ...], ...], classes: tuple[str, ...] | None
) -> None:
    if classes is not None and len(palette) != len(classes):
        raise ValueError(
            f'tasks.{name}.palette: expected a colour for each of {len(classes)} classes, '
            f'found {len(palette)}.'
        )
    for color in palette:
        if len(color) != 3 or not all(0 <= part <= 255 for part in color):
            raise ValueError(
                f'tasks.{name}.palette: expected colours (red, green, blue) from 0 to 255, '
                f'found {color}.'
            )
