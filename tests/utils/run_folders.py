"""Writes the folder of a benchmark whose runs look finished, with numbers that are easy to follow.

In the last epoch the metrics of a run with seed 0 are those of ``FINAL``. One epoch before, and
with the next seed, each differs by its ``STEPS``: ``final - STEP * epochs left + STEP * seed``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import torch
import yaml

from mmmtl.visualization.sheets.panel_row import PanelRow
from mmmtl_bench.results.result_types import BenchmarkResults, ResultRow
from mmmtl_bench.run.panels_file import Panels, write_panels
from mmmtl_bench.run.run_record import RunRecord, write_record
from mmmtl_bench.suite.run_spec import SPEC_FILE, RunSpec
from mmmtl_bench.suite.suite import Suite
from mmmtl_bench.suite.suite_reading import read_suite

EPOCHS = 4
STEPS = {'seg/mIoU': 1.0, 'seg/aAcc': 0.5, 'depth/abs_err': -0.01, 'depth/rel_err': -0.1}
FINAL = {
    ('One Task', None): (50.0, 80.0, 0.10, 2.0),
    ('STAN', None): (51.0, 81.0, 0.09, 1.9),
    ('Split Wide', 'equal'): (49.0, 82.0, 0.11, 2.1),
    ('Split Wide', 'dwa (T=2)'): (48.0, 80.0, 0.12, 2.2),
    ('MTAN', 'equal'): (55.0, 84.0, 0.08, 1.8),
    ('MTAN', 'dwa (T=2)'): (52.5, 82.0, 0.09, 1.0),
}
PARAMS = {'One Task': 1000, 'STAN': 1500, 'Split Wide': 1750, 'MTAN': 1650}
CLASSES = ['flat', 'construction', 'object', 'nature', 'sky', 'human', 'vehicle']
SHARES = [40.0, 25.0, 3.0, 15.0, 8.0, 2.0, 7.0]

SUITE = {
    'title': 'A small benchmark',
    'description': 'Made up.',
    'synthetic': True,
    'seeds': [0],
    'average': 'last-2',
    'weightings': {'equal': 'equal', 'dwa (T=2)': {'type': 'DynamicWeightAverage'}},
    'tables': [
        {
            'title': 'Streets, 7 classes',
            'dataset': 'streets7',
            'published': {'source': 'mtan-cvpr19', 'table': 2},
            'baseline': 'One Task',
            'single_task': {
                'One Task': {
                    'seg': 'segnet_cityscapes7-seg.py',
                    'depth': 'segnet_cityscapes7-depth.py',
                },
                'STAN': {
                    'seg': 'stan_segnet_cityscapes7-seg.py',
                    'depth': 'stan_segnet_cityscapes7-depth.py',
                },
            },
            'multi_task': {
                'Split Wide': 'split-wide_segnet_cityscapes7.py',
                'MTAN': 'mtan_segnet_cityscapes7.py',
            },
        }
    ],
}


def write_benchmark(
    folder: Path, seeds: Sequence[int] = (0,), unfinished: Iterable[str] = ()
) -> Suite:
    """Writes a suite and its finished runs.

    Args:
        folder: The benchmark's folder.
        seeds: Seeds of the runs.
        unfinished: Folders of runs, relative to ``folder``, that are left without a record.

    Returns:
        The suite.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / 'suite.yaml'
    path.write_text(yaml.safe_dump({**SUITE, 'seeds': list(seeds)}, sort_keys=False))
    suite = read_suite(path)
    for spec in suite.specs():
        write_run(folder, spec, finished=str(spec.folder) not in unfinished)
    return suite


def write_run(root: Path, spec: RunSpec, finished: bool = True) -> Path:
    """Writes one run: spec and log, and if it is finished its panels and its record.

    Args:
        root: The benchmark's folder.
        spec: The run.
        finished: Whether it is finished.

    Returns:
        The run's folder.
    """
    folder = root / spec.folder
    log = folder / '20250101_000000' / 'vis_data' / 'scalars.json'
    log.parent.mkdir(parents=True)
    (folder / SPEC_FILE).write_text(json.dumps(spec.to_json()))
    log.write_text(''.join(json.dumps(line) + '\n' for line in log_lines(spec)))
    if finished:
        write_panels(panels_of(spec), folder / 'panels.npz')
        write_record(record_of(spec), folder)
    return folder


def log_lines(spec: RunSpec) -> list[dict]:
    """Gives the lines of ``scalars.json``: one of training and one of validation in each epoch."""
    lines: list[dict] = []
    final = dict(zip(STEPS, FINAL[spec.architecture, spec.weighting], strict=True))
    for epoch in range(1, EPOCHS + 1):
        left = EPOCHS - epoch
        train = {'lr': 1e-4, 'time': 0.5, 'loss': float(len(spec.tasks) * (left + 1))}
        val = {}
        for task in spec.tasks:
            train |= {f'{task}/epoch_raw': left + 1.0, f'{task}/epoch_weight': 1.0}
            val[f'{task}/val_loss'] = left + 1.5
        for key, step in STEPS.items():
            if key.partition('/')[0] in spec.tasks:
                val[key] = final[key] - step * left + step * spec.seed
        lines.append({**train, 'epoch': epoch, 'iter': 10 * epoch, 'step': 10 * epoch})
        lines.append({**val, 'step': epoch})
    return lines


def record_of(spec: RunSpec) -> RunRecord:
    """Gives the record of a run."""
    learns_classes = 'seg' in spec.tasks
    iou: list[float | None] = [
        50.0 + PARAMS[spec.architecture] / 100 + index for index in range(len(CLASSES))
    ]
    return RunRecord(
        spec=spec,
        num_params=PARAMS[spec.architecture],
        flops=10**6 * PARAMS[spec.architecture],
        input_size=(8, 16),
        protocol={
            'resolution': '8x16',
            'epochs': str(EPOCHS),
            'batch size': '8',
            'optimizer': 'Adam lr=0.0001',
            'schedule': 'MultiStepLR gamma=0.5 milestones=[100]',
            'augmentation': 'none',
            'pretrained': 'no',
            'training images': '20',
            'validation images': '5',
            'mIoU': 'over the whole set',
            'depth averaging': 'over the whole set',
        },
        data_hash={
            f'{split}/{kind}': f'{split}-{kind}'
            for split in ('train', 'val')
            for kind in ('image', *spec.tasks)
        },
        class_names=CLASSES if learns_classes else None,
        class_iou=iou if learns_classes else None,
        class_share=SHARES if learns_classes else None,
        train_seconds=20.0,
        versions={'mmmtl': '0', 'torch': '2'},
        device='cpu',
    )


def panels_of(spec: RunSpec, size: tuple[int, int] = (8, 16)) -> Panels:
    """Gives three images with labels and predictions; the same images for every run."""
    rng = np.random.default_rng(0)
    rows = []
    for _ in range(3):
        image = rng.integers(0, 256, (*size, 3), dtype=np.uint8)
        labels = {
            'seg': torch.from_numpy(rng.integers(0, len(CLASSES), (1, *size))),
            'depth': torch.from_numpy(rng.uniform(0.05, 0.4, (1, *size)).astype(np.float32)),
        }
        predictions = {'seg': labels['seg'].flip(-1), 'depth': labels['depth'] * 1.1}
        own = {task: labels[task] for task in spec.tasks}
        rows.append(PanelRow(image, own, {task: predictions[task] for task in spec.tasks}))
    palette = [[30 * index, 200 - 20 * index, 100] for index in range(len(CLASSES))]
    return Panels(tuple(rows), dict(classes=CLASSES, palette=palette, depth_unit='mtan'))


def row_of(results: BenchmarkResults, architecture: str, weighting: str | None = None) -> ResultRow:
    """Gives a line of the only table, for ``weighting=None`` that of single-task networks."""
    (table,) = results.tables
    key = (architecture, weighting)
    (row,) = (row for row in table.rows if (row.architecture, row.weighting) == key)
    return row
