from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mmengine.model import ModuleList
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample
from mmseg.utils import add_prefix
from torch import Tensor

from mmmtl.compat.scope import registry_scope


@MODELS.register_module()
class CascadeDecodeHead(ModuleList):
    """A cascade of mmseg's decode heads as one head: each refines the output of the one before.

    It is the decoder of mmseg's ``CascadeEncoderDecoder`` (OCRNet, PointRend), for one task of
    several, and has the names of its parameters: ``0.conv_seg.weight``, ...

    Args:
        heads: Configs of the heads. The first is any decode head; the others take the features and
            the output before them, as ``OCRHead`` and ``PointHead`` do.

    Raises:
        ValueError: If there are fewer than two heads.
    """

    @registry_scope()
    def __init__(self, heads: Sequence[dict]) -> None:
        if len(heads) < 2:
            raise ValueError(f'heads: expected at least two decode heads, found {len(heads)}.')
        super().__init__(MODELS.build(head) for head in heads)

    def forward(self, inputs: Any) -> Tensor:
        """Runs all heads.

        Args:
            inputs: What they read, usually a tuple of feature maps.

        Returns:
            The last head's output, shape (N, C, h, w).
        """
        return self[-1].forward(inputs, self._before_last(inputs))

    def loss(
        self, inputs: Any, batch_data_samples: list[SegDataSample], train_cfg: dict | None
    ) -> dict[str, Tensor]:
        """Computes the losses of all heads.

        Args:
            inputs: What they read, usually a tuple of feature maps.
            batch_data_samples: The labels.
            train_cfg: Passed on to the heads after the first.

        Returns:
            What each head reports, as ``stage_<number>.<name>``.
        """
        output = self[0].forward(inputs)
        results = add_prefix(self[0].loss_by_feat(output, batch_data_samples), 'stage_0')
        for number in range(1, len(self)):
            head = self[number]
            reported = head.loss(inputs, output, batch_data_samples, train_cfg)
            results.update(add_prefix(reported, f'stage_{number}'))
            if number + 1 < len(self):
                output = head.forward(inputs, output)
        return results

    def predict(self, inputs: Any, batch_img_metas: list[dict], test_cfg: dict) -> Tensor:
        """Predicts with the last head, at the size of the input images.

        Args:
            inputs: What the heads read, usually a tuple of feature maps.
            batch_img_metas: Meta information of each image.
            test_cfg: Passed on to the last head.

        Returns:
            A tensor of shape (N, C, H, W).
        """
        return self[-1].predict(inputs, self._before_last(inputs), batch_img_metas, test_cfg)

    @property
    def align_corners(self) -> bool:
        """bool: The last head's, for bilinear resizing of the prediction."""
        return self[-1].align_corners

    @property
    def threshold(self) -> float | None:
        """float: The last head's threshold of a binary segmentation."""
        return self[-1].threshold

    def _before_last(self, inputs: Any) -> Tensor:
        output = self[0].forward(inputs)
        for number in range(1, len(self) - 1):
            output = self[number].forward(inputs, output)
        return output
