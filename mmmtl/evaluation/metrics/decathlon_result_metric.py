from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mmengine.evaluator import BaseMetric
from mmengine.logging import print_log
from mmseg.registry import METRICS

from mmmtl.datasets.decathlon_domains import DOMAINS
from mmmtl.evaluation.decathlon_results import Result, replace_results
from mmmtl.evaluation.functional.finite import check_finite
from mmmtl.tasks import tasks_in
from mmmtl.tasks.nearest import nearest


@METRICS.register_module()
class DecathlonResultMetric(BaseMetric):
    """Writes the predictions for a domain of the Visual Decathlon into the challenge's result file.

    It measures nothing and needs no labels. Each domain has a metric of its own, and all of them
    name one file: what it holds of other domains is kept. ``python -m mmmtl data check-decathlon
    ROOT --results FILE`` says whether it is complete.

    Args:
        task: Name of the task.
        output_file: The file. Defaults to ``'results.json'``.
        domain: Name of the domain. Defaults to None: the one whose task has that name
            (``vgg_flowers`` for ``vgg-flowers``).
        collect_device: ``'cpu'`` or ``'gpu'``, where the ranks' results meet. Defaults to
            ``'cpu'``.
        prefix: Not used: there are no numbers. Defaults to None.

    Raises:
        ValueError: If there is no such domain, or the task is not of the whole image.
    """

    reported_names: tuple[str, ...] = ()

    def __init__(
        self,
        task: str,
        output_file: str = 'results.json',
        domain: str | None = None,
        collect_device: str = 'cpu',
        prefix: str | None = None,
    ) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix or task)
        by_task = {one.task: one.name for one in DOMAINS.values()}
        name = by_task.get(task, task) if domain is None else domain
        if name not in DOMAINS:
            where = 'task' if domain is None else 'domain'
            raise ValueError(
                f'{where}: expected one of the domains {list(DOMAINS)}, found {name!r}'
                f'{nearest(name, DOMAINS)}'
            )
        self.task_name = task
        self.domain = DOMAINS[name]
        self.output_file = output_file

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Remembers the most probable class of each image.

        Args:
            data_batch: Not read.
            data_samples: Samples with ``img_id`` and, as ``{'data': (C, 1, 1)}``, the
                probabilities.

        Raises:
            ValueError: If one lacks them, or a probability is NaN or infinite.
        """
        task = tasks_in(self.dataset_meta, [self.task_name])[self.task_name]
        if task.is_dense:
            raise ValueError(
                f'task: expected a task of the whole image, found {self.task_name!r}, '
                f'a {type(task).__name__}.'
            )
        for sample in data_samples:
            lacking = [key for key in ('img_id', task.pred_field) if key not in sample]
            if lacking:
                raise ValueError(
                    f'{sample.get("img_path", "a sample without img_path")}: expected '
                    f'{lacking[0]!r}, as samples of VisualDecathlonDataset have, found '
                    f'{", ".join(sample) or "nothing"}.'
                )
            probabilities = sample[task.pred_field]['data']
            check_finite(probabilities, 'prediction', 'every class needs a probability')
            self.results.append((int(sample['img_id']), int(probabilities.argmax())))

    def compute_metrics(self, results: Sequence[tuple[int, int]]) -> Mapping[str, float]:
        """Writes the file.

        Args:
            results: Id and class of each image.

        Returns:
            Nothing.
        """
        first = self.domain.first_category
        own = [Result(image, first + index) for image, index in results]
        count = replace_results(self.output_file, own)
        print_log(
            f'{len(own)} results of {self.domain.name} are in {self.output_file}, which has '
            f'{count}.',
            logger='current',
        )
        return {}
