from mmmtl.evaluation.metrics.depth_error_metric import DepthErrorMetric
from mmmtl.evaluation.metrics.normal_error_metric import NormalErrorMetric
from mmmtl.evaluation.metrics.regression_metric import RegressionMetric
from mmmtl.evaluation.metrics.task_iou_metric import TaskIoUMetric

__all__ = ['DepthErrorMetric', 'NormalErrorMetric', 'RegressionMetric', 'TaskIoUMetric']
