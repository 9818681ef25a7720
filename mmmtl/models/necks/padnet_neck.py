from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar

from mmcv.cnn import ConvModule
from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.necks.pyramid_task_neck import PyramidTaskNeck, resize_concat
from mmmtl.models.necks.units.multi_modal_distillation import MultiModalDistillation


@MODELS.register_module()
class PADNetNeck(PyramidTaskNeck):
    r"""PAD-Net: an initial prediction of every task, and distillation between them.

    `PAD-Net: Multi-Tasks Guided Prediction-and-Distillation Network for Simultaneous Depth
    Estimation and Scene Parsing <https://arxiv.org/abs/1805.04409>`_. From the backbone's features
    :math:`F_j`, all resized to the finest and concatenated, task :math:`k` computes the features of
    its initial prediction, :math:`F^k`, and what the other tasks' tell it, :math:`\hat F^k`:

    .. math::
        F^k = c_2^k(c_1^k(c_0([F_1; \dots; F_S]))), \qquad
        (\hat F^1, \dots, \hat F^K) = \mathrm{distil}(F^1, \dots, F^K)

    - :math:`c`: convolution (1x1 for :math:`c_0`, which all tasks share, else 3x3), normalisation
      and ReLU;
    - distil: see :class:`MultiModalDistillation`.

    The task's head makes the final prediction from :math:`\hat F^k`, an auxiliary head the initial
    one from :math:`F^k`, which is how its labels supervise it:

    .. code:: python

        decode_head=dict(seg=dict(in_index=0, ...), depth=dict(in_index=0, ...)),
        auxiliary_head=dict(seg=dict(in_index=1, ...), depth=dict(in_index=1, ...)),

    What differs from the paper: the distillation reads the features that the initial prediction is
    made from, instead of new features computed from the prediction; the tasks to distil from are
    the tasks to predict, while the paper adds contours and normals to depth and segmentation
    (another task of the config can be such); nothing is brought to a finer grid before the
    distillation or after it, where the paper has transposed convolutions; the sizes of all layers
    are settings. Losses are the config's: the paper takes the Euclidean one for depths and normals,
    and a weight of 0.8 for the auxiliary tasks.

    What differs from the `code of MTI-Net's authors
    <https://github.com/SimonVandenhende/Multi-Task-Learning-PyTorch>`_, with whose PAD-Net papers
    mostly compare:

    ===================== ============================== =================================
    part                  here                           there
    ===================== ============================== =================================
    gate                  of the receiver, as the paper  of the sender, for each pair
    initial predictions   two convolutions 3x3           two bottlenecks of a ResNet
    final predictions     the head: convolution 3x3, 1x1 two bottlenecks and 1x1
    backbone's features   a convolution 1x1 joins them   HRNet's, joined to 270 channels
    auxiliary tasks       the tasks                      a list of its own
    deep supervision      the head's loss and weight     the same
    where it is upsampled at the size of the label       the same, bilinearly
    normals in the loss   L1 of unit vectors             the same
    ===================== ============================== =================================

    Args:
        tasks: Names of the tasks, see :mod:`mmmtl.tasks`.
        in_channels: Channels of the backbone's features, the finest first.
        channels: Channels of each task's features. Defaults to 256.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
        init_cfg: Initialisation. Defaults to that of the parts, Kaiming normal for convolutions
            with normalisation.
    """

    leaves_out_tasks: ClassVar[bool] = True
    """Whether ``forward`` takes the names of the tasks that are asked for."""

    def __init__(
        self,
        tasks: Sequence[str],
        in_channels: Sequence[int],
        channels: int = 256,
        norm_cfg: dict | None = None,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(tasks, in_channels, init_cfg=init_cfg)
        norm_cfg = norm_cfg or dict(type='BN')
        self.shared = ConvModule(sum(self.in_channels), channels, 1, norm_cfg=norm_cfg)
        self.initial = nn.ModuleDict(
            {
                task: nn.Sequential(
                    *(
                        ConvModule(channels, channels, 3, padding=1, norm_cfg=norm_cfg)
                        for _ in range(2)
                    )
                )
                for task in self.tasks
            }
        )
        self.distillation = MultiModalDistillation(self.tasks, channels)

    def forward(
        self, features: Sequence[Tensor], tasks: Collection[str] | None = None
    ) -> dict[str, tuple[Tensor, Tensor]]:
        """Computes the features of the final and of the initial predictions.

        Args:
            features: Maps of shape (N, C, H, W) with C of ``in_channels``, the finest first.
            tasks: The tasks that are asked for; of the others, only what these read is computed.
                Defaults to all.

        Returns:
            For each task that is asked for the distilled features and those of the initial
            prediction, both of shape (N, channels, H, W) with the finest features' size.
        """
        shared = self.shared(resize_concat(*self.checked(features)))
        initial = {task: branch(shared) for task, branch in self.initial.items()}
        distilled = self.distillation(initial, tasks)
        return {task: (maps, initial[task]) for task, maps in distilled.items()}
