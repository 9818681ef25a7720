import csv

import numpy as np
from mmengine.config import Config
from mmseg.registry import DATASETS
from PIL import Image


def test_confusion_matrix(experiment, tool, tmp_path):
    dataset = DATASETS.build(Config.fromfile(experiment[0]).test_dataloader.dataset)
    labels = [dataset[index]['data_samples'].gt_sem_seg.data[0].numpy() for index in range(3)]
    for index, ids in enumerate(labels):
        path = tmp_path / f'town_000000_{index:06d}_leftImg8bit.png'
        Image.fromarray(np.zeros_like(ids, np.uint8)).save(path)
    out = tmp_path / 'out'
    code, printed = tool('confusion_matrix', experiment[0], tmp_path, out, '--title', 'All flat')
    assert code == 0, printed
    known = np.concatenate([ids[ids != 255] for ids in labels])
    assert f'confusion_matrix.png: 7 classes, {known.size:,} labelled' in printed.replace('\n', ' ')
    assert Image.open(out / 'confusion_matrix.png').width > 300
    head, *lines = csv.reader((out / 'confusion_matrix.csv').open())
    assert head[:2] == ['label', 'flat']
    assert [line[0] for line in lines] == head[1:]
    counts = np.array([line[1:] for line in lines], int)
    np.testing.assert_array_equal(counts[:, 0], np.bincount(known, minlength=7))
    assert counts.sum() == known.size


def test_confusion_matrix_without_predictions(experiment, tool, tmp_path):
    code, printed = tool('confusion_matrix', experiment[0], tmp_path, tmp_path / 'out')
    assert code == 1
    assert 'leftImg8bit.png: no prediction for ' in printed
    assert not (tmp_path / 'out').exists()
