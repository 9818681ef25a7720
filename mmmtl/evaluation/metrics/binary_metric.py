"""Scores of the probability maps of a whole set, in an amount of memory that does not grow."""

from __future__ import annotations

from collections.abc import Sequence

from mmseg.registry import METRICS
from torch import Tensor

from mmmtl.evaluation.functional.binary import (
    BINARY_METRICS,
    BinaryScoreSums,
    binary_score_sums,
    finalise_binary_scores,
)
from mmmtl.evaluation.metrics.accumulated_metric import AccumulatedMetric
from mmmtl.tasks import BinaryTask


@METRICS.register_module()
class BinaryMetric(AccumulatedMetric):
    r"""Largest F-score, average precision, IoU and mean absolute error of a task of yes and no.

    Reports ``maxF``, ``AP`` and ``IoU`` in percent and ``MAE`` (see
    :func:`mmmtl.evaluation.functional.finalise_binary_scores`). Precision and recall are those of
    all pixels of the set; probabilities are told apart by steps of 1 / 1000.

    Args:
        task: Name of the task.
        beta_squared: :math:`\beta^2` of the F-score. Defaults to 1, as in the code of InvPT; 0.3 is
            usual for saliency.
        thresholds: Probabilities over which the largest F-score is taken. Defaults to None: all
            multiples of 1 / 1000. InvPT's code takes 0.05, 0.1, ..., 0.95.
        average: ``'dataset'`` counts all valid pixels of the set together. ``'batch'`` averages the
            metrics of the batches that have them; the result depends on the batch size. Defaults to
            ``'dataset'``.
        output_dir: Folder to which each prediction is written as a float32 ``.npy`` file with the
            name of its image. Defaults to None: no files.
        format_only: Whether only to write the files; no label is needed then. Defaults to False.
        collect_device: ``'cpu'`` or ``'gpu'``, where the ranks' results meet. Defaults to
            ``'cpu'``.
        prefix: Prefix of the metrics' names. Defaults to None: the name of the task.

    Raises:
        ValueError: If ``average`` is unknown, ``beta_squared`` is not positive, a threshold is not
            from 0 to 1 or ``format_only`` lacks an ``output_dir``.
    """

    task_type = BinaryTask
    sums_type = BinaryScoreSums
    higher_is_better = dict.fromkeys(BINARY_METRICS, True) | {'MAE': False}

    def __init__(
        self,
        task: str,
        beta_squared: float = 1.0,
        thresholds: Sequence[float] | None = None,
        average: str = 'dataset',
        output_dir: str | None = None,
        format_only: bool = False,
        collect_device: str = 'cpu',
        prefix: str | None = None,
    ) -> None:
        super().__init__(task, average, output_dir, format_only, collect_device, prefix)
        if not beta_squared > 0:
            raise ValueError(f'beta_squared: expected a positive number, found {beta_squared}.')
        if thresholds is not None and not (
            len(thresholds) and 0 <= min(thresholds) <= max(thresholds) <= 1
        ):
            raise ValueError(f'thresholds: expected numbers from 0 to 1, found {thresholds}.')
        self.beta_squared = beta_squared
        self.thresholds = thresholds

    def image_sums(self, prediction: Tensor, label: Tensor) -> BinaryScoreSums:
        """Counts the pixels of one image.

        Args:
            prediction: Probabilities, shape (1, H, W).
            label: Shape (1, H, W).

        Returns:
            The sums.
        """
        return binary_score_sums(prediction, label, self.task.valid_mask(label))

    def finalise(self, sums: BinaryScoreSums) -> dict[str, float]:
        """Turns sums into scores.

        Args:
            sums: Sums over the images of a batch or a set.

        Returns:
            The scores without their prefix.
        """
        return finalise_binary_scores(sums, self.beta_squared, self.thresholds)
