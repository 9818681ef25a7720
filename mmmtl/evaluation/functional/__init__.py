from mmmtl.evaluation.functional.depth import (
    DEPTH_METRICS,
    DepthErrorSums,
    depth_error_sums,
    finalise_depth_errors,
    merge_depth_errors,
)

__all__ = [
    'DEPTH_METRICS',
    'DepthErrorSums',
    'depth_error_sums',
    'finalise_depth_errors',
    'merge_depth_errors',
]
