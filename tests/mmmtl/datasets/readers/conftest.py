import cv2
import numpy as np
import pytest


@pytest.fixture
def stored(tmp_path):
    """Writes an array as a file ``label.npy`` or ``label.png`` and gives its path."""

    def write(array, suffix='npy'):
        path = str(tmp_path / f'label.{suffix}')
        if suffix == 'npy':
            np.save(path, array)
        else:
            cv2.imwrite(path, array)
        return path

    return write
