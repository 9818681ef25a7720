"""Predicts all tasks for images, folders and videos."""

from __future__ import annotations

import argparse
import sys

import torch

from mmmtl.apis.arguments import add_cfg_options, add_checkpoint, add_config, add_device
from mmmtl.apis.inference_inputs import InputImages
from mmmtl.apis.inferencer import MultiTaskInferencer
from mmmtl.apis.input_share import LAUNCHERS, InputShare, local_rank
from mmmtl.apis.prediction_writer import SAVED
from mmmtl.apis.share_end import end_share
from mmmtl.datasets.pixel_limit import (
    DEFAULT_PIXEL_LIMIT,
    PIXEL_LIMIT_VARIABLE,
    pixel_limit,
    set_pixel_limit,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the command.

    Args:
        parser: The parser of the command.
    """
    add_config(parser)
    add_checkpoint(parser)
    parser.add_argument(
        'inputs',
        nargs='+',
        metavar='input',
        help='an image, a video, an address of an image, or a folder of images and videos',
    )
    parser.add_argument('--out', required=True, metavar='DIR', help='folder for the files')
    parser.add_argument(
        '--save',
        nargs='+',
        choices=SAVED,
        default=['pictures'],
        help='what to write: coloured pictures of all tasks (the default); ids: class ids as 8-bit '
        'PNG files with a palette, masks as grey ones, and classes of images as .json files; '
        'depth: depths and other scalars as 16-bit PNG files that state scale and unit; npy: all '
        'tasks, directions and vectors too, as .npy files',
    )
    parser.add_argument('--batch-size', type=int, default=1, help='images at once; default: 1')
    add_device(parser)
    parser.add_argument(
        '--max-pixels',
        type=int,
        metavar='N',
        help='pixels that an image may have at most, as the environment variable '
        f'{PIXEL_LIMIT_VARIABLE} states for all commands; default: {DEFAULT_PIXEL_LIMIT}',
    )
    parser.add_argument('--tta', action='store_true', help='test-time augmentation')
    parser.add_argument(
        '--resume',
        action='store_true',
        help='leave out images all of whose files are in --out already',
    )
    shares = parser.add_mutually_exclusive_group()
    shares.add_argument(
        '--shard',
        metavar='I/N',
        help='predict the I-th of N shares of the files, from 1/N to N/N, as in an array of jobs',
    )
    shares.add_argument(
        '--launcher',
        choices=LAUNCHERS,
        help='what started several processes, of which each predicts its share, on its own GPU',
    )
    add_cfg_options(parser)


def run(args: argparse.Namespace) -> int:
    """Predicts for all inputs, and lists those that failed on stderr.

    Args:
        args: The parsed arguments of :func:`add_arguments`.

    Returns:
        The exit code: 0 if there is a prediction for every input and files were written, else 1.

    Raises:
        FileNotFoundError: If there is no such config or checkpoint.
        ValueError: If an argument is wrong, or the only input is an empty folder.
    """
    if args.max_pixels is not None:
        set_pixel_limit(args.max_pixels)
    pixel_limit()  # one error, not one for each image, if the variable is no number
    inputs = args.inputs[0] if len(args.inputs) == 1 else args.inputs
    share = _share(args)
    images = InputImages(inputs, share)
    inferencer = MultiTaskInferencer(
        args.config, args.checkpoint, _device(args), args.tta, args.cfg_options
    )
    done, files, errors = 0, 0, []
    stream = inferencer.stream(images, args.batch_size, args.out, args.save, args.resume)
    for prediction in stream:
        if prediction.error is None:
            done += 1
            files += prediction.files
        else:
            errors.append(str(prediction.error))
    where = f'files in {args.out}' if files else 'no file written'
    before = f', {images.left_out} were there' if args.resume else ''
    of = f' of share {share.number}/{share.count}' if share is not None else ''
    sys.stdout.write(f'{done} of {done + len(errors)} predicted{of}{before}, {where}\n')
    if done and not files:
        sys.stderr.write(
            f'--save {" ".join(args.save)}: none of the tasks {", ".join(inferencer.tasks)} has '
            'such files; npy writes any.\n'
        )
    if errors:
        sys.stderr.write(f'{len(errors)} failed:\n')
        sys.stderr.writelines(f'  {error}\n' for error in errors)
    failed = bool(errors or (done and not files))
    if args.launcher == 'pytorch':
        sys.stderr.flush()
        sys.stdout.flush()
        end_share(failed)
    return 1 if failed else 0


def _share(args: argparse.Namespace) -> InputShare | None:
    if args.shard is not None:
        return InputShare.parse(args.shard)
    return None if args.launcher is None else InputShare.of_launcher(args.launcher)


def _device(args: argparse.Namespace) -> str | None:
    """Gives each of several processes on a machine a GPU of its own, if it has any."""
    count = torch.cuda.device_count()
    if args.device is not None or args.launcher is None or count == 0:
        return args.device
    return f'cuda:{local_rank(args.launcher) % count}'
