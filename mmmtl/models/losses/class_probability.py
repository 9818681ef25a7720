from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Real

import torch.nn.functional as F
from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.models.losses.map_loss import MapLoss
from mmmtl.models.losses.pixel_loss import of_valid, valid_mean


@MODELS.register_module()
class ClassProbabilityLoss(MapLoss):
    r"""Cross-entropy of classes whose labels are probabilities, over what has a label.

    .. math::
        L = -\frac{1}{|V|} \sum_{p \in V} \sum_c
            w_c \left( (1 - \epsilon)\, y_{pc} + \frac{\epsilon}{C} \right) \log q_{pc}

    with the softmax :math:`q` of the logits. For a task that gives the whole image a class,
    :math:`p` is an image.

    Args:
        label_smoothing: :math:`\epsilon` from 0 to 1, the share that all classes have alike, see
            `Rethinking the Inception Architecture for Computer Vision
            <https://arxiv.org/abs/1512.00567>`_, section 7. Defaults to 0.
        class_weight: :math:`w`, a number for each class. Defaults to None: 1.
        loss_weight: See :class:`~mmmtl.models.losses.MapLoss`.
        loss_name: Defaults to ``'loss_class'``.

    Raises:
        ValueError: If an argument is no such number.

    >>> import torch
    >>> logits = torch.tensor([3.0, 1.0]).log().view(1, 2, 1, 1)  # probabilities 3/4 and 1/4
    >>> label = torch.tensor([1.0, 0.0]).view(1, 2, 1, 1)
    >>> valid = torch.ones(1, 1, 1, 1, dtype=torch.bool)
    >>> ClassProbabilityLoss()(logits, label, valid).exp()
    tensor(1.3333)
    """

    default_name = 'loss_class'
    reads_logits = True

    def __init__(
        self,
        label_smoothing: float = 0.0,
        class_weight: Sequence[float] | None = None,
        loss_weight: float = 1.0,
        loss_name: str | None = None,
    ) -> None:
        super().__init__(loss_weight, loss_name)
        if not _is_number(label_smoothing) or not 0 <= label_smoothing <= 1:
            raise ValueError(
                f'label_smoothing: expected a number from 0 to 1, found {label_smoothing!r}.'
            )
        if class_weight is not None and not (
            isinstance(class_weight, Sequence)
            and all(_is_number(weight) and weight >= 0 for weight in class_weight)
        ):
            raise ValueError(
                f'class_weight: expected a number of at least 0 for each class, '
                f'found {class_weight!r}.'
            )
        self.label_smoothing = label_smoothing
        self.class_weight = None if class_weight is None else list(class_weight)

    def batch_loss(self, prediction: Tensor, label: Tensor, valid: Tensor) -> Tensor:
        """Computes the loss without its weight.

        Args:
            prediction: Logits, shape (N, C, H, W).
            label: Probabilities, shape (N, C, H, W).
            valid: Boolean, shape (N, 1, H, W).

        Returns:
            The loss, a scalar.
        """
        prediction, label = of_valid(prediction, valid), of_valid(label, valid)
        weight = None if self.class_weight is None else prediction.new_tensor(self.class_weight)
        errors = F.cross_entropy(
            prediction,
            label,
            weight=weight,
            label_smoothing=self.label_smoothing,
            reduction='none',
        )
        return valid_mean(errors[:, None], valid)


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and math.isfinite(value)
