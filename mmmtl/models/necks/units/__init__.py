"""What task necks are made of."""

from mmmtl.models.necks.units.attention_masks import AttentionMask, BottleneckMask
from mmmtl.models.necks.units.attention_v1 import AttentionV1, EncoderAttentionV1
from mmmtl.models.necks.units.cross_stitch_unit import CrossStitchUnit
from mmmtl.models.necks.units.cross_task_attention import CrossTaskAttention
from mmmtl.models.necks.units.feature_propagation import FeaturePropagation
from mmmtl.models.necks.units.multi_modal_distillation import MultiModalDistillation
from mmmtl.models.necks.units.nddr_unit import NDDRUnit
from mmmtl.models.necks.units.shared_by_tasks import SharedByTasks
from mmmtl.models.necks.units.stage_masks import StageMasks
from mmmtl.models.necks.units.up_transformer_block import UpTransformerBlock

__all__ = [
    'AttentionMask',
    'AttentionV1',
    'BottleneckMask',
    'CrossStitchUnit',
    'CrossTaskAttention',
    'EncoderAttentionV1',
    'FeaturePropagation',
    'MultiModalDistillation',
    'NDDRUnit',
    'SharedByTasks',
    'StageMasks',
    'UpTransformerBlock',
]
