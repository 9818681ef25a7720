from mmmtl.evaluation.metrics import DepthErrorMetric

__all__ = ['DepthErrorMetric']
