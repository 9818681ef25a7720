r"""Exports a network as a file that runs without mmmtl, and checks the file against the network.

The file takes images as image libraries return them, and has one output for each task. See
docs/deployment.md.

Examples:
    python -m mmmtl export mmmtl::mtan_segnet_cityscapes7.py epoch_200.pth --out mtan.onnx
    python -m mmmtl export mmmtl::mtan_segnet_cityscapes7.py epoch_200.pth \
        --out mtan.pt2 --format torch-export
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmengine.config import Config
from rich.console import Console
from rich.table import Table

from mmmtl.apis import MultiTaskInferencer
from mmmtl.apis.arguments import add_cfg_options, add_checkpoint, add_config, parse_size
from mmmtl.apis.inference_pipeline import find_pipeline
from mmmtl.deployment import (
    DeployedNetwork,
    DynamicAxes,
    Export,
    OnnxFormat,
    ProgramFormat,
    export_network,
)
from mmmtl.deployment.network import IMAGE_TYPES, PipelineColors
from mmmtl.files import write_atomically

_AUTO = 'auto'
_OPSET = 18


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the command.

    Args:
        parser: The parser of the command.
    """
    add_config(parser)
    add_checkpoint(parser)
    parser.add_argument('--out', type=Path, required=True, metavar='FILE', help='file to write')
    parser.add_argument(
        '--format',
        choices=['onnx', 'torch-export'],
        default='onnx',
        help='onnx (default), or an exported program of PyTorch (.pt2)',
    )
    parser.add_argument(
        '--size',
        type=parse_size,
        metavar='HxW',
        help="size of the images (default: that of the config's test pipeline)",
    )
    parser.add_argument(
        '--image-type',
        choices=list(IMAGE_TYPES),
        default='uint8',
        help='type of the colours, which go from 0 to 255 in any case (default: uint8)',
    )
    parser.add_argument(
        '--dynamic',
        choices=[_AUTO, *(axes.name.lower() for axes in DynamicAxes)],
        default=_AUTO,
        help='what may differ when the file runs: all (batch, height and width), batch, none, or '
        'auto (default), as much as the network allows',
    )
    parser.add_argument(
        '--opset', type=int, default=_OPSET, help=f'opset of ONNX, at least {_OPSET} (default)'
    )
    parser.add_argument(
        '--tolerance',
        type=float,
        default=1e-4,
        help='largest difference between file and network that is accepted (default: 1e-4)',
    )
    add_cfg_options(parser)


def run(args: argparse.Namespace) -> int:
    """Exports.

    Args:
        args: What the parser read.

    Returns:
        The exit code.

    Raises:
        FileNotFoundError: If there is no such config or checkpoint.
        ValueError: If the network cannot be exported, a package that it takes is missing, or the
            config does not say the size of the images.
    """
    for noisy in ('torch.onnx', 'onnx_ir'):  # their notes on operators that are not used
        logging.getLogger(noisy).setLevel(logging.ERROR)
    file_format = OnnxFormat(args.opset) if args.format == 'onnx' else ProgramFormat()
    inferencer = MultiTaskInferencer(
        args.config, args.checkpoint, 'cpu', cfg_options=args.cfg_options, show_progress=False
    )
    size = args.size or find_size(inferencer.cfg)
    network = DeployedNetwork(inferencer.segmentor, args.image_type, find_colors(inferencer.cfg))
    axes = None if args.dynamic == _AUTO else DynamicAxes[args.dynamic.upper()]
    console = Console()
    with console.status(f'Exporting for {file_format.name}, and checking'):
        export = export_network(
            network, file_format, size, inferencer.metainfo, axes, args.tolerance
        )
    write_atomically(args.out, export.content)
    print_summary(console, export, file_format.name)
    dynamic = ', '.join(export.axes.value) or 'nothing'
    height, width = size
    mebibytes = len(export.content) / 2**20
    print(f'{args.out}: {mebibytes:.1f} MiB, images {height}x{width}, dynamic: {dynamic}')
    return 0


def find_colors(cfg: Config) -> PipelineColors | None:
    """Finds what the test pipeline does to colours.

    Args:
        cfg: The config.

    Returns:
        Its normalisation; None where the data preprocessor has it all.

    Raises:
        ValueError: If it normalises twice.
    """
    pipeline, name = find_pipeline(cfg, tta=False)
    found = [step for step in pipeline if step['type'] == 'Normalize']
    if len(found) > 1:
        raise ValueError(f'{name}: expected Normalize once at most, found {len(found)}.')
    return next(
        (PipelineColors(step['mean'], step['std'], step.get('to_rgb', True)) for step in found),
        None,
    )


def find_size(cfg: Config) -> tuple[int, int]:
    """Finds the size that the test pipeline gives all images.

    Args:
        cfg: The config.

    Returns:
        Height and width.

    Raises:
        ValueError: If it does not say.
    """
    pipeline, name = find_pipeline(cfg, tta=False)
    sizes = [size for size in map(_size_after, pipeline) if size is not None]
    if not sizes:
        raise ValueError(
            f'--size: expected a size, since {name} has neither ReduceResolution nor CenterCrop.'
        )
    return sizes[-1]


def _size_after(step: Mapping[str, Any]) -> tuple[int, int] | None:
    """Gives the height and width that a transform gives all images; None if it does not."""
    if step['type'] == 'ReduceResolution':
        height, width = step['size']
    elif step['type'] == 'CenterCrop':
        crop = step['crop_size']
        width, height = (crop, crop) if isinstance(crop, int) else crop
    else:
        return None
    return height, width


def print_summary(console: Console, export: Export, runtime: str) -> None:
    """Prints how the file compares with the network.

    Args:
        console: Where to print.
        export: What was exported.
        runtime: Name of what ran it.
    """
    check = export.check
    table = Table('output', 'largest difference', *['differing'] * bool(check.ties))
    for task, difference in check.differences.items():
        differing = [f'{check.moved[task]:.2%}'] * bool(check.ties)
        table.add_row(task, f'{difference:.1e}', *differing)
    console.print(table)
    if check.ties:
        console.print(
            f'{check.ties} of {check.comparisons} comparisons of pooled values are ties up to '
            f'rounding (at most {check.largest_gap:.1e} apart), for which {runtime} takes another '
            'side than torch. "differing" is the share of outputs that differ because of it; '
            '"largest difference" is that with equal sides.',
            highlight=False,
        )
    for task, error in check.exported_errors.items():
        console.print(
            f'{task}: largest error {error:.1e} in {runtime}, {check.torch_errors[task]:.1e} in '
            'torch, against double precision with equal sides.',
            highlight=False,
        )
    console.print(
        f'{check.network_ms:.0f} ms per image in torch, {check.exported_ms:.0f} ms in {runtime}'
    )
