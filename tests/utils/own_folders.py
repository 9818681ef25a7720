"""Folders of tiny images of one's own, with masks that have a palette and depths in millimetres."""

from __future__ import annotations

import numpy as np
from PIL import Image

COLORS = [(9, 9, 9), (200, 30, 40), (10, 120, 30), (0, 0, 220)]
CONFIG = """
default_scope = 'mmseg'
custom_imports = dict(imports=['mmmtl'])
folders = dict(
    type='MultiTaskDataset',
    tasks=dict(
        seg=dict(type='ClassTask', classes=('a', 'b', 'c', 'd')),
        depth=dict(
            type='ScalarTask', unit='depth', reader=dict(type='ScalarReader', scale={scale})
        ),
    ),
    data_root={root!r},
    data_prefix=dict(img_path='images', seg_map_path='masks', depth_map_path='depth'),
    img_suffix=['.jpg', '.png'],
    label_suffix=dict(depth='.png'),
)
train_dataloader = dict(dataset=dict(**folders, ann_file='train.txt'))
val_dataloader = dict(dataset=dict(**folders, ann_file='val.txt'))
test_dataloader = val_dataloader
"""


def write_own_folder(root, palette=COLORS, scale=0.001):
    """Three images, of which the last is for validation; gives the config of the data sets."""
    for folder in ('images', 'masks', 'depth'):
        (root / folder).mkdir()
    for number in range(3):
        image = np.full((4, 6, 3), 40 * number, np.uint8)
        Image.fromarray(image).save(root / 'images' / f'{number}{(".png", ".JPG")[number % 2]}')
        mask = Image.fromarray(np.arange(24, dtype=np.uint8).reshape(4, 6) % 4)
        mask.putpalette(np.array(palette, np.uint8).tobytes())
        mask.save(root / 'masks' / f'{number}.png')
        depth = np.full((4, 6), 1000 * (number + 1), np.uint16)
        depth[0] = 0
        depth[1] = 1500
        Image.fromarray(depth).save(root / 'depth' / f'{number}.png')
    (root / 'train.txt').write_text('0\n1\n')
    (root / 'val.txt').write_text('2\n')
    config = root / 'own.py'
    config.write_text(CONFIG.format(root=str(root), scale=scale))
    return config
