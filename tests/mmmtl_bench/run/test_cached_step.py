import re

import pytest

from mmmtl.apis.feature_cache import cache_features
from mmmtl.apis.launch import load_config
from mmmtl_bench.run.cached_step import StepCosts, compare_steps
from tests.utils.feature_runs import write_probe


def test_both_kinds_of_steps_are_timed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cfg = load_config(write_probe(tmp_path), None, 'run')
    cache_features(cfg, 'features', tell=lambda _: None)
    costs = compare_steps(cfg, 'features', steps=1)
    assert min(costs) > 0
    assert re.search(r'with stored features \S+ s: \S+ times as fast$', str(costs))


def test_the_ratio_is_that_of_the_times():
    assert str(StepCosts(6.0, 1.5)).endswith('6 s, with stored features 1.5 s: 4.0 times as fast')


def test_foreign_features_are_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cfg = load_config(write_probe(tmp_path), None, 'run')
    with pytest.raises(FileNotFoundError, match='expected the features of'):
        compare_steps(cfg, 'features', steps=1)
