"""What the metrics of all tasks of real numbers share, on a metric that counts pixels."""

import math
from typing import ClassVar

import numpy as np
import pytest
import torch

from mmmtl.evaluation.metrics import regression_metric as module
from mmmtl.evaluation.metrics.regression_metric import RegressionMetric


class PixelCount(RegressionMetric):
    """Counts pixels: those of the set, or the largest number in a batch."""

    sums_type = int
    higher_is_better: ClassVar = {'pixels': True}

    def __init__(
        self, average='dataset', output_dir=None, format_only=False, prefix=None, task='depth'
    ):
        super().__init__(
            task, average, output_dir, format_only, collect_device='cpu', prefix=prefix
        )

    def image_sums(self, prediction, label):
        if prediction.shape != label.shape:
            raise ValueError('shapes differ')
        return prediction.numel()

    def add_batch(self, sums):
        self.results.extend(sums)

    def compute_metrics(self, results):
        if self.format_only:
            self.log_files()
            return {}
        metrics = dict(pixels=float(sum(results)) or math.nan)
        self.log_metrics(metrics)
        return metrics


@pytest.fixture
def logged(monkeypatch):
    lines = []
    monkeypatch.setattr(module, 'print_log', lambda text, **options: lines.append(text))
    return lines


def sample(shape=(1, 2, 3), name='a.png', **changes):
    fields = dict(
        img_path=f'/images/{name}',
        pred_depth_map=dict(data=torch.arange(float(math.prod(shape))).reshape(shape)),
        gt_depth_map=dict(data=torch.ones(shape)),
    )
    return {**fields, **changes}


def test_prediction_and_label_of_each_image_reach_the_metric(logged):
    metric = PixelCount()
    metric.process({}, [sample((1, 2, 3)), sample((1, 4, 5))])
    metric.process({}, [sample((1, 1, 1))])
    assert metric.evaluate(3) == {'depth/pixels': 27}
    assert metric.results == []
    assert 'depth results:' in logged[0]
    assert '| 27.000 |' in logged[0]


def test_the_prefix_can_be_another_one(logged):
    metric = PixelCount(prefix='inner')
    metric.process({}, [sample()])
    assert metric.evaluate(1) == {'inner/pixels': 6}


def test_the_prefix_is_not_the_name_of_another_task():
    metric = PixelCount(prefix='albedo')
    metric.dataset_meta = {}  # no task of that name
    with pytest.raises(ValueError, match=r"^prefix: expected 'depth', .* found 'albedo'"):
        metric.dataset_meta = dict(tasks=dict(albedo=dict(type='ScalarTask')))
    with pytest.raises(ValueError, match=r"PixelCount\(task='normal'\) measures 'normal'"):
        PixelCount(prefix='normal').dataset_meta = {}


def test_an_error_names_image_and_task():
    label = dict(data=torch.ones(1, 2, 2))
    with pytest.raises(ValueError, match=r'^/images/a.png: depth: shapes differ$'):
        PixelCount().process({}, [sample(gt_depth_map=label)])
    with pytest.raises(ValueError, match='a sample without img_path: PixelCount expected the fi'):
        PixelCount().process({}, [dict(other=1)])


def test_a_set_without_labels_is_warned_of(logged):
    metric = PixelCount()
    metric.process({}, [sample((1, 0, 3))])
    assert math.isnan(metric.evaluate(1)['depth/pixels'])
    assert logged[0].startswith("No image of the set has a valid label for 'depth'")


def test_predictions_are_written_whole_and_without_their_channel(tmp_path, logged):
    metric = PixelCount(output_dir=str(tmp_path / 'new'), format_only=True)
    prediction = sample()
    del prediction['gt_depth_map']
    metric.process({}, [prediction])
    assert [path.name for path in (tmp_path / 'new').iterdir()] == ['a.npy']
    written = np.load(tmp_path / 'new' / 'a.npy')
    assert written.dtype == np.float32
    assert written.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert metric.evaluate(1) == {}
    assert logged == [f'Predictions are saved to {tmp_path / "new"}']


def test_the_same_name_may_come_again_in_the_next_evaluation(tmp_path, logged):
    metric = PixelCount(output_dir=str(tmp_path))
    metric.process({}, [sample()])
    other = sample(img_path='/other/a.png')
    with pytest.raises(ValueError, match='/other/a.png and /images/a.png would both be written'):
        metric.process({}, [other])
    metric.evaluate(1)
    metric.process({}, [other])
    assert metric.evaluate(1) == {'depth/pixels': 6}


class OfDirections(PixelCount):
    channels = 3


@pytest.mark.parametrize(
    ('make', 'message'),
    [
        (lambda: PixelCount(average='image'), "average: expected one of .* found 'image'"),
        (lambda: PixelCount(format_only=True), 'format_only=True needs an output_dir'),
        (OfDirections, "a task with 3 channels for OfDirections, found 'depth', which has 1"),
        (lambda: PixelCount(task='seg'), "a task of numbers .* found 'seg', which predicts ids"),
        (lambda: PixelCount(task='flow'), "Unknown task 'flow'"),
    ],
)
def test_mistakes_in_the_config(make, message):
    with pytest.raises(ValueError, match=message):
        make().dataset_meta = {}  # as an evaluator sets it


def test_the_task_is_that_of_the_data_set(logged):
    metric = PixelCount(task='height')
    with pytest.raises(ValueError, match="Unknown task 'height'"):
        metric.process({}, [sample()])
    metric.dataset_meta = dict(tasks=dict(height=dict(type='ScalarTask', unit='m')))
    assert metric.task.unit == 'm'
    ones = dict(data=torch.ones(1, 2, 2))
    metric.process({}, [dict(img_path='a.png', pred_height=ones, gt_height=ones)])
    assert metric.evaluate(1) == {'height/pixels': 4}


def test_what_it_reports_is_known_before(tmp_path):
    assert PixelCount().reported_names == ('pixels',)
    assert PixelCount(output_dir=str(tmp_path), format_only=True).reported_names == ()
