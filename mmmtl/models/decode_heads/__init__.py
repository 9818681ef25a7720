from mmmtl.models.decode_heads.binary_head import BinaryHead
from mmmtl.models.decode_heads.binned_depth_head import BinnedDepthHead
from mmmtl.models.decode_heads.cascade_decode_head import CascadeDecodeHead
from mmmtl.models.decode_heads.decoder_regression_head import DecoderRegressionHead
from mmmtl.models.decode_heads.depth_head import DepthHead
from mmmtl.models.decode_heads.image_class_head import ImageClassHead
from mmmtl.models.decode_heads.linear_head import LinearHead
from mmmtl.models.decode_heads.normal_head import NormalHead
from mmmtl.models.decode_heads.regression_head import RegressionHead
from mmmtl.models.decode_heads.supervision_head import SupervisionHead
from mmmtl.models.decode_heads.vector_head import VectorHead

__all__ = [
    'BinaryHead',
    'BinnedDepthHead',
    'CascadeDecodeHead',
    'DecoderRegressionHead',
    'DepthHead',
    'ImageClassHead',
    'LinearHead',
    'NormalHead',
    'RegressionHead',
    'SupervisionHead',
    'VectorHead',
]
