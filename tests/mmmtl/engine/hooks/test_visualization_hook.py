import warnings
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
import torch
from mmengine.structures import PixelData
from mmseg.registry import HOOKS
from mmseg.structures import SegDataSample

from mmmtl.engine.hooks import visualization_hook
from mmmtl.engine.hooks.visualization_hook import MultiTaskVisualizationHook
from mmmtl.visualization import MultiTaskLocalVisualizer

RGB = (200, 20, 30)


@pytest.fixture(autouse=True)
def pictures(monkeypatch):
    """Calls of the current visualizer: (name, image, step)."""
    visualizer = MultiTaskLocalVisualizer.get_instance(f'hook-{np.random.rand()}')
    calls = []

    def add_datasample(name, image, data_sample, show, wait_time, step):
        calls.append((name, image, step))

    monkeypatch.setattr(visualizer, 'add_datasample', add_datasample)
    return calls


def make_sample(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == '.npy':
        np.save(path, np.full((4, 6, 3), np.array(RGB) / 255, dtype=np.float32))
    else:
        cv2.imwrite(str(path), np.full((4, 6, 3), RGB[::-1], dtype=np.uint8))
    sample = SegDataSample(metainfo=dict(img_path=str(path)))
    sample.pred_sem_seg = PixelData(data=torch.zeros(1, 4, 6, dtype=torch.int64))
    return sample


@pytest.mark.parametrize('name', ['image.png', 'image.npy'])
def test_images_reach_the_visualizer_as_rgb(tmp_path, pictures, name):
    hook = HOOKS.build(dict(type='MultiTaskVisualizationHook', draw=True))
    hook.after_val_iter(SimpleNamespace(iter=12), 0, {}, [make_sample(tmp_path / 'city' / name)])

    ((drawn, image, step),) = pictures
    assert (drawn, step) == ('val_city_image', 12)
    np.testing.assert_array_equal(image, np.full((4, 6, 3), RGB))


def test_validation_draws_the_first_image_of_every_nth_batch(tmp_path, pictures):
    hook = MultiTaskVisualizationHook(draw=True, interval=2)
    batches = [[make_sample(tmp_path / f'{b}_{i}.png') for i in range(2)] for b in range(5)]
    for _ in range(2):
        for index, batch in enumerate(batches):
            hook.after_val_iter(SimpleNamespace(iter=3), index, {}, batch)

    expected = [f'val_{tmp_path.name}_{index}_0' for index in (0, 2, 4)]
    assert [name for name, _, _ in pictures] == expected * 2


def test_test_draws_every_image(tmp_path, pictures):
    hook = MultiTaskVisualizationHook(draw=True)
    batch = [make_sample(tmp_path / f'{index}.png') for index in range(3)]
    hook.after_test_iter(SimpleNamespace(iter=0), 5, {}, batch)

    assert [step for _, _, step in pictures] == [1, 2, 3]
    assert pictures[2][0] == f'test_{tmp_path.name}_2'


def test_images_of_one_name_get_pictures_of_their_own(tmp_path, pictures):
    hook = MultiTaskVisualizationHook(draw=True)
    paths = ['train/aachen/0.png', 'train/bonn/0.png', 'val/aachen/0.png']
    samples = [make_sample(tmp_path / path) for path in paths]
    for _ in range(2):
        for sample in samples:
            hook.after_val_iter(SimpleNamespace(iter=0), 0, {}, [sample])

    names = [name for name, _, _ in pictures]
    assert names[:2] == ['val_aachen_0', 'val_bonn_0']
    assert len(set(names)) == 3
    assert names[:3] == names[3:]


def test_off_means_silent_and_no_file_is_read(tmp_path, pictures, monkeypatch):
    monkeypatch.setattr(visualization_hook, 'read_image', lambda *_: pytest.fail('read'))
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        hook = MultiTaskVisualizationHook(draw=False, show=True)
    sample = SegDataSample(metainfo=dict(img_path=str(tmp_path / 'missing.png')))
    hook.after_val_iter(SimpleNamespace(iter=0), 0, {}, [sample])
    hook.after_test_iter(SimpleNamespace(iter=0), 0, {}, [sample])

    assert pictures == []


def test_other_ranks_read_nothing(pictures, monkeypatch):
    monkeypatch.setattr(visualization_hook, 'is_main_process', lambda: False)
    monkeypatch.setattr(visualization_hook, 'read_image', lambda *_: pytest.fail('read'))
    hook = MultiTaskVisualizationHook(draw=True, interval=1)
    hook.after_val_iter(SimpleNamespace(iter=0), 0, {}, [SegDataSample()])

    assert pictures == []


def test_missing_image_is_named(tmp_path):
    hook = MultiTaskVisualizationHook(draw=True)
    sample = SegDataSample(metainfo=dict(img_path=str(tmp_path / 'missing.png')))

    with pytest.raises(FileNotFoundError, match='missing.png'):
        hook.after_test_iter(SimpleNamespace(iter=0), 0, {}, [sample])


def test_mistake_in_the_config():
    with pytest.raises(ValueError, match='interval: .* found 0'):
        MultiTaskVisualizationHook(interval=0)
