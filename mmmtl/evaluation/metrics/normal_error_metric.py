"""Angle errors of the normals of a whole set, in an amount of memory that does not grow."""

from __future__ import annotations

from mmseg.registry import METRICS
from torch import Tensor

from mmmtl.evaluation.functional.normal import (
    NORMAL_METRICS,
    NormalErrorSums,
    finalise_normal_errors,
    normal_error_sums,
)
from mmmtl.evaluation.metrics.accumulated_metric import AccumulatedMetric
from mmmtl.tasks import NORMAL, DirectionTask


@METRICS.register_module()
class NormalErrorMetric(AccumulatedMetric):
    """Angle between predicted and true normals: mean, median, and shares within a threshold.

    Reports ``mean`` and ``median`` in degrees and ``11.25``, ``22.5`` and ``30``, the percentages
    of pixels that are less than so many degrees wrong (see
    :func:`mmmtl.evaluation.functional.finalise_normal_errors`), over the pixels with a label. An
    image without a valid pixel is left out; in a set without one every metric is NaN, with a
    warning in the log.

    Mean and shares are exact. The median comes from a histogram with bins of 0.001 degrees: it is
    exact to 0.0005 degrees. With several processes the images that the sampler added to even out
    the ranks are dropped again: the result is that of one process.

    Args:
        average: ``'dataset'`` averages over all valid pixels of the set. ``'batch'`` averages over
            the valid pixels of each batch, then over the batches, as the script of the MTAN authors
            does; the result depends on the batch size. Defaults to ``'dataset'``.
        task: Name of the task, one that predicts directions. Defaults to ``'normal'``.
        output_dir: Folder to which each prediction is written as a float32 ``.npy`` file (H, W, 3)
            with the name of its image. Defaults to None: no files.
        format_only: Whether only to write the files; no label is needed then. Defaults to False.
        collect_device: ``'cpu'`` or ``'gpu'``, where the ranks' results meet. Defaults to
            ``'cpu'``.
        prefix: Prefix of the metrics' names. Defaults to None: the name of the task.

    Raises:
        ValueError: If ``average`` is unknown or ``format_only`` lacks an ``output_dir``.
    """

    default_prefix = NORMAL.name
    task_type = DirectionTask
    sums_type = NormalErrorSums
    higher_is_better = dict.fromkeys(NORMAL_METRICS, True) | {'mean': False, 'median': False}

    def __init__(
        self,
        average: str = 'dataset',
        task: str = NORMAL.name,
        output_dir: str | None = None,
        format_only: bool = False,
        collect_device: str = 'cpu',
        prefix: str | None = None,
    ) -> None:
        super().__init__(task, average, output_dir, format_only, collect_device, prefix)

    def image_sums(self, prediction: Tensor, label: Tensor) -> NormalErrorSums:
        """Sums the errors of one image.

        Args:
            prediction: Shape (3, H, W).
            label: Shape (3, H, W).

        Returns:
            The sums.
        """
        return normal_error_sums(prediction, label, self.task.valid_mask(label)[0])

    def finalise(self, sums: NormalErrorSums) -> dict[str, float]:
        """Turns sums into metrics.

        Args:
            sums: Sums over the images of a batch or a set.

        Returns:
            The metrics without their prefix.
        """
        return finalise_normal_errors(sums)
