r"""Draws where a network looks for each of its tasks: Grad-CAM over an image.

Example:
    python tools/analysis_tools/vis_cam.py street.png configs/mtan_segnet_cityscapes7.py \
        epoch_200.pth --out-file cam.png --tasks seg depth
    python tools/analysis_tools/vis_cam.py street.png configs/mtan_segnet_cityscapes7.py \
        epoch_200.pth --tasks seg --category-index 6 --target-layers backbone.encoder
"""

from __future__ import annotations

import argparse
import itertools
import sys
from pathlib import Path

import numpy as np
from mmengine.dataset import pseudo_collate

from mmmtl.apis import MultiTaskInferencer
from mmmtl.apis.arguments import add_cfg_options, add_checkpoint, add_config, add_device
from mmmtl.apis.command_errors import run_command
from mmmtl.apis.inference_inputs import InputImages
from mmmtl.apis.inference_pipeline import InferencePipeline, find_pipeline
from mmmtl.visualization import draw_cam_sheet, grad_cam
from mmmtl.visualization.sheets.pixels import picture_format


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('img', help='the image')
    add_config(parser)
    add_checkpoint(parser)
    parser.add_argument(
        '--out-file',
        type=Path,
        default=Path('cam.png'),
        help='picture to write (default: cam.png)',
    )
    parser.add_argument('--tasks', nargs='+', help='tasks to look at (default: all)')
    parser.add_argument(
        '--target-layers',
        nargs='+',
        default=['backbone'],
        help='modules whose features are looked at (default: backbone)',
    )
    parser.add_argument(
        '--category-index',
        type=int,
        help='class, or channel of the output (default: the largest of each pixel)',
    )
    add_device(parser)
    add_cfg_options(parser)
    return parser.parse_args()


def main() -> None:
    """Runs the command."""
    args = parse_args()
    picture_format(args.out_file)  # an error now, not after the network has run
    inferencer = MultiTaskInferencer(
        args.config,
        args.checkpoint,
        args.device,
        cfg_options=args.cfg_options,
        show_progress=False,
    )
    model = inferencer.segmentor
    prepare = InferencePipeline(*find_pipeline(inferencer.cfg, tta=False))
    frame, *others = itertools.islice(InputImages([args.img]), 2)
    if others:
        raise ValueError(f'img: expected one image, found several in {args.img}.')
    batch = pseudo_collate([prepare(frame.load(), frame.origin)])
    rgb = np.ascontiguousarray(batch['inputs'][0].numpy()[::-1].transpose(1, 2, 0))
    inputs = model.data_preprocessor(batch)['inputs']
    tasks = args.tasks or list(model.tasks)
    cams = grad_cam(model, inputs, tasks, args.target_layers, args.category_index)
    height, width = rgb.shape[:2]
    draw_cam_sheet(
        rgb, {task: cam[0, :height, :width] for task, cam in cams.items()}, args.out_file
    )
    print(f'{args.out_file}: Grad-CAM of {", ".join(tasks)} over {frame.origin}')


if __name__ == '__main__':
    sys.exit(run_command(main))
