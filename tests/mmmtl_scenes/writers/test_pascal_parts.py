from __future__ import annotations

from io import BytesIO

import numpy as np
from scipy.io import loadmat

from mmmtl_scenes.streets.labels import Limb
from mmmtl_scenes.writers.pascal_parts import encode_mat, people_and_parts


def test_limbs_are_halved_and_people_apart_are_two_objects() -> None:
    classes = np.zeros((8, 9), np.uint8)
    limbs = np.zeros((8, 9), np.uint8)
    classes[:, 1:3], classes[2:6, 6] = 15, 15
    classes[7, 8] = 7
    limbs[:2, 1:3], limbs[2:4, 1:3] = Limb.HEAD, Limb.TORSO
    limbs[4:, 1], limbs[4:, 2] = Limb.LEFT_LEG, Limb.RIGHT_LEG
    limbs[2:6, 6] = Limb.RIGHT_ARM
    objects = people_and_parts(classes, limbs)
    assert objects.shape == (1, 3)
    car, first, second = objects[0]
    assert (car['class'], car['class_ind'], car['parts'].size) == ('car', 7, 0)
    names = [part['part_name'] for part in first['parts'][0]]
    assert names == ['head', 'torso', 'luleg', 'llleg', 'ruleg', 'rlleg']
    lower = dict(first['parts'][0].tolist())['llleg']
    assert np.argwhere(lower).tolist() == [[6, 1], [7, 1]]
    assert [part['part_name'] for part in second['parts'][0]] == ['ruarm', 'rlarm']
    assert second['mask'].sum() == 4


def test_no_object_is_an_empty_array() -> None:
    objects = people_and_parts(np.zeros((3, 4), np.uint8), np.zeros((3, 4), np.uint8))
    content = encode_mat('anno', dict(imname='a', objects=objects))
    found = loadmat(BytesIO(content))['anno'][0, 0]
    assert found['objects'].shape == (1, 0)
    assert encode_mat('anno', dict(imname='a', objects=objects)) == content
