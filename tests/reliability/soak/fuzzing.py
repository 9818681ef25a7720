"""Damaged files for a fixed time: each is read, or refused by an error that names it."""

from __future__ import annotations

import json
import random
import shutil
import time
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import yaml

from mmmtl.compat.checkpoint import load_from_local
from mmmtl.compat.safetensors_files import safetensors_bytes
from mmmtl.datasets.conversion import NYUv2File
from mmmtl.datasets.conversion.reduced_cityscapes import reduce_sample
from mmmtl.datasets.io import read_image, read_map
from mmmtl_bench.results.results import read_results
from mmmtl_bench.suite.suite_reading import read_suite_values
from tests.reliability.soak.faults import Fault
from tests.reliability.soak.long_runs import in_process
from tests.reliability.soak.trainings import Setup
from tests.utils.array_files import npy
from tests.utils.crafted.pickles import archive, saved_by
from tests.utils.crafted.structures import STRUCTURES
from tests.utils.nyuv2_files import random_images, write_mat
from tests.utils.picture_files import RGB, by_opencv
from tests.utils.run_folders import SUITE, write_benchmark

READ_OR_REFUSED = 'all read or refused'
SECONDS = 30.0
_OURS = (ValueError, FileNotFoundError)
_CHANGES = 6
_SLOWEST = 20.0
"""Seconds that one file may take."""

Read = Callable[[str], object]


def damage(whole: bytes, chance: random.Random) -> bytes:
    """Changes, moves, repeats or cuts some bytes."""
    content = bytearray(whole)
    for _ in range(chance.randrange(1, _CHANGES)):
        at = chance.randrange(len(content) + 1)
        length = chance.choice((1, 1, 2, 4, 16))
        kind = chance.randrange(4)
        if kind == 0:
            content[at : at + length] = chance.randbytes(length)
        elif kind == 1:
            content[at : at + length] = chance.choice((b'\0', b'\xff', b'\x7f')) * length
        elif kind == 2:
            content[at:at] = content[at : at + length] * chance.choice((1, 8))
        else:
            del content[at : at + chance.choice((length, len(content)))]
    return bytes(content)


def fuzz(
    folder: Path, name: str, whole: tuple[bytes, ...], read: Read, seed: int, seconds: float
) -> str:
    """Reads damaged files until the time is over.

    Args:
        folder: An empty folder.
        name: Name of the file.
        whole: Files to damage.
        read: Reads a file.
        seed: Seed of the damages.
        seconds: The time.

    Returns:
        What was seen: that all was as it should be, or the first file that was not.
    """
    chance = random.Random(seed)
    canary = folder / 'canary'
    path = folder / name
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        path.write_bytes(damage(chance.choice(whole), chance))
        start = time.monotonic()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter('ignore')
                read(str(path))
        except _OURS as error:
            if name not in str(error):
                return f'an error without a name: {error}'
        except Exception as error:
            kept = shutil.copy(path, folder.parent / f'kept_{name}')
            return f'{type(error).__name__}: {error} ({kept})'
        if canary.exists():
            return 'a program was run'
        if time.monotonic() - start > _SLOWEST:
            return f'{time.monotonic() - start:.0f} s for one file'
    return READ_OR_REFUSED


def _pictures() -> tuple[bytes, ...]:
    return tuple(by_opencv(suffix, RGB) for suffix in ('.png', '.jpg', '.tiff', '.bmp', '.webp'))


def _arrays() -> tuple[bytes, ...]:
    return npy(np.arange(12.0).reshape(3, 4)), npy(np.zeros((2, 2), np.uint8))


def _checkpoints() -> tuple[bytes, ...]:
    import torch

    weights = {'a': torch.arange(6.0), 'b': torch.zeros(2, 2)}
    canary = Path('canary')  # of the folder that it is read in
    crafted = [STRUCTURES[name](canary) for name in ('INST', 'protocol 4', 'the older format')]
    return (
        saved_by({'state_dict': weights, 'meta': {'epoch': 1}}),
        archive(b'\x80\x02}.'),
        safetensors_bytes(weights, {'epoch': 1}),
        *crafted,
    )


def _suites() -> tuple[bytes, ...]:
    return (yaml.safe_dump(SUITE).encode(), b'a: &a [1, 2]\nb: [*a, *a]\nc: {<<: {x: 1}}')


@cache
def _images():
    return random_images(2, (12, 16))


def _fuzz_file(name: str, whole: Callable[[], tuple[bytes, ...]], read: Read) -> Callable:
    def run(folder: Path, seed: int, seconds: float) -> str:
        return fuzz(folder, name, whole(), read, seed, seconds)

    return run


def _fuzz_mat(folder: Path, seed: int, seconds: float) -> str:
    whole = write_mat(folder / 'whole.mat', _images()).read_bytes()

    def read(path: str) -> None:
        with NYUv2File(path) as file:
            file.read(0)

    return fuzz(folder, 'a.mat', (whole,), read, seed, seconds)


def _fuzz_converter(folder: Path, seed: int, seconds: float) -> str:
    """Damages the image of a sample of CityScapes."""
    files = {
        'leftImg8bit': ('_leftImg8bit.png', RGB),
        'gtFine': ('_gtFine_labelIds.png', RGB[..., 0]),
        'disparity': ('_disparity.png', RGB[..., 0].astype(np.uint16)),
    }
    for kind, (suffix, array) in files.items():
        path = folder / kind / f'train/town/a{suffix}'
        path.parent.mkdir(parents=True)
        path.write_bytes(by_opencv('.png', array))
    target = folder / 'leftImg8bit/train/town'
    whole = (target / 'a_leftImg8bit.png').read_bytes()

    def read(path: str) -> None:
        reduce_sample(folder, folder / 'out', (2, 3), 'train/town/a')

    return fuzz(target, 'a_leftImg8bit.png', (whole,), read, seed, seconds)


def _fuzz_report(file: str) -> Callable[[Path, int, float], str]:
    def run(folder: Path, seed: int, seconds: float) -> str:
        write_benchmark(folder / 'runs')
        place = next((folder / 'runs/streets7/mtan/equal/seed0').rglob(file))
        whole = (place.read_bytes(),)
        return fuzz(
            place.parent, file, whole, lambda _: read_results(folder / 'runs'), seed, seconds
        )

    return run


def _fuzz_values(folder: Path, seed: int, seconds: float) -> str:
    """A record in which a value is of another type."""
    write_benchmark(folder / 'runs')
    place = folder / 'runs/streets7/mtan/equal/seed0/record.json'
    values = json.loads(place.read_text())
    others = (None, True, 1, -1.5, 'x', [], {}, [1], {'a': 1}, '1' * 500)
    whole = tuple(
        json.dumps({**values, key: other}).encode() + b' ' for key in values for other in others
    )
    return fuzz(
        place.parent, 'record.json', whole, lambda _: read_results(folder / 'runs'), seed, seconds
    )


TARGETS: dict[str, Callable[[Path, int, float], str]] = {
    'pictures': _fuzz_file('a.png', _pictures, read_image),
    'maps': _fuzz_file('a.tiff', _pictures, read_map),
    'arrays': _fuzz_file('a.npy', _arrays, read_map),
    'checkpoints': _fuzz_file('a.pth', _checkpoints, load_from_local),
    'suite files': _fuzz_file('suite.yaml', _suites, read_suite_values),
    'NYUv2 files': _fuzz_mat,
    'a converter': _fuzz_converter,
    'records of a report': _fuzz_report('record.json'),
    'values of records': _fuzz_values,
    'logs of a report': _fuzz_report('scalars.json'),
}


def _fault(name: str) -> Fault:
    def play(folder: Path, whole: Path, chance: random.Random) -> str:
        seed = chance.randrange(2**32)
        # A crash of a library must not end the soak.
        return in_process(folder, lambda work: TARGETS[name](work, seed, SECONDS))

    return Fault(f'fuzzing: {name}', Setup(1), 1, READ_OR_REFUSED, play)


FUZZING = tuple(_fault(name) for name in TARGETS)
