from __future__ import annotations

import copy
from typing import Any

from mmengine.hooks import Hook
from mmengine.runner import Runner
from mmseg.registry import HOOKS
from torch import nn

from mmmtl.engine.bare_model import bare_model
from mmmtl.models.fuse_conv_bn import fuse_conv_bn


@HOOKS.register_module()
class FuseConvBNHook(Hook):
    """Tests with batch normalisations folded into the convolutions before them.

    A copy of the model is changed, by :func:`~mmmtl.models.fuse_conv_bn.fuse_conv_bn` at the first
    batch, and tested: an ``EMAHook`` exchanges the parameters of the model itself, which is the
    runner's again after the test.
    """

    priority = 'VERY_LOW'

    def __init__(self) -> None:
        self._original: nn.Module | None = None

    def before_test_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None) -> None:
        """Exchanges the model at the first batch.

        Args:
            runner: The runner.
            batch_idx: Number of the batch.
            data_batch: The batch, with which the copy is run once more.
        """
        if self._original is not None:
            return
        self._original = runner.model
        model: Any = copy.deepcopy(bare_model(runner.model))
        fused, left = fuse_conv_bn(model, lambda: model.test_step(copy.deepcopy(data_batch)))
        runner.logger.info(f'{fused} batch normalisations are folded into convolutions, {left} not')
        runner.model = model

    def after_test_epoch(self, runner: Runner, metrics: dict[str, float] | None = None) -> None:
        """Gives the runner its model back.

        Args:
            runner: The runner.
            metrics: What was measured.
        """
        if self._original is not None:
            runner.model, self._original = self._original, None
