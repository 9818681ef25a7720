"""Runs an exported network on images, with numpy, Pillow and onnxruntime alone.

It writes, for each image and task, ``<image>_<task>.npy`` (class ids, probabilities, scalars in
their unit, or vectors, at the network's size) and a picture of it, ``<image>_<task>.png``. Of
classes of the whole image it writes the probabilities, and no picture.

Example:
    python demo/onnx_inference.py mtan.onnx street.png --out predictions
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from PIL import Image, ImageOps


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description='Runs an exported network on images.')
    parser.add_argument('model', help='file written by tools/deployment/export_onnx.py')
    parser.add_argument('images', nargs='+', type=Path, metavar='IMAGE')
    parser.add_argument('--out', type=Path, default=Path(), help='folder (default: this one)')
    args = parser.parse_args()

    check_names(args.images)
    session, expected, tasks = load_network(args.model)
    args.out.mkdir(parents=True, exist_ok=True)
    for path in args.images:
        outputs = session.run(list(tasks), {expected['name']: read_image(path, expected)})
        for (name, task), output in zip(tasks.items(), outputs, strict=True):
            if not np.isfinite(output).all():
                raise ValueError(f'{path}: {name}: the network gave NaN or infinity.')
            prediction = decode(output[0], task)
            target = args.out / f'{path.stem}_{name}'
            np.save(f'{target}.npy', prediction)
            files = f'{target}.npy'
            if task['quantity'] != 'image class':
                paint(prediction, task).save(f'{target}.png')
                files += ' and .png'
            print(f'{files}: {describe(prediction, task)}')  # noqa: T201


def check_names(images: list[Path]) -> None:
    """Refuses images whose files would have the same name."""
    first: dict[str, Path] = {}
    for path in images:
        other = first.setdefault(path.stem, path)
        if other.absolute() != path.absolute():
            raise ValueError(f'{other} and {path} would both be written to {path.stem}_*.')


def load_network(path: str) -> tuple[onnxruntime.InferenceSession, dict, dict]:
    """Loads an exported network, and what it says of its input and its tasks."""
    if not Path(path).is_file():
        raise FileNotFoundError(f'There is no file {path!r}.')
    try:
        session = onnxruntime.InferenceSession(path, providers=['CPUExecutionProvider'])
    except Exception as error:  # ONNX Runtime has errors of its own, which have no common base
        raise ValueError(f'{path}: not an ONNX file that ONNX Runtime can read.') from error
    texts = session.get_modelmeta().custom_metadata_map
    if not {'input', 'tasks'} <= set(texts):
        raise ValueError(
            f'{path}: expected a file of tools/deployment/export_onnx.py, which describes its '
            'tasks; found an ONNX file without such a description.'
        )
    return session, json.loads(texts['input']), json.loads(texts['tasks'])


def read_image(path: Path, expected: dict[str, Any]) -> np.ndarray:
    """Reads an image as a batch of one, at the size that the network was trained at."""
    height, width = expected['size']
    try:
        with Image.open(path) as file:
            image = ImageOps.exif_transpose(to_8_bit(file)).convert('RGB')
    except FileNotFoundError:
        raise
    except (OSError, SyntaxError, ValueError) as error:  # Pillow's, which may not name the file
        raise ValueError(f'{path}: {error}') from error
    is_larger = image.width * image.height > width * height
    resampling = Image.Resampling.BOX if is_larger else Image.Resampling.BILINEAR
    rgb = image.resize((width, height), resampling)
    return np.asarray(rgb, dtype=expected['dtype'])[None]


def to_8_bit(image: Image.Image) -> Image.Image:
    """Gives the high byte of 16 bits; numbers whose range is unknown are refused."""
    tags = getattr(image, 'tag_v2', {})  # of a TIFF file
    bits, kind, zero = max(tags.get(258, (8,))), max(tags.get(339, (1,))), tags.get(262)
    if image.mode in ('I', 'F') or kind != 1 or bits not in (1, 2, 4, 8, 16):
        raise ValueError(f'expected 8 or 16 bits a channel, found mode {image.mode}, {bits} bits.')
    if bits == 16 and zero == 0:
        raise ValueError('expected a 16-bit image in which 0 is black, not white.')
    if not image.mode.startswith('I;16'):
        return image
    high = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    high.getexif().update(image.getexif())
    return high


def decode(output: np.ndarray, task: dict[str, Any]) -> np.ndarray:
    """Turns an output (C, H, W) into ids, probabilities or scalars (H, W), or vectors (H, W, C).

    That of the whole image, (C, 1, 1), becomes the probability of each class (C,).
    """
    if task['quantity'] == 'image class':
        shares = np.exp(output.ravel() - output.max())
        return shares / shares.sum()
    if task['quantity'] == 'scalar':
        return output[0]
    if task['quantity'] == 'binary':
        return 1 / (1 + np.exp(-output[0]))
    if task['quantity'] in ('direction', 'vector'):
        return output.transpose(1, 2, 0)
    if 'threshold' in task:  # a single logit
        return (1 / (1 + np.exp(-output[0])) > task['threshold']).astype(np.uint8)
    return output.argmax(axis=0).astype(np.uint8)


def paint(prediction: np.ndarray, task: dict[str, Any]) -> Image.Image:
    """Makes a picture: the classes' colours, grey from low to high, or vectors as colours."""
    if task['quantity'] == 'classes':
        picture = Image.fromarray(prediction)
        if 'palette' in task:
            picture.putpalette(np.asarray(task['palette'], dtype=np.uint8).tobytes())
        return picture
    if task['quantity'] == 'binary':
        return Image.fromarray(np.rint(prediction * 255).astype(np.uint8))
    if task['quantity'] in ('scalar', 'vector'):
        low, high = prediction.min(), prediction.max()
        scaled = ((prediction - low) / max(high - low, 1e-12) * 255).astype(np.uint8)
        if scaled.ndim == 3:  # the first channels as red, green and blue
            height, width, _ = scaled.shape
            nothing = np.zeros((height, width, 1), np.uint8)
            scaled = np.concatenate([scaled, nothing], axis=2)[..., :3]
        return Image.fromarray(scaled)
    rgb = prediction * (1, -1, -1) * 0.5 + 0.5  # right, up and towards the camera
    return Image.fromarray((rgb * 255).astype(np.uint8))


def describe(prediction: np.ndarray, task: dict[str, Any]) -> str:
    """Says in a few words what was predicted."""
    if task['quantity'] == 'scalar':
        unit = task.get('label', 'unknown unit')
        return f'{prediction.min():.4g} to {prediction.max():.4g}, {unit}'
    if task['quantity'] == 'binary':
        return f'{(prediction > 0.5).mean():.0%} yes'
    if task['quantity'] == 'vector':
        unit = f' {task["unit"]}' if task.get('unit') else ''
        size = f'{task["channels"]} numbers'
        return f'{size}, {prediction.min():.4g} to {prediction.max():.4g}{unit}'
    if task['quantity'] == 'direction':
        return f'unit vectors, {task["axes"]}'
    if task['quantity'] == 'image class':
        return f'{task["classes"][prediction.argmax()]} {prediction.max():.0%}'
    ids, counts = np.unique(prediction, return_counts=True)
    names = task.get('classes') or [str(i) for i in range(256)]
    parts = sorted(zip(counts / prediction.size, ids, strict=True), reverse=True)
    return ', '.join(f'{names[i]} {share:.0%}' for share, i in parts)


if __name__ == '__main__':
    try:
        main()
    except (OSError, ValueError) as wrong:
        sys.exit(f'error: {wrong}')
