from mmmtl.evaluation.constant_baseline import evaluate_constant_baseline, fit_constant_baseline
from mmmtl.evaluation.directions import direction_arrow, higher_is_better
from mmmtl.evaluation.metrics import DepthErrorMetric, NormalErrorMetric
from mmmtl.evaluation.report import metrics_csv, metrics_table, write_metrics

__all__ = [
    'DepthErrorMetric',
    'NormalErrorMetric',
    'direction_arrow',
    'evaluate_constant_baseline',
    'fit_constant_baseline',
    'higher_is_better',
    'metrics_csv',
    'metrics_table',
    'write_metrics',
]
