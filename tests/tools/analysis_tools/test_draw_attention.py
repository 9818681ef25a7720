import cv2
import numpy as np
import torch

SIZE = (32, 64)
"""Of the images of the experiment."""


def test_draw_attention(experiment, image_path, tool, drawn, tmp_path):
    calls = drawn('draw_mask_sheet')
    image = image_path('val')
    options = ('--out', tmp_path, '--blocks', 'decoder 5', 'encoder 1', '--channels', 2, 5)
    code, printed = tool('draw_attention', *experiment, image, '--device', 'cpu', *options)
    assert code == 0, printed
    (args, kwargs) = calls[0]
    rgb, masks, path = args
    assert np.array_equal(rgb, cv2.imread(image)[..., ::-1])
    assert {task: list(own) for task, own in masks.items()} == dict(
        seg=['decoder 5', 'encoder 1'], depth=['decoder 5', 'encoder 1']
    )
    assert masks['seg']['encoder 1'].shape == (8, *SIZE)
    assert not torch.equal(masks['seg']['encoder 1'], masks['depth']['encoder 1'])
    assert kwargs['channels'] == [2, 5]
    assert path == tmp_path / 'town_000000_000000_leftImg8bit.png'
    assert path.is_file()
