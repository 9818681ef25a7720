from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from mmseg.evaluation import IoUMetric
from mmseg.registry import METRICS
from torch import Tensor

from mmmtl.evaluation.metric_prefix import check_prefix
from mmmtl.evaluation.prediction_names import PredictionNames
from mmmtl.tasks import IGNORED, SEG, fields_of, tasks_in

_NAMES = {
    'mIoU': ('mIoU', 'mAcc'),
    'mDice': ('mDice', 'mAcc'),
    'mFscore': ('mFscore', 'mPrecision', 'mRecall'),
}
"""What mmseg's metric reports for each of its ``iou_metrics``, beside ``aAcc``."""

IOU_METRICS = ('aAcc', *dict.fromkeys(name for names in _NAMES.values() for name in names))
"""All that mmseg's metric can report; more is better of each."""

_MAX_ID = 255
"""The largest id in a file of 8 bits."""


def iou_names(metric: IoUMetric) -> tuple[str, ...]:
    """Tells what a metric of classes reports.

    Args:
        metric: The metric.

    Returns:
        Names without prefix, in their order; none with ``format_only``.
    """
    if metric.format_only:
        return ()
    chosen = [metric.metrics] if isinstance(metric.metrics, str) else metric.metrics
    found = (name for key in chosen for name in _NAMES.get(key, ()))
    return tuple(dict.fromkeys(('aAcc', *found)))


@METRICS.register_module()
class TaskIoUMetric(IoUMetric):
    """mmseg's ``IoUMetric`` for any task of classes: mIoU and accuracies of the task's own classes.

    mmseg's own reads ``pred_sem_seg`` and ``gt_sem_seg``, the maps of ``seg``, whatever its prefix.

    Args:
        task: Name of the task. Defaults to ``'seg'``.
        iou_metrics: Of ``'mIoU'``, ``'mDice'`` and ``'mFscore'``. Defaults to the first.
        nan_to_num: Number in place of NaN. Defaults to None: NaN stays.
        beta: Of the F-score. Defaults to 1.
        collect_device: ``'cpu'`` or ``'gpu'``, where the ranks' results meet. Defaults to
            ``'cpu'``.
        output_dir: Folder to which each prediction is written as an 8-bit PNG file of ids with the
            name of its image; the ids are those of the task's classes, from 0, whichever the label
            files have. Defaults to None: no files.
        format_only: Whether only to write the files; no label is needed then. Defaults to False.
        prefix: Prefix of the metrics' names. Defaults to None: the name of the task.
    """

    higher_is_better: ClassVar[Mapping[str, bool]] = dict.fromkeys(IOU_METRICS, True)
    """Whether more is better, by name of each metric that the class may report."""

    def __init__(
        self,
        task: str = SEG.name,
        iou_metrics: Sequence[str] = ('mIoU',),
        nan_to_num: int | None = None,
        beta: int = 1,
        collect_device: str = 'cpu',
        output_dir: str | None = None,
        format_only: bool = False,
        prefix: str | None = None,
    ) -> None:
        unknown = [name for name in iou_metrics if name not in _NAMES]
        if isinstance(iou_metrics, str) or unknown:
            raise ValueError(
                f'iou_metrics: expected some of {tuple(_NAMES)}, found {iou_metrics!r}.'
            )
        super().__init__(
            ignore_index=IGNORED,
            iou_metrics=list(iou_metrics),
            nan_to_num=nan_to_num,
            beta=beta,
            collect_device=collect_device,
            output_dir=output_dir,
            format_only=format_only,
            prefix=prefix or task,
        )
        self.task_name = task
        self._names = PredictionNames()

    @property
    def reported_names(self) -> tuple[str, ...]:
        """tuple: Names of the metrics, without their prefix."""
        return iou_names(self)

    @property
    def dataset_meta(self) -> dict | None:
        """dict: Meta information of the data set, with the classes of the task."""
        return self._dataset_meta

    @dataset_meta.setter
    def dataset_meta(self, dataset_meta: Mapping[str, Any]) -> None:
        task = tasks_in(dataset_meta, [self.task_name])[self.task_name]
        classes = task.describe().get('classes')
        if not classes:
            raise ValueError(
                f'task: expected a task of classes that are known for {type(self).__name__}, '
                f'found {task!r}.'
            )
        check_prefix(self, self.task_name, tasks_in(dataset_meta))
        self._dataset_meta = {**dataset_meta, 'classes': classes}

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Counts the pixels of a batch.

        Args:
            data_batch: Not read.
            data_samples: Samples with the prediction and the label of the task.

        Raises:
            ValueError: If one of them is missing, two images would be written to one file, or an
                id does not fit into 8 bits.
        """
        fields = fields_of(self.task_name)
        needed = {'pred_sem_seg': fields.prediction, 'gt_sem_seg': fields.label}
        if self.format_only:
            del needed['gt_sem_seg']
        own = []
        for sample in data_samples:
            lacking = [field for field in needed.values() if field not in sample]
            if lacking:
                raise ValueError(
                    f'{sample.get("img_path", "a sample")}: {type(self).__name__} expected the '
                    f'field {lacking[0]!r} of the task {self.task_name!r}, '
                    f'found {", ".join(sample) or "none"}.'
                )
            maps = {name: sample[field] for name, field in needed.items()}
            own.append({**sample, **maps, 'reduce_zero_label': False})  # the ids as they are
            if self.output_dir is not None:
                self._check_file(str(sample['img_path']), maps['pred_sem_seg']['data'])
        super().process(data_batch, own)

    def evaluate(self, size: int) -> dict[str, float]:
        """Collects the results of all ranks, computes the metrics and forgets the results.

        Args:
            size: Number of images of the set.

        Returns:
            The metrics with their prefix.
        """
        metrics = super().evaluate(size)
        self._names.forget()
        return metrics

    def _check_file(self, image: str, ids: Tensor) -> None:
        path = self._names.path(image, self.output_dir, '.png')
        if ids.max() > _MAX_ID:
            raise ValueError(
                f'output_dir: expected ids from 0 to {_MAX_ID}, the 8 bits of {path}, '
                f'found {int(ids.max())}.'
            )
