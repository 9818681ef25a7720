r"""Measures how fast data is loaded, beside how fast the network trains on it.

For each config it prints the images per second of the whole pipeline (decode, augment, pack) and,
in brackets, the milliseconds that processors spend on an image, workers included; the images per
second of the training step; and what an image and its labels cost on disk. The loader should not be
the slower one. With `--cache` each set is measured again with its samples decoded once, and the
reading of these is compared with plain copies in memory of as many bytes.

Examples:
    python tools/analysis_tools/benchmark_data.py configs/mtan_segnet_cityscapes7.py
    python tools/analysis_tools/benchmark_data.py configs/mtan_segnet_nyuv2_aug.py \
        --data-root data/rooms --workers 0 2 4
    python tools/analysis_tools/benchmark_data.py --embedded --cache
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper
from mmengine.registry import init_default_scope
from mmseg.registry import DATASETS, MODELS
from rich.console import Console
from rich.progress import track
from rich.table import Table

from mmmtl.apis.arguments import add_cfg_options
from mmmtl.apis.command_errors import run_command
from mmmtl.apis.device import check_device
from mmmtl.apis.launch import load_config
from mmmtl.compat.amp import adapt_amp_to_machine
from mmmtl_bench.run.loading_speed import (
    endless_batches,
    fill_cache,
    loading_speed,
    share_of_a_copy,
)
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
    parser.add_argument(
        '--cache',
        nargs='?',
        const=True,
        default=False,
        metavar='FOLDER',
        help='measure with a cache too, in memory or in a folder',
    )
    parser.add_argument('--workers', nargs='+', type=int, default=[0, 1, 2], help='default: 0 1 2')
    parser.add_argument(
        '--seconds', type=float, default=5, help='length of a measurement, default: 5'
    )
    parser.add_argument(
        '--samples',
        type=int,
        default=128,
        help='samples to go through again and again, default: 128',
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
    for option, least in (('seconds', 0.01), ('samples', 1), ('steps', 0)):
        if getattr(args, option) < least:
            raise ValueError(
                f'--{option}: expected a larger number, found {getattr(args, option)}.'
            )

    init_default_scope('mmseg')
    cv2.setNumThreads(0)  # as in the configs
    with tempfile.TemporaryDirectory() as folder:
        subjects = [
            Subject(path.stem, load_config(path, args.cfg_options)) for path in args.configs
        ]
        for subject in subjects:
            if args.data_root:
                subject.cfg.train_dataloader.dataset.data_root = args.data_root
        if args.embedded:
            subjects += embedded_subjects(Path(folder), args.cfg_options)
        rows = [
            row
            for subject in track(subjects, 'Measuring', transient=True)
            for row in measure(subject, args)
        ]
    workers = (f'{n} worker{"s" * (n != 1)} [img/s (ms)]' for n in args.workers)
    columns = ['data', *workers, 'training [img/s]', 'on disk [KiB/img]']
    print_table(columns + ['reading / copy'] * bool(args.cache), rows)


def measure(subject: Subject, args: argparse.Namespace) -> list[list[str]]:
    """Gives the rows of the table: from files, and from a cache if it is asked for."""
    loader = subject.cfg.train_dataloader
    data = DATASETS.build(dict(loader.dataset))
    size = 'x'.join(map(str, data[0]['inputs'].shape[1:]))
    if len(data) > args.samples:
        loader.dataset.indices = args.samples
    step = in_digits(training_speed(subject.cfg, args)) if args.steps else '-'
    disk = f'{disk_cost(loader.dataset) / 1024:.0f}'
    rows = [[f'{subject.name}, {size}', *speeds(loader, args), step, disk]]
    if args.cache:
        loader.dataset.cache = args.cache
        data = fill_cache(loader.dataset)  # it is there for as long as somebody has it
        share = f'{share_of_a_copy(loader.dataset):.2f}'
        rows[0].append('-')
        rows.append([f'{subject.name}, {size}, cached', *speeds(loader, args), step, disk, share])
        del data
    return rows


def speeds(loader: dict, args: argparse.Namespace) -> list[str]:
    """Gives the cells of the speeds with each number of workers."""
    found = [loading_speed(loader, workers, args.seconds) for workers in args.workers]
    return [f'{in_digits(speed.images)} ({in_digits(1e3 * speed.cpu)})' for speed in found]


def in_digits(speed: float) -> str:
    """Writes a speed with one decimal, or two digits where it is small."""
    return f'{speed:.1f}' if speed >= 1 else f'{speed:.2g}'


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
