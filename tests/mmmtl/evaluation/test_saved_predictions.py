from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from mmmtl.evaluation.saved_predictions import find_class_task, prediction_pairs
from mmmtl.tasks import SEG

METAINFO = dict(classes=('road', 'sky'), palette=[[0, 0, 0], [9, 9, 9]], tasks=('seg', 'depth'))


def test_the_only_task_of_classes_needs_no_name():
    for name in (None, 'seg'):
        task, classes = find_class_task(METAINFO, name)
        assert (task.name, list(classes)) == ('seg', ['road', 'sky'])
    with pytest.raises(ValueError, match=r"--task: .* \['seg'\], found 'depth'"):
        find_class_task(METAINFO, 'depth')


def test_predictions_stand_beside_their_labels(tmp_path):
    label = torch.tensor([[0, 1], [255, 1]])
    Image.fromarray(np.array([[1, 1], [0, 0]], np.uint8)).save(tmp_path / 'a.png')
    sample = SimpleNamespace(
        img_path='x/a.jpg', get=lambda field: SimpleNamespace(data=label[None])
    )
    ((prediction, found),) = prediction_pairs([dict(data_samples=sample)], SEG, tmp_path, 'a')
    assert prediction.tolist() == [[1, 1], [0, 0]]
    assert torch.equal(found, label)
