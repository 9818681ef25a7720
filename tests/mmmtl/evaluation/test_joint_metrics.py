import pytest

from mmmtl.datasets.decathlon_domains import DOMAINS
from mmmtl.evaluation.joint_metrics import joint_metrics

ACCURACIES = {f'{domain.task}/accuracy': domain.baseline for domain in DOMAINS.values()}


def test_what_can_be_computed_of_metrics_of_several_tasks():
    found = joint_metrics(ACCURACIES | {'seg/mIoU': 4.0})
    assert found['decathlon/score'] == pytest.approx(2500)
    assert set(found) == {'decathlon/score', 'decathlon/accuracy'}


def test_nothing_of_others():
    assert joint_metrics({'seg/mIoU': 4.0, 'depth/abs_err': 0.1}) == {}
    del ACCURACIES['dtd/accuracy']
    assert joint_metrics(ACCURACIES) == {}
