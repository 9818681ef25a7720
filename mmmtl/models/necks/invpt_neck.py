from __future__ import annotations

from collections.abc import Sequence

from mmseg.registry import MODELS
from torch import Tensor, nn

from mmmtl.models.necks.pyramid_task_neck import PyramidTaskNeck
from mmmtl.models.necks.units.up_transformer_block import UpTransformerBlock, two_convs


@MODELS.register_module()
class InvPTNeck(PyramidTaskNeck):
    r"""A transformer over all positions of all tasks at growing resolution, after InvPT.

    `Inverted Pyramid Multi-task Transformer for Dense Scene Understanding
    <https://arxiv.org/abs/2203.07997>`_. From the coarsest of the backbone's :math:`S` feature maps
    each task computes the features of a preliminary prediction. Then :math:`S - 1` stages follow,
    from the second coarsest scale to the finest; stage :math:`s` computes, for all tasks,

    .. math::
        X_s = \mathrm{up}(Y_{s-1}) + e_s(F_s), \qquad
        X'_s = X_s + \mathrm{attention}(X_s), \qquad
        Y_s = X'_s + \mathrm{MLP}(\mathrm{LN}(X'_s))

    - up: bilinear resizing to the size of the backbone's features :math:`F_s`, then two
      convolutions 3x3 with normalisation and ReLU, the first halves the channels; one for each
      task. The first stage only resizes the preliminary features;
    - :math:`e_s`: a convolution 3x3, the same for all tasks (encoder feature aggregation);
    - attention: see :class:`~mmmtl.models.necks.units.CrossTaskAttention`, with the scores of the
      stage before;
    - MLP: two linear layers with GELU between them, four times wider inside.

    The heads aggregate the stages: a task's head resizes and concatenates all :math:`Y_s`, an
    auxiliary head makes the preliminary prediction, which is how labels supervise it. For four
    scales:

    .. code:: python

        decode_head=dict(
            seg=dict(in_index=[0, 1, 2], input_transform='resize_concat', ...), ...
        ),
        auxiliary_head=dict(seg=dict(in_index=3, ...), ...),

    What differs from the paper, or is left open by it:

    - any backbone with at least two scales will do; the first stage adds its scale's features, too,
      so that nothing that the backbone computes stays unused;
    - the tokens are the preliminary features alone, without the preliminary predictions;
    - concatenation and the head's convolution stand for the projection and sum of the stages;
    - the keys' grid is half the first stage's size, rounded up, at every stage;
    - the upward convolutions are not dilated.

    :class:`InvPTFullNeck` is the form of the authors, with all of this.

    Args:
        tasks: Names of the tasks, see :mod:`mmmtl.tasks`.
        in_channels: Channels of the backbone's features, the finest first.
        channels: Channels of each task's preliminary features and of the first stage; each stage
            after it has half of the one before. Defaults to 256.
        num_heads: Heads of the attention. Defaults to the authors' 2.
        drop_path_rate: Share of samples whose residual branches are skipped in training. Defaults
            to 0.15, the authors' setting; their code turns it to 0.
        norm_cfg: Config of the convolutions' normalisation. Defaults to ``dict(type='BN')``.
        init_cfg: Initialisation. Defaults to that of the parts for convolutions with normalisation,
            Kaiming normal, and to a truncated normal distribution of deviation 0.02 for linear
            layers.

    Raises:
        ValueError: If the channels of a stage are no integer, or no multiple of ``num_heads``, or
            ``drop_path_rate`` is no share below 1.
    """

    def __init__(
        self,
        tasks: Sequence[str],
        in_channels: Sequence[int],
        channels: int = 256,
        num_heads: int = 2,
        drop_path_rate: float = 0.15,
        norm_cfg: dict | None = None,
        init_cfg: dict | list[dict] | None = dict(  # noqa: B006  (only read)
            type='TruncNormal', layer='Linear', std=0.02
        ),
    ) -> None:
        super().__init__(tasks, in_channels, min_levels=2, init_cfg=init_cfg)
        norm_cfg = norm_cfg or dict(type='BN')
        *scales, coarsest = self.in_channels
        halvings = 2 ** (len(scales) - 1)
        if channels % halvings:
            raise ValueError(
                f'channels: expected a multiple of {halvings}, found {channels}: each of '
                f'{len(scales)} stages has half the channels of the one before.'
            )
        self.preliminary = nn.ModuleDict(
            {task: two_convs(coarsest, coarsest, channels, norm_cfg) for task in self.tasks}
        )
        self.stages = nn.ModuleList()
        for index, encoded in enumerate(reversed(scales)):
            width = channels // 2**index
            self.stages.append(
                UpTransformerBlock(
                    [
                        two_convs(2 * width, width, width, norm_cfg) if index else nn.Identity()
                        for _ in self.tasks
                    ],
                    nn.Conv2d(encoded, width, 3, padding=1),
                    width,
                    num_heads=num_heads,
                    receives_scores=index > 0,
                    drop_path_rate=drop_path_rate,
                    norm_cfg=norm_cfg,
                )
            )

    def forward(self, features: Sequence[Tensor]) -> dict[str, tuple[Tensor, ...]]:
        """Computes the features of the final and of the preliminary predictions.

        Args:
            features: Maps of shape (N, C, H, W) with C of ``in_channels``, the finest first.

        Returns:
            For each task the outputs of the stages, the finest first, of the features' sizes; and
            last the features of the preliminary prediction, of the coarsest features' size.
        """
        *scales, coarsest = self.checked(features)
        preliminary = [branch(coarsest) for branch in self.preliminary.values()]
        height, width = scales[-1].shape[-2:]
        key_grid = ((height + 1) // 2, (width + 1) // 2)
        outputs = [preliminary]
        scores = None
        for stage, encoded in zip(self.stages, reversed(scales), strict=True):
            decoded, scores = stage(outputs[-1], encoded, key_grid, scores)
            outputs.append(decoded)
        per_task = zip(*reversed(outputs), strict=True)
        return dict(zip(self.tasks, per_task, strict=True))
