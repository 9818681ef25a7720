from mmmtl.evaluation.functional.binary import (
    BINARY_METRICS,
    BinaryScoreSums,
    binary_score_sums,
    finalise_binary_scores,
)
from mmmtl.evaluation.functional.boundary import (
    BOUNDARY_METRICS,
    BOUNDARY_THRESHOLDS,
    BoundaryScoreSums,
    boundary_score_sums,
    finalise_boundary_scores,
)
from mmmtl.evaluation.functional.boundary_matching import BoundaryMatching
from mmmtl.evaluation.functional.crops import CROPS, crop_slices
from mmmtl.evaluation.functional.depth import (
    DEPTH_METRICS,
    FINITE,
    SCALAR_METRICS,
    DepthErrorSums,
    depth_error_sums,
    finalise_depth_errors,
    infinitely_far,
    merge_depth_errors,
)
from mmmtl.evaluation.functional.image_class import (
    IMAGE_CLASS_METRICS,
    ImageClassSums,
    finalise_image_class_scores,
    image_class_sums,
)
from mmmtl.evaluation.functional.normal import (
    NORMAL_METRICS,
    NormalErrorSums,
    angles_between,
    finalise_normal_errors,
    normal_error_sums,
)
from mmmtl.evaluation.functional.ridges import suppress_non_maxima
from mmmtl.evaluation.functional.vector import (
    VECTOR_METRICS,
    VectorErrorSums,
    finalise_vector_errors,
    vector_error_sums,
)

__all__ = [
    'BINARY_METRICS',
    'BOUNDARY_METRICS',
    'BOUNDARY_THRESHOLDS',
    'CROPS',
    'DEPTH_METRICS',
    'FINITE',
    'IMAGE_CLASS_METRICS',
    'NORMAL_METRICS',
    'SCALAR_METRICS',
    'VECTOR_METRICS',
    'BinaryScoreSums',
    'BoundaryMatching',
    'BoundaryScoreSums',
    'DepthErrorSums',
    'ImageClassSums',
    'NormalErrorSums',
    'VectorErrorSums',
    'angles_between',
    'binary_score_sums',
    'boundary_score_sums',
    'crop_slices',
    'depth_error_sums',
    'finalise_binary_scores',
    'finalise_boundary_scores',
    'finalise_depth_errors',
    'finalise_image_class_scores',
    'finalise_normal_errors',
    'finalise_vector_errors',
    'image_class_sums',
    'infinitely_far',
    'merge_depth_errors',
    'normal_error_sums',
    'suppress_non_maxima',
    'vector_error_sums',
]
