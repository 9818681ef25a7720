"""Images to choose from."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from mmmtl.apis.input_sources import IMAGE_SUFFIXES
from mmmtl_scenes import render_room, render_street


def write_examples(folder: Path, count: int = 3, supersample: int = 2) -> list[str]:
    """Renders streets and rooms of the embedded data sets.

    Args:
        folder: Where to write them.
        count: How many of each.
        supersample: Rays per pixel and direction.

    Returns:
        The paths of the images.
    """
    paths = []
    for kind, render, size in (
        ('street', render_street, (256, 512)),
        ('room', render_room, (288, 384)),
    ):
        for seed in range(count):
            path = folder / f'{kind}_{seed}.png'
            Image.fromarray(render((7, seed), size, supersample).image).save(path)
            paths.append(str(path))
    return paths


def find_examples(folder: Path) -> list[str]:
    """Lists the images of a folder, but for arrays, which gradio cannot show.

    Args:
        folder: The folder.

    Returns:
        Their paths.

    Raises:
        ValueError: If there is no such folder, or no image in it.
    """
    if not folder.is_dir():
        raise ValueError(f'--examples: expected a folder, found none at {folder}.')
    suffixes = set(IMAGE_SUFFIXES) - {'.npy', '.npz'}
    paths = sorted(str(p) for p in folder.iterdir() if p.suffix.lower() in suffixes)
    if not paths:
        raise ValueError(f'--examples: expected images in {folder}, found none.')
    return paths
