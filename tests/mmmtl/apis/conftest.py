from __future__ import annotations

import cv2
import numpy as np
import pytest

from mmmtl.apis import MultiTaskInferencer
from tests.utils.small_model import SmallModel, write_small_model


@pytest.fixture(scope='session')
def small_model(tmp_path_factory) -> SmallModel:
    return write_small_model(tmp_path_factory.mktemp('small_model'))


@pytest.fixture(scope='session')
def inferencer(small_model) -> MultiTaskInferencer:
    return MultiTaskInferencer(*small_model, device='cpu', show_progress=False)


@pytest.fixture(scope='session')
def images() -> list[np.ndarray]:
    """Smooth random images of different sizes."""
    rng = np.random.default_rng(0)
    return [
        cv2.resize(rng.integers(0, 256, (6, 8, 3), dtype=np.uint8), (width, height))
        for height, width in ((40, 60), (32, 48), (50, 50))
    ]


@pytest.fixture
def folder(tmp_path, images):
    """The images as files, two of them of one name in different folders."""
    for name, image in zip(('a.png', 'deep/a.png', 'deep/b.bmp'), images, strict=True):
        path = tmp_path / 'images' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), image)
    (tmp_path / 'images' / 'notes.txt').write_text('no image')
    return tmp_path / 'images'
