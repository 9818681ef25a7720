from mmmtl.evaluation.metrics.depth_error_metric import DepthErrorMetric

__all__ = ['DepthErrorMetric']
