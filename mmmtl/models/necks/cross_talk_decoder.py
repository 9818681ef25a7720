from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.asked import asked_of
from mmmtl.models.backbones.dense_unet_encoder import KAIMING_INIT, ConvActNorm
from mmmtl.models.layers import ConvNormAct
from mmmtl.models.necks.pyramid_task_neck import PyramidTaskNeck, resize_concat
from mmmtl.models.recomputation import recompute

_TALKING_BLOCK = 1
"""Index of the decoder block whose output the other tasks' next blocks read: the second."""


@MODELS.register_module()
class CrossTalkDecoder(PyramidTaskNeck):
    r"""The decoders of MT-UNet: one U-Net decoder with attention for each task, and cross-talk.

    Block :math:`b` of task :math:`i` reads the matching encoder block :math:`e_b` and the task's
    block before, resized to its size:

    .. math::
        u_b^i = c_1([e_b; \mathrm{resize}(d_{b-1}^i)]), \quad
        d_b^i = h(g(u_b^i)) \odot c_2(u_b^i)

    - :math:`c_1, c_2`: convolution 3x3, ReLU and normalisation;
    - :math:`g`: convolution 3x3, normalisation and ReLU; :math:`h`: convolution 3x3, normalisation
      and sigmoid: the mask is computed from the first convolution's output and multiplies the
      second's;
    - :math:`d_0`: the bottleneck's output, which all tasks read.

    Cross-talk: block 3 also reads the outputs :math:`d_2^k` of all other tasks :math:`k \neq i`.
    With one task, or ``cross_talk=False``, the decoders are independent: ST-UNet is one such.

    What the paper's text leaves open:

    - a block is as wide as the encoder block it reads; both its convolutions, and its mask;
    - between blocks the features are upsampled bilinearly to the encoder block's size (corners not
      aligned), whatever that is; only the bottleneck has a transposed convolution;
    - cross-talk is a concatenation: first the encoder block, then the task's own features, then
      those of the other tasks in their order;
    - the head: a convolution 1x1 on the last block, which the configs state.

    It works on any backbone whose features go from fine to coarse.

    Args:
        tasks: Names of the tasks, see :mod:`mmmtl.tasks`.
        in_channels: Channels of the backbone's features, from the finest down; the last is what the
            decoders start from. Defaults to the
            :class:`~mmmtl.models.backbones.DenseUNetEncoder`'s ``(64, 128, 256, 512, 1024)``.
        cross_talk: Whether the tasks' decoders read each other. Defaults to True.
        norm_cfg: Config of the normalisation. Defaults to ``dict(type='BN')``.
        with_cp: Whether to save memory in training, see :mod:`mmmtl.models.recomputation`. Defaults
            to False.
        init_cfg: Initialisation. Defaults to U-Net's,
            :data:`~mmmtl.models.backbones.dense_unet_encoder.KAIMING_INIT`.

    Raises:
        ValueError: If there are too few features for cross-talk.
    """

    leaves_out_tasks: ClassVar[bool] = True
    """Whether ``forward`` takes the names of the tasks that are asked for."""

    def __init__(
        self,
        tasks: Sequence[str],
        in_channels: Sequence[int] = (64, 128, 256, 512, 1024),
        cross_talk: bool = True,
        norm_cfg: dict | None = None,
        with_cp: bool = False,
        init_cfg: dict | list[dict] | None = KAIMING_INIT,
    ) -> None:
        needed = _TALKING_BLOCK + 3 if cross_talk else 2
        super().__init__(tasks, in_channels, min_levels=needed, init_cfg=init_cfg)
        *widths, seen = in_channels
        widths.reverse()
        self.cross_talk = cross_talk
        self.with_cp = with_cp
        before = [seen, *widths[:-1]]
        if cross_talk:
            before[_TALKING_BLOCK + 1] *= len(self.tasks)
        self.decoders: Any = nn.ModuleDict(
            {
                task: nn.ModuleList(
                    _DecoderBlock(width + own, width, norm_cfg)
                    for width, own in zip(widths, before, strict=True)
                )
                for task in self.tasks
            }
        )

    def forward(
        self, features: Sequence[Tensor], tasks: Collection[str] | None = None
    ) -> dict[str, tuple[Tensor, ...]]:
        """Decodes the features for each task.

        Args:
            features: Maps of shape (N, C, H, W) with C of ``in_channels``, the finest first.
            tasks: The tasks that are asked for; of the others, only what these read is computed.
                Defaults to all.

        Returns:
            For each task that is asked for the outputs of the decoder blocks, the deepest first;
            the last has the finest features' shape.
        """
        *encoded, bottleneck = self.checked(features)
        asked = asked_of(self.tasks, tasks)
        outputs: dict[str, list[Tensor]] = {task: [bottleneck] for task in self.tasks}
        for block, skip in enumerate(reversed(encoded)):
            before = {task: decoded[-1] for task, decoded in outputs.items()}
            talk = self.cross_talk and block == _TALKING_BLOCK + 1
            for task in self.tasks if self.cross_talk and block <= _TALKING_BLOCK else asked:
                others = [x for other, x in before.items() if talk and other != task]
                maps = (skip, before[task], *others)
                decode = self.decoders[task][block]
                outputs[task].append(
                    recompute(decode, *maps, of=[decode]) if self.with_cp else decode(*maps)
                )
        return {task: tuple(outputs[task][1:]) for task in asked}


class _DecoderBlock(nn.Module):
    def __init__(self, in_channels: int, channels: int, norm_cfg: dict | None) -> None:
        super().__init__()
        self.first = ConvActNorm(in_channels, channels, norm_cfg)
        self.second = ConvActNorm(channels, channels, norm_cfg)
        self.mask = nn.Sequential(
            ConvNormAct(channels, channels, norm_cfg=norm_cfg),
            ConvNormAct(channels, channels, norm_cfg=norm_cfg, act=nn.Sigmoid()),
        )

    def forward(self, skip: Tensor, *decoded: Tensor) -> Tensor:
        first = self.first(resize_concat(skip, *decoded))
        return self.mask(first) * self.second(first)
