from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, MutableMapping
from typing import Any, ClassVar

from mmengine.hooks import Hook
from mmengine.runner import Runner

from mmmtl.engine.loop_parts import loop_metrics


class ScoreHook(Hook):
    """Base of the hooks that compute numbers of the metrics of several tasks, and add them.

    A subclass has ``reported_names`` and a ``prefix``, as metrics have: ``save_best`` may name its
    numbers.
    """

    priority = 'HIGHEST'  # before the hooks that write metrics down
    prefix: ClassVar[str]
    reported_names: tuple[str, ...]

    @abstractmethod
    def check_measured(self, metrics: Iterable[Any], where: str) -> None:
        """Checks that what the numbers are computed from is measured.

        Args:
            metrics: The metrics of a validation or test.
            where: Their place in the config, such as ``'val_evaluator'``.

        Raises:
            ValueError: If it is not.
        """

    @abstractmethod
    def add_scores(self, metrics: MutableMapping[str, float]) -> None:
        """Adds the numbers to the metrics, and says them in the log.

        Args:
            metrics: The metrics of a validation or test; there may be none that is needed.
        """

    def before_train(self, runner: Runner) -> None:
        """Checks that the validation measures what the numbers are computed from.

        Args:
            runner: The runner of the training.

        Raises:
            ValueError: If it does not.
        """
        if runner.val_loop is not None:
            self.check_measured(loop_metrics(runner.val_loop), 'val_evaluator')

    def before_test(self, runner: Runner) -> None:
        """Checks that the test measures it, or nothing of it.

        Args:
            runner: The runner.

        Raises:
            ValueError: If it measures only some of it.
        """
        self.check_measured(loop_metrics(runner.test_loop), 'test_evaluator')

    def after_val_epoch(
        self, runner: Runner, metrics: MutableMapping[str, float] | None = None
    ) -> None:
        """Adds the numbers to the metrics.

        Args:
            runner: The runner.
            metrics: The metrics of the validation or test.
        """
        if metrics is not None:
            self.add_scores(metrics)

    after_test_epoch = after_val_epoch
