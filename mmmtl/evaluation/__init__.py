from mmmtl.evaluation.boundary_folders import BoundaryFolders
from mmmtl.evaluation.constant_baseline import evaluate_constant_baseline, fit_constant_baseline
from mmmtl.evaluation.decathlon_score import decathlon_points, decathlon_score
from mmmtl.evaluation.directions import direction_arrow, higher_is_better
from mmmtl.evaluation.logged_scalars import RunScalars, read_scalars
from mmmtl.evaluation.mean_rank import mean_ranks
from mmmtl.evaluation.metrics import (
    BinaryMetric,
    BoundaryMetric,
    DecathlonResultMetric,
    DepthErrorMetric,
    ImageClassMetric,
    NormalErrorMetric,
    TaskIoUMetric,
    VectorErrorMetric,
)
from mmmtl.evaluation.relative_gain import (
    GAINS,
    main_metric_gain,
    metric_mean_drop,
    relative_gains,
    task_mean_gain,
)
from mmmtl.evaluation.report import metrics_csv, metrics_table, write_metrics
from mmmtl.evaluation.score_boundaries import score_boundaries

__all__ = [
    'GAINS',
    'BinaryMetric',
    'BoundaryFolders',
    'BoundaryMetric',
    'DecathlonResultMetric',
    'DepthErrorMetric',
    'ImageClassMetric',
    'NormalErrorMetric',
    'RunScalars',
    'TaskIoUMetric',
    'VectorErrorMetric',
    'decathlon_points',
    'decathlon_score',
    'direction_arrow',
    'evaluate_constant_baseline',
    'fit_constant_baseline',
    'higher_is_better',
    'main_metric_gain',
    'mean_ranks',
    'metric_mean_drop',
    'metrics_csv',
    'metrics_table',
    'read_scalars',
    'relative_gains',
    'score_boundaries',
    'task_mean_gain',
    'write_metrics',
]
