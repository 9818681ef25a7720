import cv2
import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmseg.registry import DATASETS

SIZE = (32, 64)
"""Of the images of the experiment."""


def test_draw_predictions(experiment, tool, drawn, tmp_path):
    calls = drawn('draw_comparison')
    model = ':'.join(map(str, experiment))
    options = ('--indices', 2, 0, '--errors', '--device', 'cpu', '--out', tmp_path / 'sheet.png')
    code, printed = tool('draw_predictions', f'A={model}', f'B={model}', *options)
    assert code == 0, printed
    rows, metainfo, path, errors, _ = calls[0][0]
    assert path.is_file()
    assert errors
    assert metainfo['tasks']['depth']['unit'] == 'mtan'
    dataset = DATASETS.build(Config.fromfile(experiment[0]).test_dataloader.dataset)
    for row, index in zip(rows, (2, 0), strict=True):
        item = dataset[index]
        assert np.array_equal(row.image, item['inputs'].numpy()[::-1].transpose(1, 2, 0))
        assert torch.equal(row.labels['seg'], item['data_samples'].gt_sem_seg.data)
        assert {name: list(maps) for name, maps in row.predictions.items()} == dict(
            A=['seg', 'depth'], B=['seg', 'depth']
        )
        assert row.predictions['A']['depth'].shape == (1, *SIZE)


def test_draw_predictions_of_image_files(experiment, image_path, tool, drawn, tmp_path):
    calls = drawn('draw_comparison')
    image = image_path('val')
    options = ('--images', image, '--device', 'cpu', '--out', tmp_path / 'sheet.png')
    code, printed = tool('draw_predictions', f'A={experiment[0]}:{experiment[1]}', *options)
    assert code == 0, printed
    (row,) = calls[0][0][0]
    assert np.array_equal(row.image, cv2.imread(image)[..., ::-1])
    assert row.labels == {}


@pytest.mark.parametrize(
    ('models', 'message'),
    [
        (['{}'], 'models: expected NAME=CONFIG:CHECKPOINT, found'),
        (['A={0}:{1}', 'A={0}:{1}'], "one model for each task of 'A', found several"),
    ],
)
def test_draw_predictions_of_wrong_models(experiment, tool, models, message):
    texts = [model.format(*experiment) for model in models]
    code, printed = tool('draw_predictions', *texts, '--device', 'cpu')
    assert code == 1
    assert message in printed


def test_draw_predictions_of_a_sample_that_is_not_there(experiment, tool):
    model = f'A={experiment[0]}:{experiment[1]}'
    code, printed = tool('draw_predictions', model, '--indices', 7, '--device', 'cpu')
    assert code == 1
    assert '--indices: expected 0 to 2, found [7]' in printed


def test_draw_predictions_of_tasks_of_ones_own(own_tasks, tool, drawn, tmp_path):
    calls = drawn('draw_comparison')
    options = ('--num', 1, '--errors', '--device', 'cpu', '--out', tmp_path / 'sheet.png')
    code, printed = tool('draw_predictions', f'A={":".join(own_tasks)}', *options)
    assert code == 0, printed
    (row,), metainfo, path, *_ = calls[0][0]
    assert path.is_file()
    assert list(row.labels) == list(row.predictions['A']) == ['parts', 'edge', 'albedo']
    assert row.predictions['A']['albedo'].shape == row.labels['albedo'].shape == (3, 24, 36)
    assert metainfo['tasks']['parts']['classes'] == ['head', 'body', 'legs']
