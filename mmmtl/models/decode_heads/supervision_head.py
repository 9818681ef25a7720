from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mmengine.model import BaseModule
from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample
from torch import Tensor, nn

from mmmtl.compat.scope import registry_scope


@MODELS.register_module()
class SupervisionHead(BaseModule):
    """The losses of a head on a prediction that a neck has made itself; it has no layers.

    An auxiliary head for necks that go on computing with their preliminary predictions, as
    :class:`~mmmtl.models.necks.InvPTFullNeck` does (`Inverted Pyramid Multi-task Transformer for
    Dense Scene Understanding <https://arxiv.org/abs/2203.07997>`_).

    Args:
        head: Config of a head of the task, whose losses are taken and whose layers are left out:
            ``dict(type='NormalHead')``, ``dict(type='FCNHead', concat_input=False, ...)``.
        in_index: Which of the features is the prediction. Defaults to -1, the last.

    Raises:
        ValueError: If the head has more layers than can be left out.
    """

    @registry_scope()
    def __init__(self, head: Mapping[str, Any], in_index: int = -1) -> None:
        super().__init__()
        self.in_index = in_index
        no_layers = dict(in_channels=1, channels=1, num_convs=0, dropout_ratio=0, in_index=0)
        self.head: Any = MODELS.build({**head, **no_layers})
        self.head.conv_seg = nn.Identity()
        left = [name for name, _ in self.head.named_parameters()]
        if left:
            raise ValueError(
                f'head: expected a head whose layers can be left out, such as an FCNHead with '
                f'concat_input=False, found {type(self.head).__name__} with {left[0]}.'
            )

    loss = BaseDecodeHead.loss

    def forward(self, inputs: Any) -> Tensor:
        """Gives the prediction, as the head makes it valid (a unit vector, a range).

        Args:
            inputs: Feature maps, of which that of ``in_index`` is the prediction.

        Returns:
            The prediction, shape (N, C, h, w).

        Raises:
            ValueError: See :meth:`checked`.
        """
        return self.head([self.checked(inputs)])

    def checked(self, inputs: Any) -> Tensor:
        """Checks the feature maps that a neck gave.

        Args:
            inputs: See :meth:`forward`.

        Returns:
            The prediction.

        Raises:
            ValueError: If there is no such map, or its channels are not those of the head's
                predictions.
        """
        if not -len(inputs) <= self.in_index < len(inputs):
            raise ValueError(
                f'in_index: expected one of the {len(inputs)} feature maps, 0 to '
                f'{len(inputs) - 1}, found {self.in_index}.'
            )
        found, expected = inputs[self.in_index].shape[1], self.head.out_channels
        if found != expected:
            raise ValueError(
                f'in_index: expected that of a map with {expected} channels, the prediction of '
                f'{type(self.head).__name__}, found {self.in_index}, a map with {found}.'
            )
        return inputs[self.in_index]

    def loss_by_feat(
        self, output: Tensor, batch_data_samples: list[SegDataSample]
    ) -> dict[str, Tensor]:
        """Computes the losses, at the size of the labels.

        Args:
            output: Output of :meth:`forward`, shape (N, C, h, w).
            batch_data_samples: The labels.

        Returns:
            The losses by their names.
        """
        return self.head.loss_by_feat(output, batch_data_samples)
