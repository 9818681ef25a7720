r"""Draws the attention masks of a network over images, as Figures 5 and 6 of the MTAN papers do.

There is a sheet for each image: tasks side by side, a row for each block, some channels of each.
Every panel is rescaled linearly to the full colour range by itself; its own range stands below it.

Example:
    python tools/analysis_tools/draw_attention.py configs/mtan_segnet_cityscapes7.py \
        epoch_200.pth street.png --out attention --blocks 'encoder 1' 'decoder 5'
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from mmengine.dataset import pseudo_collate

from mmmtl.apis import MultiTaskInferencer
from mmmtl.apis.arguments import add_cfg_options, add_checkpoint, add_config, add_device
from mmmtl.apis.command_errors import run_command
from mmmtl.apis.inference_inputs import InputImages
from mmmtl.apis.inference_pipeline import InferencePipeline, find_pipeline
from mmmtl.visualization import collect_masks, draw_mask_sheet


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_config(parser)
    add_checkpoint(parser)
    parser.add_argument('images', nargs='+', help='images, or folders of them')
    parser.add_argument(
        '--out', type=Path, default=Path('attention'), help='folder (default: attention)'
    )
    parser.add_argument('--blocks', nargs='+', help="such as 'encoder 1' (default: all)")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument(
        '--num-channels',
        type=int,
        default=3,
        help='channels of each block, those that vary most over the image (default: 3)',
    )
    choice.add_argument('--channels', type=int, nargs='+', help='these channels instead')
    add_device(parser)
    add_cfg_options(parser)
    return parser.parse_args()


def main() -> None:
    """Runs the command."""
    args = parse_args()
    inferencer = MultiTaskInferencer(
        args.config,
        args.checkpoint,
        args.device,
        cfg_options=args.cfg_options,
        show_progress=False,
    )
    model = inferencer.segmentor
    prepare = InferencePipeline(*find_pipeline(inferencer.cfg, tta=False))
    images = InputImages(args.images)
    images.check_names(args.out)
    for frame in images:
        batch = pseudo_collate([prepare(frame.load(), frame.origin)])
        rgb = batch['inputs'][0].numpy()[::-1].transpose(1, 2, 0)
        masks = collect_masks(model, model.data_preprocessor(batch)['inputs'])
        if args.blocks:
            masks = {
                task: {block: own[block] for block in args.blocks if block in own}
                for task, own in masks.items()
            }
        path = args.out / f'{frame.name}.png'
        draw_mask_sheet(
            np.ascontiguousarray(rgb),
            {task: {name: mask[0] for name, mask in own.items()} for task, own in masks.items()},
            path,
            num_channels=args.num_channels,
            channels=args.channels,
        )
        print(f'{path}: attention masks of {frame.origin}')


if __name__ == '__main__':
    sys.exit(run_command(main))
