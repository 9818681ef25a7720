r"""Measures how fast data is loaded, beside how fast the network trains on it.

For each config it prints the images per second of the whole pipeline (decode, augment, pack), those
of the training step, and what an image and its labels cost on disk. The loader should not be the
slower one.

Examples:
    python tools/analysis_tools/benchmark_data.py configs/mtan_segnet_cityscapes7.py
    python tools/analysis_tools/benchmark_data.py configs/mtan_segnet_nyuv2_aug.py \
        --data-root data/rooms --workers 0 2 4
    python tools/analysis_tools/benchmark_data.py --embedded
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from mmseg.registry import DATASETS, MODELS
from rich.console import Console
from rich.progress import track
from rich.table import Table

from mmmtl.apis.arguments import add_cfg_options
from mmmtl.apis.device import check_device
from mmmtl.apis.launch import load_config, run_command
from mmmtl.compat.amp import adapt_amp_to_machine
from mmmtl_scenes import StreetSceneSet, write_street_scenes

ROOT = Path(__file__).parents[2]
STREETS = ROOT / 'configs' / 'mtan_segnet_cityscapes7.py'
ROOMS = ROOT / 'configs' / 'mtan_segnet_nyuv2_aug.py'
FULL_SIZE = (1024, 2048)


@dataclass
class Subject:
    """One row of the table: a config over files of one layout."""

    name: str
    cfg: Config


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('configs', nargs='*', type=Path, help='config files')
    parser.add_argument(
        '--data-root', help="data_root of the training set, instead of the config's"
    )
    parser.add_argument(
        '--embedded', action='store_true', help='measure every layout, on synthetic scenes'
    )
    parser.add_argument('--workers', nargs='+', type=int, default=[0, 2], help='default: 0 2')
    parser.add_argument(
        '--images', type=int, default=128, help='images a measurement, default: 128'
    )
    parser.add_argument(
        '--steps', type=int, default=4, help='training steps, 0 for none, default: 4'
    )
    parser.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    parser.add_argument('--amp', action='store_true', help='train in mixed precision')
    add_cfg_options(parser)
    args = parser.parse_args()
    check_device(args.device)
    if not args.configs and not args.embedded:
        raise ValueError('configs: expected at least one, or --embedded, found none.')
    for option in ('images', 'steps'):
        if getattr(args, option) < (option == 'images'):
            raise ValueError(
                f'--{option}: expected a larger number, found {getattr(args, option)}.'
            )

    init_default_scope('mmseg')
    with tempfile.TemporaryDirectory() as folder:
        subjects = [
            Subject(path.stem, load_config(path, args.cfg_options)) for path in args.configs
        ]
        for subject in subjects:
            if args.data_root:
                subject.cfg.train_dataloader.dataset.data_root = args.data_root
        if args.embedded:
            subjects += embedded_subjects(Path(folder), args.cfg_options)
        rows = [measure(subject, args) for subject in track(subjects, 'Measuring', transient=True)]
    columns = ['data', *(f'{n} workers [img/s]' for n in args.workers), 'training [img/s]']
    print_table([*columns, 'on disk [KiB/img]'], rows)


def measure(subject: Subject, args: argparse.Namespace) -> list[str]:
    """Gives a row of the table."""
    loader = subject.cfg.train_dataloader
    size = 'x'.join(map(str, DATASETS.build(dict(loader.dataset))[0]['inputs'].shape[1:]))
    speeds = [in_digits(loading_speed(loader, workers, args.images)) for workers in args.workers]
    step = in_digits(training_speed(subject.cfg, args)) if args.steps else '-'
    return [f'{subject.name}, {size}', *speeds, step, f'{disk_cost(loader.dataset) / 1024:.0f}']


def in_digits(speed: float) -> str:
    """Writes a speed with one decimal, or two digits where it is small."""
    return f'{speed:.1f}' if speed >= 1 else f'{speed:.2g}'


def loading_speed(dataloader: dict, workers: int, images: int) -> float:
    """Gives the images per second of a data loader that nobody else waits for.

    Args:
        dataloader: Config of the data loader.
        workers: Number of worker processes.
        images: Images to load, after one batch a worker (and one more) that is not counted.
    """
    batches = endless_batches(dataloader, workers)
    size = len(next(batches)['inputs'])
    for _ in range(workers):
        next(batches)
    count = max(1, images // size)
    start = time.perf_counter()
    for _ in islice(batches, count):
        pass
    return count * size / (time.perf_counter() - start)


def endless_batches(dataloader: dict, workers: int) -> Iterator[dict]:
    """Gives batches without a pause between epochs."""
    config = dict(dataloader, num_workers=workers, sampler=dict(type='InfiniteSampler', seed=0))
    return iter(Runner.build_dataloader(config, seed=0))


def training_speed(cfg: Config, args: argparse.Namespace) -> float:
    """Gives the images per second of the training step alone, on one batch that is at hand."""
    if args.amp:
        cfg.optim_wrapper.type = 'AmpOptimWrapper'
        adapt_amp_to_machine(cfg)
    torch.manual_seed(0)
    model = MODELS.build(cfg.model).to(args.device).train()
    optimizer = build_optim_wrapper(model, cfg.optim_wrapper)
    batch = next(endless_batches(cfg.train_dataloader, 0))
    durations = []
    for _ in range(args.steps + 1):
        start = time.perf_counter()
        model.train_step(batch, optim_wrapper=optimizer)
        if torch.device(args.device).type == 'cuda':
            torch.cuda.synchronize()
        durations.append(time.perf_counter() - start)
    return len(batch['inputs']) / float(np.median(durations[1:]))


def disk_cost(dataset: dict) -> float:
    """Gives the mean size of the files of a sample in bytes."""
    data = DATASETS.build(dict(dataset, pipeline=[]))
    keys = ['img_path', *(task.path_key for task in data.tasks.values())]
    sizes = [
        sum(Path(info[key]).stat().st_size for key in keys if key in info)
        for info in (data.get_data_info(index) for index in range(len(data)))
    ]
    return float(np.mean(sizes))


def embedded_subjects(folder: Path, cfg_options: dict | None) -> list[Subject]:
    """Writes small synthetic sets in every layout that the readers know."""
    from mmmtl_scenes import RoomSet, write_rooms

    write_street_scenes(folder / 'streets', StreetSceneSet(train=32, val=0), progress=False)
    enlarge_streets(folder / 'streets', folder / 'streets_full')
    preprocess_streets(folder / 'streets', folder / 'streets_mtan')
    write_rooms(folder / 'rooms', RoomSet(train=32, val=0), progress=False)
    rows: Iterable[tuple[str, Path, Path, dict]] = (
        ('CityScapes files, reduced', STREETS, folder / 'streets', {}),
        ('CityScapes files, full size', STREETS, folder / 'streets_full', {}),
        ("CityScapes, authors' .npy", STREETS, folder / 'streets_mtan', dict(layout='mtan')),
        ("NYUv2, authors' .npy", ROOMS, folder / 'rooms', {}),
    )
    subjects = []
    for name, config, root, settings in rows:
        cfg = load_config(config, cfg_options)
        cfg.train_dataloader.dataset.update(data_root=str(root), **settings)
        subjects.append(Subject(name, cfg))
    return subjects


def enlarge_streets(source: Path, out: Path) -> None:
    """Writes the same scenes in the size of the original files."""
    for path in sorted(source.rglob('*.png')):
        image = np.asarray(cv2.imread(str(path), cv2.IMREAD_UNCHANGED))
        smooth = image.ndim == 3
        image = cv2.resize(
            image,
            FULL_SIZE[::-1],
            interpolation=cv2.INTER_CUBIC if smooth else cv2.INTER_NEAREST,
        )
        target = out / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(target), image)


def preprocess_streets(source: Path, out: Path) -> None:
    """Writes the same scenes as the MTAN authors do, seven classes."""
    data = DATASETS.build(
        dict(
            type='CityscapesMultiTaskDataset',
            data_root=str(source),
            pipeline=[dict(type='LoadMultiTaskImage'), dict(type='LoadMultiTaskAnnotations')],
        )
    )
    for index, sample in enumerate(data):
        arrays: dict[str, np.ndarray] = dict(
            image=sample['img'][..., ::-1] / np.float32(255),
            label_7=np.where(sample['gt_seg_map'] == 255, -1.0, sample['gt_seg_map']),
            depth=sample['gt_depth_map'][..., None],
        )
        for name, array in arrays.items():
            path = out / 'train' / name / f'{index}.npy'
            path.parent.mkdir(parents=True, exist_ok=True)
            np.save(path, array.astype(np.float32))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Prints the table, as Markdown where it goes to a file."""
    console = Console()
    if not console.is_terminal:
        for row in (columns, ['---'] * len(columns), *rows):
            print(f'| {" | ".join(row)} |')
        return
    table = Table(*columns)
    for row in rows:
        table.add_row(*row)
    console.print(table)


if __name__ == '__main__':
    sys.exit(run_command(main))
