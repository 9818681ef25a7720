"""Errors of the vectors of a whole set."""

from __future__ import annotations

from mmseg.registry import METRICS
from torch import Tensor

from mmmtl.evaluation.functional.vector import (
    VECTOR_METRICS,
    VectorErrorSums,
    finalise_vector_errors,
    vector_error_sums,
)
from mmmtl.evaluation.metrics.accumulated_metric import AccumulatedMetric


@METRICS.register_module()
class VectorErrorMetric(AccumulatedMetric):
    """Absolute error, root of the squared error and distance of a task of vectors.

    Reports ``abs_err``, ``rmse`` and ``epe`` in the unit of the labels (see
    :func:`mmmtl.evaluation.functional.finalise_vector_errors`).

    Args:
        task: Name of the task.
        average: ``'dataset'`` counts all valid pixels of the set together. ``'batch'`` averages the
            metrics of the batches; the result depends on the batch size. Defaults to ``'dataset'``.
        output_dir: Folder to which each prediction is written as a float32 ``.npy`` file with the
            name of its image. Defaults to None: no files.
        format_only: Whether only to write the files; no label is needed then. Defaults to False.
        collect_device: ``'cpu'`` or ``'gpu'``, where the ranks' results meet. Defaults to
            ``'cpu'``.
        prefix: Prefix of the metrics' names. Defaults to None: the name of the task.

    Raises:
        ValueError: If ``average`` is unknown or ``format_only`` lacks an ``output_dir``.
    """

    sums_type = VectorErrorSums
    higher_is_better = dict.fromkeys(VECTOR_METRICS, False)

    def image_sums(self, prediction: Tensor, label: Tensor) -> VectorErrorSums:
        """Sums the errors of one image.

        Args:
            prediction: Shape (C, H, W).
            label: Shape (C, H, W).

        Returns:
            The sums.
        """
        return vector_error_sums(prediction, label, self.task.valid_mask(label)[0])

    def finalise(self, sums: VectorErrorSums) -> dict[str, float]:
        """Turns sums into metrics.

        Args:
            sums: Sums over the images of a batch or a set.

        Returns:
            The metrics without their prefix.
        """
        return finalise_vector_errors(sums)
