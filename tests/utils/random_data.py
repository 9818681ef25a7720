"""Random data sets in the layouts that the package reads, the same ones at every call."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np


def write_cityscapes(
    root: Path,
    splits: dict[str, int],
    size: tuple[int, int] = (32, 64),
    label_ids: Sequence[int] = (0, 7, 11, 17, 21, 23, 24, 26),
    camera: tuple[float, float] | None = None,
) -> Path:
    """Writes random files in the official layout of CityScapes, the same ones at every call."""
    rng = np.random.default_rng(0)
    height, width = size
    for split, count in splits.items():
        for index in range(count):
            stem = f'{split}/town/town_000000_{index:06d}'
            blocks = rng.choice(label_ids, size=(height // 8, width // 8)).astype(np.uint8)
            ids = np.kron(blocks, np.ones((8, 8), np.uint8))
            image = (
                rng.integers(0, 256, (height, width, 3), dtype=np.uint8) // 4 + ids[..., None] * 5
            )
            disparity = rng.integers(0, 32258, (height, width)).astype(np.uint16)
            disparity[rng.random((height, width)) < 0.2] = 0
            for folder, suffix, array in (
                ('leftImg8bit', 'leftImg8bit', image),
                ('gtFine', 'gtFine_labelIds', ids),
                ('disparity', 'disparity', disparity),
            ):
                path = root / folder / f'{stem}_{suffix}.png'
                path.parent.mkdir(parents=True, exist_ok=True)
                cv2.imwrite(str(path), array)
            if camera is not None:
                path = root / 'camera' / f'{stem}_camera.json'
                path.parent.mkdir(parents=True, exist_ok=True)
                baseline, focal = camera
                content = dict(extrinsic=dict(baseline=baseline), intrinsic=dict(fx=focal))
                path.write_text(json.dumps(content))
    return root


def write_streets(root: Path, splits: dict[str, int], size: tuple[int, int] = (32, 64)) -> Path:
    """Writes random files in the layout of CityScapes with normals, the same ones at every call."""
    write_cityscapes(root, splits, size)
    rng = np.random.default_rng(1)
    for path in sorted((root / 'leftImg8bit').rglob('*.png')):
        normal = rng.normal(size=(*size, 3)).astype(np.float32)
        normal /= np.linalg.norm(normal, axis=2, keepdims=True)
        stem = path.relative_to(root / 'leftImg8bit').as_posix().removesuffix('_leftImg8bit.png')
        target = root / 'normal' / f'{stem}_normal.npy'
        target.parent.mkdir(parents=True, exist_ok=True)
        np.save(target, normal)
    return root


def write_nyuv2(root: Path, splits: dict[str, int], size: tuple[int, int] = (32, 64)) -> Path:
    """Writes random files in the layout of the MTAN authors' NYUv2, the same ones at every call."""
    rng = np.random.default_rng(0)
    for split, count in splits.items():
        for index in range(count):
            normal = rng.normal(size=(*size, 3))
            normal /= np.linalg.norm(normal, axis=2, keepdims=True)
            depth = rng.uniform(0.5, 10, (*size, 1))
            depth[rng.random(size) < 0.1] = 0
            maps = dict(
                image=rng.random((*size, 3)),
                label=np.kron(rng.integers(-1, 13, (size[0] // 8, size[1] // 8)), np.ones((8, 8))),
                depth=depth,
                normal=np.where(depth > 0, normal, 0),
            )
            for folder, array in maps.items():
                path = root / split / folder / f'{index}.npy'
                path.parent.mkdir(parents=True, exist_ok=True)
                np.save(path, array.astype(np.float32))
    return root


def write_own_data(root: Path, splits: dict[str, int], size: tuple[int, int] = (64, 96)) -> Path:
    """Writes street frames with ids and office frames with depth, each in a folder of its own."""
    rng = np.random.default_rng(0)
    blocks = (size[0] // 8, size[1] // 8)
    for name, labels in dict(camvid_mini='annotations', hololens_mini='depth').items():
        for split, count in splits.items():
            for index in range(count):
                if labels == 'depth':
                    values = rng.integers(0, 5000, blocks).astype(np.uint16)
                else:
                    values = rng.integers(0, 12, blocks).astype(np.uint8)
                label = np.kron(values, np.ones((8, 8), values.dtype))
                image = rng.integers(0, 256, (*size, 3), dtype=np.uint8)
                for folder, suffix, array in (('images', 'jpg', image), (labels, 'png', label)):
                    path = root / name / folder / split / f'{index}.{suffix}'
                    path.parent.mkdir(parents=True, exist_ok=True)
                    cv2.imwrite(str(path), array)
    return root
