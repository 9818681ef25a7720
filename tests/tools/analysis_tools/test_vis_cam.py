import cv2
import numpy as np
import pytest


def test_vis_cam(experiment, image_path, tool, drawn, tmp_path):
    calls = drawn('draw_cam_sheet')
    image, out = image_path('val'), tmp_path / 'cam.png'
    code, printed = tool('vis_cam', image, *experiment, '--device', 'cpu', '--out-file', out)
    assert code == 0, printed
    ((rgb, cams, path), _) = calls[0]
    assert np.array_equal(rgb, cv2.imread(image)[..., ::-1])
    assert {task: cam.shape for task, cam in cams.items()} == dict(seg=(32, 64), depth=(32, 64))
    assert path == out
    assert out.is_file()


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        (('--tasks', 'normal'), "tasks: expected some of ['seg', 'depth'], found ['normal']"),
        (('--target-layers', 'nose'), "target_layers: expected the name of a module, found 'nose'"),
        (('--out-file', 'cam.xyz'), 'cam.xyz'),
    ],
)
def test_vis_cam_mistakes(experiment, image_path, tool, options, message):
    code, printed = tool('vis_cam', image_path('val'), *experiment, '--device', 'cpu', *options)
    assert code == 1
    assert message in printed
