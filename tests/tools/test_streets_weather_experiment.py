"""The weather of the embedded streets beside categories and depths."""

import csv

import pytest
from mmseg.registry import DATASETS

from mmmtl.apis.launch import load_config
from mmmtl.apis.try_model import try_model
from mmmtl.checks import check_config
from mmmtl_scenes import StreetSceneSet, write_street_scenes
from mmmtl_scenes.streets.lighting import WEATHER
from tests.utils.paths import CONFIGS

LOADERS = ('train_dataloader', 'val_dataloader', 'test_dataloader')


@pytest.fixture(scope='module')
def cfg(tmp_path_factory):
    root = tmp_path_factory.mktemp('streets')
    scenes = StreetSceneSet(size=(32, 64), train=4, val=3)  # no normals
    write_street_scenes(root, scenes, workers=1, progress=False)
    options = {f'{loader}.dataset.data_root': str(root) for loader in LOADERS}
    return load_config(CONFIGS / 'mtan_segnet_streets-weather.py', options)


def test_nothing_is_wrong_and_three_tasks_learn(cfg):
    assert check_config(cfg) == ()
    assert list(cfg.model.decode_head) == list(cfg.tasks) == ['category', 'depth', 'weather']
    small = dict(widths=(4, 4, 4, 4, 4))
    heads = {
        name: {**head, **{key: 4 for key in ('in_channels', 'channels') if key in head}}
        for name, head in cfg.model.decode_head.items()
    }
    model = {
        **cfg.model,
        'backbone': {**cfg.model.backbone, **small},
        'neck': {**cfg.model.neck, **small},
        'decode_head': heads,
    }
    trial = try_model(model, (32, 64))
    assert list(trial.losses) == ['category', 'depth', 'weather']
    assert trial.without_gradient == ()


def test_the_classes_are_the_weathers_of_the_tables(cfg):
    classes = tuple(cfg.tasks.weather.classes)
    assert classes == tuple(WEATHER)
    for loader in LOADERS[:2]:
        data = DATASETS.build(cfg[loader].dataset)
        with open(data.data_prefix['weather_map_path']) as table:
            rows = list(csv.reader(table))[1:]
        assert len(rows) == len(data)
        for (name, weather), index in zip(rows, range(len(data)), strict=True):
            sample = data[index]['data_samples']
            assert name in sample.img_path
            assert classes[int(sample.gt_weather.data.argmax())] == weather
