from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.asked import asked_of
from mmmtl.models.backbones.foundation.adapters import (
    add_adapters,
    merged_copies,
    turn_to_adapter,
)
from mmmtl.models.backbones.hf_backbone import HFBackbone
from mmmtl.models.exporting import is_exporting
from mmmtl.tasks import check_task_names

_RANK = 8


@MODELS.register_module()
class HFTaskBackbone(HFBackbone):
    """A frozen backbone of transformers with an adapter (LoRA) of its own for each task.

    As in `MTLoRA <https://arxiv.org/abs/2403.20320>`_ each task may have another rank. There some
    layers have adapters by task and others one for all; here all that are adapted have one by task.
    Tasks share the frozen weights and nothing that is learned, so that none disturbs another.

    It costs a forward and a backward pass of the whole model for each task, where
    :class:`HFBackbone` has one for all: time and memory of training grow with the number of tasks,
    and so does the time of a prediction. A checkpoint grows by the adapters alone. Only tasks that
    are asked for are computed.

    It gives features by task, which heads read, or a plain neck, task by task; a task neck, which
    makes features by task of shared ones, has no place behind it. Loss weightings that look at
    gradients of what tasks share find none here.

    Args:
        tasks: Names of the tasks, see :mod:`mmmtl.tasks`.
        lora: The adapters, see :class:`HFBackbone`; ``rank`` is one number, or one for each task,
            ``dict(seg=16, depth=4)``. Defaults to rank 8 for all.
        model: See :class:`HFBackbone`.
        config: See :class:`HFBackbone`.
        out_indices: See :class:`HFBackbone`.
        save_frozen: See :class:`HFBackbone`.
        output_cls_token: See :class:`HFBackbone`.
        init_cfg: Not read: the weights are the model's own.

    Raises:
        FileNotFoundError: If there is no such model, or a file of it is missing.
        ValueError: If ranks are not those of the tasks, or for what :class:`HFBackbone` refuses.
    """

    leaves_out_tasks: ClassVar[bool] = True

    def __init__(
        self,
        tasks: Sequence[str],
        lora: Mapping[str, Any] | None = None,
        model: str | None = None,
        config: Mapping[str, Any] | None = None,
        out_indices: Sequence[int] | None = None,
        save_frozen: bool = True,
        output_cls_token: bool = False,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        names = check_task_names(tasks)
        super().__init__(
            model=model,
            config=config,
            out_indices=out_indices,
            frozen=True,
            lora={**(lora or {}), 'rank': _ranks((lora or {}).get('rank', _RANK), names)},
            save_frozen=save_frozen,
            output_cls_token=output_cls_token,
            init_cfg=init_cfg,
        )
        self.tasks = names
        self.merged: nn.ModuleDict | None = None

    def forward(self, image: Tensor, tasks: Collection[str] | None = None) -> dict[str, Any]:  # type: ignore[override]
        """Computes the features of a batch of images, for each task.

        Args:
            image: Shape (N, 3, H, W); H and W are multiples of :attr:`size_divisor`.
            tasks: The tasks that are asked for. Defaults to all.

        Returns:
            For each of these tasks what :meth:`HFBackbone.forward` gives.

        Raises:
            ValueError: If the model cannot read images of this size.
        """
        if not is_exporting():
            self._check_size(image.shape[-2], image.shape[-1])
        features = {}
        for task in asked_of(self.tasks, tasks):
            if self.merged is None:
                turn_to_adapter(self.model, task)
            model = self.model if self.merged is None else self.merged[task]
            features[task] = self._outputs(model, image)
        return features

    def merge_adapters(self) -> None:
        """Makes a model for each task, with what its adapters learned in its weights.

        The models share the weights of the layers that no adapter changes.
        """
        self.merged = nn.ModuleDict(merged_copies(self.model, self.tasks))
        self.model = self.merged[self.tasks[0]]

    def _freeze(
        self,
        trained_blocks: int,
        unused: frozenset[str],
        lora: Mapping[str, Any] | None,
    ) -> None:
        super()._freeze(trained_blocks, unused, None)
        add_adapters(self.model, lora or {}, unused, by_task=True)
        self.train(self.training)


def _ranks(given: Any, tasks: Sequence[str]) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        return dict.fromkeys(tasks, given)
    if set(given) != set(tasks):
        raise ValueError(
            f'lora.rank: expected a number, or one for each of {list(tasks)}, found {dict(given)}.'
        )
    return {task: given[task] for task in tasks}
