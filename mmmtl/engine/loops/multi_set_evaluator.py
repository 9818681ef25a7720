from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mmengine.evaluator import BaseMetric, Evaluator
from mmengine.logging import print_log

from mmmtl.engine.loops.joined_loaders import JoinedLoaders
from mmmtl.evaluation.metric_names import metric_names, put_set_before


class MultiSetEvaluator(Evaluator):
    """Measures each of several data sets with metrics of its own.

    A metric ``seg/mIoU`` of the data set ``camvid`` is ``camvid/seg/mIoU``. Each metric has the
    meta information of its own data set, and counts its images alone.

    Args:
        loaders: The data sets.
        evaluators: The evaluator of each, by name.
        prefix: Whether the name of the data set stands before its metrics. Defaults to True.

    Raises:
        ValueError: If two data sets have a number of one name; of metrics of unknown classes when
            they were measured.
    """

    def __init__(
        self, loaders: JoinedLoaders, evaluators: Mapping[str, Evaluator], prefix: bool = True
    ) -> None:
        super().__init__([metric for one in evaluators.values() for metric in one.metrics])
        self.loaders = loaders
        self.evaluators = dict(evaluators)
        self.prefix = prefix
        for name, evaluator in self.evaluators.items():
            dataset: Any = loaders.loaders[name].dataset
            evaluator.dataset_meta = dataset.metainfo
            if prefix:
                for metric in evaluator.metrics:
                    put_set_before(metric, name)
        check_different_names({name: one.metrics for name, one in self.evaluators.items()})

    @property
    def dataset_meta(self) -> dict | None:
        """dict: Meta information of all data sets together."""
        return self._dataset_meta

    @dataset_meta.setter
    def dataset_meta(self, dataset_meta: dict) -> None:
        self._dataset_meta = dataset_meta  # each metric has that of its own data set

    def process(self, data_samples: Sequence[Any], data_batch: Any = None) -> None:
        """Measures a batch of the data set whose turn it is.

        Args:
            data_samples: The samples with predictions and labels.
            data_batch: The batch as it was loaded. Defaults to none.
        """
        self.evaluators[self.loaders.current].process(data_samples, data_batch)

    def evaluate(self, size: int) -> dict[str, float]:
        """Gives what all metrics report.

        Args:
            size: Number of images of all data sets together; each metric is told that of its own.

        Returns:
            The numbers by name.

        Raises:
            ValueError: If two data sets have a number of one name.
        """
        found: dict[str, float] = {}
        for name, evaluator in self.evaluators.items():
            dataset: Any = self.loaders.loaders[name].dataset
            images = len(dataset)
            print_log(f'Metrics of {name}, {images} images:', logger='current')
            for key, value in evaluator.evaluate(images).items():
                key = f'{name}/{key}' if self.prefix else key
                if key in found:
                    raise ValueError(_twice(name, key))
                found[key] = value
        return found


def check_different_names(metrics: Mapping[str, Sequence[BaseMetric]]) -> None:
    """Checks that no two data sets report a number under one name.

    Args:
        metrics: The metrics of each data set.

    Raises:
        ValueError: If two do.
    """
    known: set[str] = set()
    for name, of_set in metrics.items():
        own = {key for metric in of_set for key in metric_names(metric) or ()}
        if known & own:
            raise ValueError(_twice(name, min(known & own)))
        known |= own


def _twice(name: str, key: str) -> str:
    return (
        f'{name}: expected metrics of other names than those of the data sets before it, '
        f'found {key!r} again; prefix=True of the loop puts the name of the data set before it.'
    )
