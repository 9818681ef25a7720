from mmmtl.evaluation.functional.depth import (
    DEPTH_METRICS,
    DepthErrorSums,
    depth_error_sums,
    finalise_depth_errors,
    merge_depth_errors,
)
from mmmtl.evaluation.functional.normal import (
    NORMAL_METRICS,
    NormalErrorSums,
    angles_between,
    finalise_normal_errors,
    normal_error_sums,
)

__all__ = [
    'DEPTH_METRICS',
    'NORMAL_METRICS',
    'DepthErrorSums',
    'NormalErrorSums',
    'angles_between',
    'depth_error_sums',
    'finalise_depth_errors',
    'finalise_normal_errors',
    'merge_depth_errors',
    'normal_error_sums',
]
