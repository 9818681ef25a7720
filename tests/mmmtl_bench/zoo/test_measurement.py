import json

import pytest

from mmmtl_bench.zoo import measurement
from mmmtl_bench.zoo.measurement import Choices, measure_configs
from tests.utils.paths import CONFIGS

SMALL = CONFIGS / 'segnet_camvid-hololens-seg.py'
DEPTH = CONFIGS / 'segnet_camvid-hololens-depth.py'
COSTS = dict(parameters=1, trained=1, flops=5, saved_bytes=84, network_size=[8, 8])


@pytest.fixture
def made(monkeypatch):
    """Counts and times nothing, and says what it was asked for."""
    asked = []

    def count(cfg, size):
        asked.append(('count', cfg.work_dir.rpartition('/')[2], size))
        return dict(COSTS, flops=-len(asked))

    def time(cfg, size, rounds, slow):
        asked.append(('time', cfg.work_dir.rpartition('/')[2], rounds, slow))
        return dict(train_seconds=3.0, predict_seconds=1.0, timed=rounds)

    monkeypatch.setattr(measurement, 'count_costs', count)
    monkeypatch.setattr(measurement, 'time_network', time)
    return asked


def test_two_small_configs_are_measured(tmp_path):
    done = []
    file = tmp_path / 'a' / 'zoo.json'
    found = measure_configs([SMALL, DEPTH], file, Choices(rounds=1), on_config=done.append)
    assert json.loads(file.read_text()) == found
    assert done == [DEPTH.name, SMALL.name]  # the cheaper one first
    assert found['machine']['threads'] >= 1
    for name, size in ((SMALL.name, [96, 128]), (DEPTH.name, [64, 96])):
        config = found['configs'][name]
        assert (config['size'], config['data']) == (size, 'CamVid, HoloLens frames')
        costs = found['networks'][config['network']]
        assert costs['network_size'] == size
        assert 0 < costs['predict_seconds'] < costs['train_seconds']


def test_networks_of_several_configs_are_measured_once(tmp_path, made):
    names = ('mtan_segnet_cityscapes7', 'mtan_segnet_cityscapes7-dwa', 'own_data_example')
    paths = [CONFIGS / f'{name}.py' for name in names]
    found = measure_configs(paths, tmp_path / 'zoo.json', Choices(size=(64, 64)))
    assert made == [
        ('count', 'mtan_segnet_cityscapes7', (128, 256)),
        ('count', 'own_data_example', (64, 64)),
        ('time', 'own_data_example', 3, 60.0),
        ('time', 'mtan_segnet_cityscapes7', 3, 60.0),
    ]
    assert len(found['configs']) == 3
    assert len(found['networks']) == 2


def test_what_is_there_is_not_measured_again(tmp_path, made):
    file = tmp_path / 'zoo.json'
    measure_configs([SMALL], file, Choices(rounds=0))
    measure_configs([SMALL, DEPTH], file, Choices(rounds=1), resume=True)
    assert [(kind, name) for kind, name, *_ in made] == [
        ('count', SMALL.stem), ('count', DEPTH.stem), ('time', DEPTH.stem), ('time', SMALL.stem),
    ]  # fmt: skip
    made.clear()
    again = measure_configs([DEPTH], file, Choices(rounds=1), resume=True)
    assert not made
    assert list(again['configs']) == [DEPTH.name]
    measure_configs([DEPTH], file, Choices(rounds=1))
    assert len(made) == 2


def test_an_interrupted_measurement_keeps_what_it_found(tmp_path, made, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    file = tmp_path / 'zoo.json'
    with monkeypatch.context() as patch:
        patch.setattr(measurement, 'time_network', interrupt)
        with pytest.raises(KeyboardInterrupt):
            measure_configs([SMALL, DEPTH], file)
    assert len(json.loads(file.read_text())['networks']) == 2
    made.clear()
    measure_configs([SMALL, DEPTH], file, resume=True)
    assert [kind for kind, *_ in made] == ['time', 'time']


def test_times_of_two_machines_are_not_mixed(tmp_path, made):
    file = tmp_path / 'zoo.json'
    measure_configs([SMALL], file, Choices(rounds=1))
    stored = json.loads(file.read_text())
    stored['machine']['device'] = 'another one'
    file.write_text(json.dumps(stored))
    with pytest.raises(ValueError, match="its times are of another machine, {'device': 'another"):
        measure_configs([SMALL, DEPTH], file, Choices(rounds=1), resume=True)
    counted = measure_configs([SMALL, DEPTH], file, Choices(rounds=0), resume=True)
    assert counted['machine']['device'] == 'another one'
    assert len(counted['networks']) == 2


def test_large_networks_are_not_timed(tmp_path, made):
    # a weight, its gradient and Adam's two numbers are 16 bytes, and the step keeps 84
    for limit, times in ((99, 0), (100, 1)):
        made.clear()
        measure_configs([SMALL], tmp_path / 'zoo.json', Choices(limit_bytes=limit))
        assert [kind for kind, *_ in made].count('time') == times


def test_configs_that_cannot_be_told_apart(tmp_path):
    with pytest.raises(ValueError, match='expected different names'):
        measure_configs([SMALL, SMALL], tmp_path / 'zoo.json')
