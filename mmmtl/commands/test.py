"""Computes the metrics of a checkpoint; on request, also saves or shows its predictions."""

from __future__ import annotations

import argparse
import inspect
import os
import sys
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.device import get_device
from mmengine.logging import print_log
from mmseg.registry import METRICS

from mmmtl.apis.arguments import add_checkpoint, add_config, add_run_options, pass_process_number_on
from mmmtl.apis.faster import add_faster, use_dtype
from mmmtl.apis.launch import build_runner, load_config, require_checkpoint
from mmmtl.checks import refuse_problems
from mmmtl.engine.hooks import FuseConvBNHook
from mmmtl.engine.loops.several_sets import evaluators_by_set
from mmmtl.evaluation.prediction_names import check_names
from mmmtl.files import make_folder
from mmmtl.sets.config_sets import loader_places, loaders_by_name


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the command; the options are mmsegmentation's.

    Args:
        parser: The parser of the command.
    """
    add_config(parser)
    add_checkpoint(parser)
    parser.add_argument('--work-dir', help='folder for the log and the metrics, as json')
    parser.add_argument(
        '--out',
        metavar='DIR',
        help='save predictions below DIR, in a folder for each evaluator that is named after its '
        'prefix, task or type; with several data sets, each has a folder above these',
    )
    parser.add_argument('--show', action='store_true', help='show predictions in a window')
    parser.add_argument('--show-dir', metavar='DIR', help='save pictures of the predictions in DIR')
    parser.add_argument(
        '--wait-time',
        type=float,
        default=2,
        help='seconds that --show shows each picture (default: 2)',
    )
    parser.add_argument('--tta', action='store_true', help='test-time augmentation')
    add_faster(parser)
    add_run_options(parser)


def run(args: argparse.Namespace) -> int:
    """Tests.

    Args:
        args: What the parser read.

    Returns:
        The exit code.

    Raises:
        FileNotFoundError: If there is no such config or checkpoint.
        ValueError: If the config lacks what an option needs.
    """
    pass_process_number_on(args)
    cfg = load_config(args.config, args.cfg_options, args.work_dir, args.launcher)
    cfg.load_from = require_checkpoint(args.checkpoint)
    cfg.resume = False
    if args.show or args.show_dir:
        draw_predictions(cfg, args.show, args.show_dir, args.wait_time)
    use_dtype(cfg, args.dtype, get_device())
    if args.tta:
        use_tta(cfg)
    if args.out is not None:
        save_predictions(cfg, args.out)
    refuse_problems(cfg, ('test',))
    runner = build_runner(cfg)
    if args.channels_last:
        runner.model.to(memory_format=torch.channels_last)
    if args.fuse_conv_bn:
        runner.register_hook(FuseConvBNHook())
    if args.out is not None:
        loaders = getattr(runner.test_dataloader, 'loaders', {'': runner.test_dataloader})
        for name, loader in loaders.items():
            check_image_names(loader.dataset, str(Path(args.out, name)))
    runner.test()
    return 0


def draw_predictions(cfg: Config, show: bool, show_dir: str | None, wait_time: float) -> None:
    """Switches the config's visualization hook on."""
    hook = (cfg.get('default_hooks') or {}).get('visualization')
    if hook is None or cfg.get('visualizer') is None:
        raise ValueError(
            '--show and --show-dir need a visualizer and '
            "default_hooks.visualization=dict(type='SegVisualizationHook') in the config."
        )
    hook['draw'] = True
    if show:
        on_linux = sys.platform.startswith('linux')
        if on_linux and not (os.environ.get('DISPLAY') or os.environ.get('WAYLAND_DISPLAY')):
            raise ValueError('--show needs a display, and DISPLAY is not set; use --show-dir DIR.')
        hook['show'] = True
        hook['wait_time'] = wait_time
    if show_dir is not None:
        cfg.visualizer['save_dir'] = show_dir


def use_tta(cfg: Config) -> None:
    """Tests the config's model inside its test-time augmentation."""
    for key in ('tta_model', 'tta_pipeline'):
        if cfg.get(key) is None:
            raise ValueError(f'--tta needs {key} in the config.')
    for loader in loader_places(cfg, 'test').values():
        loader.dataset.pipeline = cfg.tta_pipeline
    cfg.tta_model.module = cfg.model
    cfg.model = cfg.tta_model


def save_predictions(cfg: Config, out: str) -> None:
    """Gives every evaluator that can save predictions a folder of its own."""
    loaders = loaders_by_name(cfg.test_dataloader)
    if loaders is None:
        _save_predictions_of(cfg.test_evaluator, Path(out))
        return
    cfg.test_evaluator = evaluators_by_set(cfg.test_evaluator, list(loaders), 'test_evaluator')
    for name, evaluators in cfg.test_evaluator.items():
        _save_predictions_of(evaluators, Path(out, name))


def _save_predictions_of(evaluators: Any, out: Path) -> None:
    if isinstance(evaluators, dict):
        evaluators = evaluators.get('metrics', evaluators)
    taken: set[str] = set()
    for evaluator in evaluators if isinstance(evaluators, list) else [evaluators]:
        parameters = _parameters(evaluator['type'])
        name = str(evaluator.get('prefix') or evaluator.get('task') or evaluator['type'])
        if 'output_dir' not in parameters:
            print_log(f'--out: {name} cannot save predictions.', logger='current')
            continue
        while name in taken:
            name += '_'
        taken.add(name)
        folder = out / name
        make_folder(folder)  # mmseg's metrics only make it on one process
        evaluator['output_dir'] = str(folder)
        if 'keep_results' in parameters:  # CityscapesMetric deletes them otherwise
            evaluator['keep_results'] = True


def check_image_names(dataset: Any, out: str) -> None:
    """Checks that no two images have the same name, as files are named after them."""
    if hasattr(dataset, 'get_data_info'):
        infos = (dataset.get_data_info(index) for index in range(len(dataset)))
        check_names((str(info['img_path']) for info in infos if 'img_path' in info), out)


def _parameters(metric: str | type) -> set[str]:
    cls: Any = METRICS.get(metric) if isinstance(metric, str) else metric
    return set() if cls is None else set(inspect.signature(cls).parameters)
