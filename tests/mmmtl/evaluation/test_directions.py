import pytest

from mmmtl.evaluation import direction_arrow, higher_is_better


@pytest.mark.parametrize(
    'metric', ['mIoU', 'seg/mIoU', 'seg/aAcc', 'depth/d1', 'normal/11.25', 'normal/30', 'delta_m']
)
def test_more_of_it_is_better(metric):
    assert higher_is_better(metric) is True
    assert direction_arrow(metric) == '↑'


@pytest.mark.parametrize(
    'metric', ['abs_err', 'depth/rel_err', 'depth/rmse', 'normal/mean', 'normal/median', 'seg/loss']
)
def test_less_of_it_is_better(metric):
    assert higher_is_better(metric) is False
    assert direction_arrow(metric) == '↓'


@pytest.mark.parametrize('metric', ['seg/speed', 'mIoU/other', '', 'd4'])
def test_of_other_numbers_nothing_is_known(metric):
    assert higher_is_better(metric) is None
    assert direction_arrow(metric) == ''


def test_the_prefix_does_not_matter():
    assert higher_is_better('a/b/mIoU') is True
    assert higher_is_better('mean/mIoU') is True
