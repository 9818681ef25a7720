from mmmtl.evaluation.metrics.accumulated_metric import AccumulatedMetric
from mmmtl.evaluation.metrics.binary_metric import BinaryMetric
from mmmtl.evaluation.metrics.boundary_metric import BoundaryMetric
from mmmtl.evaluation.metrics.decathlon_result_metric import DecathlonResultMetric
from mmmtl.evaluation.metrics.depth_error_metric import DepthErrorMetric
from mmmtl.evaluation.metrics.image_class_metric import ImageClassMetric
from mmmtl.evaluation.metrics.normal_error_metric import NormalErrorMetric
from mmmtl.evaluation.metrics.regression_metric import RegressionMetric
from mmmtl.evaluation.metrics.task_iou_metric import TaskIoUMetric
from mmmtl.evaluation.metrics.vector_error_metric import VectorErrorMetric

__all__ = [
    'AccumulatedMetric',
    'BinaryMetric',
    'BoundaryMetric',
    'DecathlonResultMetric',
    'DepthErrorMetric',
    'ImageClassMetric',
    'NormalErrorMetric',
    'RegressionMetric',
    'TaskIoUMetric',
    'VectorErrorMetric',
]
