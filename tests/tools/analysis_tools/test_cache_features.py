"""tools/analysis_tools/cache_features.py on a tiny backbone."""

from functools import partial

import pytest

from tests.utils.feature_runs import write_probe


@pytest.fixture
def cache_features(tool, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_probe(tmp_path)
    return partial(tool, 'cache_features')


def test_it_says_what_it_takes_writes_it_and_times_it(cache_features):
    code, printed = cache_features('probe.py', '--time', 1)
    assert code == 0, printed
    said = printed.index('features: 4 images of about')
    assert said < printed.index('features: features of 4 images written')
    assert 'times as fast' in printed
    code, printed = cache_features('probe.py')
    assert 'features of 0 images written (0.0 MB), those of 4 were there.' in printed


def test_mistakes_end_with_one_line(cache_features):
    code, printed = cache_features('probe.py', '--time', -1)
    assert (code, '--time: expected 0 or more steps, found -1' in printed) == (1, True)
    drop = 'train_dataloader.dataset.pipeline="[]"'
    code, printed = cache_features('mmmtl::linear_dinov2-s_cityscapes19.py', '--cfg-options', drop)
    assert (code, 'folder: expected LoadFeatures in the training' in printed) == (1, True), printed
