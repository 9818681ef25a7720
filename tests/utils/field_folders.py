"""Small folders in the layouts of PASCAL_MT and NYUD_MT, made by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.io import savemat

SIZE = (12, 16)

PIPELINE = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='PackMultiTaskInputs'),
]


def save_image(path: Path, values: np.ndarray) -> None:
    """Writes a picture, and its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(values).astype(np.uint8)).save(path)


def save_list(path: Path, names: list[str]) -> None:
    """Writes a list of names, and its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(''.join(f'{name}\n' for name in names))


def structs(fields: list[str], rows: list[tuple]) -> np.ndarray:
    """An array of MATLAB structs."""
    array = np.empty((1, len(rows)), [(field, object) for field in fields])
    for index, row in enumerate(rows):
        array[0, index] = row
    return array


def save_parts(path: Path, objects: list[tuple[int, np.ndarray, dict[str, np.ndarray]]]) -> None:
    """Writes class, mask and the masks of the parts of each object as PASCAL-Part does."""
    rows = [
        (
            'person' if number == 15 else 'car',
            float(number),
            mask.astype(np.uint8),
            structs(['part_name', 'mask'], [(k, v.astype(np.uint8)) for k, v in parts.items()]),
        )
        for number, mask, parts in objects
    ]
    anno = dict(imname=path.stem, objects=structs(['class', 'class_ind', 'mask', 'parts'], rows))
    path.parent.mkdir(parents=True, exist_ok=True)
    savemat(path, dict(anno=anno))


def box(rows: slice, columns: slice) -> np.ndarray:
    """A rectangle."""
    mask = np.zeros(SIZE, bool)
    mask[rows, columns] = True
    return mask


PERSON = box(slice(2, 10), slice(4, 8))
PARTS = {
    'head': box(slice(2, 4), slice(4, 8)),
    'lear': box(slice(3, 4), slice(4, 5)),
    'torso': box(slice(4, 6), slice(5, 7)),
    'luarm': box(slice(4, 5), slice(4, 5)),
    'llarm': box(slice(5, 6), slice(4, 5)),
    'rhand': box(slice(5, 6), slice(7, 8)),
    'luleg': box(slice(6, 8), slice(4, 6)),
    'rfoot': box(slice(8, 10), slice(6, 8)),
}


def write_pascal(root: Path) -> None:
    """Two images to train on, with a person and without, and one to validate on."""
    rng = np.random.default_rng(0)
    ids = dict(a='train', b='train', c='val')
    for split in ('train', 'val'):
        names = [name for name, its in ids.items() if its == split]
        save_list(root / f'ImageSets/Context/{split}.txt', names)
    for name in ids:
        save_image(root / f'JPEGImages/{name}.jpg', rng.integers(0, 256, (*SIZE, 3)))
        classes = np.where(PERSON, 15, 0)
        classes[0] = 255
        folder = 'pascal-context' if name == 'b' else 'VOC12'
        save_image(root / f'semseg/{folder}/{name}.png', classes)
        people = [] if name == 'b' else [(15, PERSON, PARTS)]
        car = (7, box(slice(0, 2), slice(0, 2)), {})
        save_parts(root / f'human_parts/{name}.mat', [car, *people])
        grey = np.full(SIZE, 127)
        grey[3:6] = 128
        save_image(root / f'sal_distill/{name}.png', grey)
        normals = np.zeros((*SIZE, 3))
        normals[:] = 128, 128, 0  # (0, 0, -1), nearly
        save_image(root / f'normals_distill/{name}.png', normals)
        label_map = np.where(PERSON, 284, 300).astype(np.uint16)
        path = root / f'pascal-context/trainval/{name}.mat'
        path.parent.mkdir(parents=True, exist_ok=True)
        savemat(path, dict(LabelMap=label_map))
    (root / 'db_info').mkdir()
    (root / 'db_info/context_classes.json').write_text(json.dumps(dict(person=284, sky=300)))
    (root / 'db_info/nyu_classes.json').write_text(json.dumps(['person', 'wall']))


def write_nyud(root: Path) -> None:
    """Two images to train on and one to validate on."""
    rng = np.random.default_rng(0)
    save_list(root / 'gt_sets/train.txt', ['0001', '0002'])
    save_list(root / 'gt_sets/val.txt', ['0003'])
    (root / 'depth').mkdir()
    for number in (1, 2, 3):
        name = f'{number:04}'
        save_image(root / f'images/{name}.png', rng.integers(0, 256, (*SIZE, 3)))
        classes = rng.integers(0, 41, SIZE)
        classes[0, :3] = 0, 1, 40
        save_image(root / f'segmentation/{name}.png', classes)
        depth = rng.uniform(1, 5, SIZE)
        depth[1] = 0
        np.save(root / f'depth/{name}.npy', depth.astype(np.float32))
        save_image(root / f'normals/{name}.png', np.full((*SIZE, 3), (128, 128, 0)))
        save_image(root / f'edge/{name}.png', box(slice(0, 12), slice(5, 6)) * 255)
