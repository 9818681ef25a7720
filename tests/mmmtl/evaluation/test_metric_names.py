import pytest
from mmengine.evaluator import BaseMetric
from mmseg.evaluation import IoUMetric

from mmmtl.evaluation.metric_names import may_report, metric_names, metric_task
from mmmtl.evaluation.metrics import (
    BinaryMetric,
    DepthErrorMetric,
    NormalErrorMetric,
    TaskIoUMetric,
    VectorErrorMetric,
)


class Unknown(BaseMetric):
    def process(self, data_batch, data_samples):
        self.results.append(0)

    def compute_metrics(self, results):
        return {}


class Telling(Unknown):
    reported_names = ('speed',)
    task_name = 'flow'


class SubclassOfMmseg(IoUMetric):
    """May report anything."""


@pytest.mark.parametrize(
    ('metric', 'names', 'task'),
    [
        (IoUMetric(prefix='seg'), ('seg/aAcc', 'seg/mIoU', 'seg/mAcc'), 'seg'),
        (IoUMetric(iou_metrics='mDice'), ('aAcc', 'mDice', 'mAcc'), 'seg'),
        (IoUMetric(prefix='parts'), ('parts/aAcc', 'parts/mIoU', 'parts/mAcc'), 'seg'),
        (TaskIoUMetric('parts'), ('parts/aAcc', 'parts/mIoU', 'parts/mAcc'), 'parts'),
        (DepthErrorMetric(metrics=['silog']), ('depth/silog',), 'depth'),
        (DepthErrorMetric(task='height', prefix='h', metrics=['rmse']), ('h/rmse',), 'height'),
        (DepthErrorMetric(output_dir='out', format_only=True), (), 'depth'),
        (BinaryMetric('edge'), ('edge/maxF', 'edge/AP', 'edge/IoU', 'edge/MAE'), 'edge'),
        (VectorErrorMetric('flow'), ('flow/abs_err', 'flow/rmse', 'flow/epe'), 'flow'),
        (Telling(prefix='a'), ('a/speed',), 'flow'),
        (Unknown(prefix='a'), None, None),
        (SubclassOfMmseg(prefix='seg'), None, None),
    ],
)
def test_names_and_task_of_a_metric(metric, names, task):
    assert metric_names(metric) == names
    assert metric_task(metric) == task


def test_normals():
    names = ('mean', 'median', '11.25', '22.5', '30')
    assert metric_names(NormalErrorMetric()) == tuple(f'normal/{name}' for name in names)


def test_whether_a_number_may_be_reported():
    metrics = [TaskIoUMetric('parts'), DepthErrorMetric()]
    assert may_report(metrics, 'parts/mIoU')
    assert may_report(metrics, 'depth/d1')
    assert not may_report(metrics, 'parts/mDice')
    assert not may_report(metrics, 'seg/mIoU')
    assert not may_report(metrics, 'mIoU')
    assert not may_report([], 'depth/d1')


def test_an_unknown_class_may_report_anything_under_its_prefix():
    assert may_report([Unknown(prefix='flow')], 'flow/epe')
    assert not may_report([Unknown(prefix='flow')], 'flows/epe')
    assert may_report([Unknown()], 'anything')
