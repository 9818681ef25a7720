import pytest
from mmseg.evaluation import IoUMetric

from mmmtl.evaluation.metric_prefix import check_prefix
from mmmtl.evaluation.metrics import DepthErrorMetric


@pytest.mark.parametrize('prefix', [None, 'depth', 'depth/far', 'night', 'night/depth'])
def test_its_own_name_and_names_of_no_task(prefix):
    check_prefix(DepthErrorMetric(prefix=prefix), 'depth', ['depth', 'albedo'])


@pytest.mark.parametrize('prefix', ['albedo', 'albedo/far', 'seg'])
def test_the_name_of_another_task(prefix):
    message = (
        f"prefix: expected 'depth', the task that this DepthErrorMetric measures, or a name of no "
        f"task, found '{prefix}'; DepthErrorMetric(task='{prefix.partition('/')[0]}') measures"
    )
    with pytest.raises(ValueError, match=message.replace('(', r'\(').replace(')', r'\)')):
        check_prefix(DepthErrorMetric(prefix=prefix), 'depth', ['depth', 'albedo'])


def test_the_metric_of_mmseg_has_a_counterpart_with_a_task():
    with pytest.raises(ValueError, match=r"TaskIoUMetric\(task='edge'\) measures 'edge'"):
        check_prefix(IoUMetric(prefix='edge'), 'seg', ['seg', 'edge'])
