from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mmengine.runner import Runner, TestLoop
from mmseg.registry import LOOPS

from mmmtl.engine.loops.several_sets import build_evaluator, build_loaders


@LOOPS.register_module()
class MultiSetTestLoop(TestLoop):
    """mmengine's test loop over several data sets, each measured on its own.

    .. code:: python

        test_cfg = dict(type='MultiSetTestLoop')
        test_dataloader = dict(camvid=dict(dataset=..., ...), office=dict(dataset=..., ...))
        test_evaluator = dict(
            camvid=dict(type='TaskIoUMetric', task='seg'), office=dict(type='DepthErrorMetric')
        )

    reports ``camvid/seg/mIoU`` and ``office/depth/abs_err``. To hooks it is one test: its
    batches are counted through, and its metrics come together at the end.

    Args:
        runner: The runner.
        dataloader: Config of a data loader for each data set, by name.
        evaluator: What the evaluator of mmengine's loop can be, for each data set by name; or one
            for all of them.
        prefix: Whether the name of the data set stands before its metrics. Without it, which suits
            data sets of which each has tasks of its own, two data sets may not report a number of
            one name. Defaults to True.
        fp16: As in mmengine's loop. Defaults to False.

    Raises:
        ValueError: If data loaders or evaluators are not by name, or do not fit together.
    """

    def __init__(
        self,
        runner: Runner,
        dataloader: Mapping[str, Any],
        evaluator: Any,
        prefix: bool = True,
        fp16: bool = False,
    ) -> None:
        loaders = build_loaders(runner, dataloader, 'test_dataloader')
        evaluators = build_evaluator(runner, evaluator, loaders, prefix, 'test_evaluator')
        super().__init__(runner, loaders, evaluators, fp16)
