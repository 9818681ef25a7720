"""Predicts all tasks for images, folders and videos.

Example:
    python -m mmmtl predict mmmtl::mtan_segnet_cityscapes7.py epoch_200.pth images --out predictions
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import torch

from mmmtl.apis.arguments import (
    add_cfg_options,
    add_checkpoint,
    add_config,
    add_device,
    parse_range,
)
from mmmtl.apis.faster import add_faster
from mmmtl.apis.inference_inputs import InputImages
from mmmtl.apis.inferencer import MultiTaskInferencer
from mmmtl.apis.input_share import LAUNCHERS, InputShare, local_rank
from mmmtl.apis.input_sources import Input
from mmmtl.apis.prediction_pictures import PictureStyle
from mmmtl.apis.prediction_writer import SAVED
from mmmtl.apis.share_end import end_share
from mmmtl.apis.video_file import CODECS
from mmmtl.apis.video_reader import Webcam, is_video
from mmmtl.datasets.depth_camera import parse_camera
from mmmtl.datasets.pixel_limit import (
    DEFAULT_PIXEL_LIMIT,
    PIXEL_LIMIT_VARIABLE,
    pixel_limit,
    set_pixel_limit,
)

DEFAULT_OVERLAY = 0.6
"""What ``--overlay`` means without a number."""

_OF_FOLDERS = ('save', 'resume', 'shard', 'launcher')
"""Options that say which files are written into a folder, and of which inputs."""


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
        help='an image, a video, the address of an image, a folder of images and videos, or the '
        'number of a webcam, such as 0',
    )
    parser.add_argument(
        '--out',
        required=True,
        metavar='DIR|VIDEO',
        help='folder for the files; for one video or webcam, it may be a video '
        f'({", ".join(CODECS)}) instead',
    )
    parser.add_argument(
        '--save',
        nargs='+',
        choices=SAVED,
        help='what to write. pictures (default): coloured pictures of all tasks; ids: class ids as '
        '8-bit PNG files with a palette, masks as grey PNG files, and classes of images as .json '
        'files; depth: depths and other scalars as 16-bit PNG files that state scale and unit; '
        'npy: all tasks, also directions and vectors, as .npy files; points: depths as points in '
        'space, as .ply files',
    )
    parser.add_argument(
        '--tasks', nargs='+', metavar='TASK', help='tasks to predict (default: all)'
    )
    parser.add_argument(
        '--range',
        nargs='+',
        type=parse_range,
        default=[],
        metavar='TASK=LOW,HIGH',
        help='values at the two ends of the colours, for all pictures (default: percentiles 2 and '
        '98 of the first predictions)',
    )
    parser.add_argument(
        '--overlay',
        nargs='?',
        type=float,
        const=DEFAULT_OVERLAY,
        metavar='OPACITY',
        help='draw the colours over the image; OPACITY is the share of the image that they hide '
        f'(without a number: {DEFAULT_OVERLAY})',
    )
    parser.add_argument(
        '--camera',
        metavar='FX,FY,CX,CY|FILE',
        help='camera for points, in pixels of the images; append @HEIGHTxWIDTH if it is for images '
        'of another size. FILE is a camera file of CityScapes (.json) or a file with the matrix '
        '(default: the camera of the data set)',
    )
    parser.add_argument(
        '--baseline',
        type=float,
        metavar='METRES',
        help='distance between the two cameras, for points from disparities',
    )
    parser.add_argument('--max-depth', type=float, metavar='METRES', help='largest depth of points')
    parser.add_argument('--batch-size', type=int, default=1, help='images at once (default: 1)')
    add_device(parser)
    add_faster(parser)
    parser.add_argument(
        '--max-pixels',
        type=int,
        metavar='N',
        help='largest number of pixels that an image may have; the environment variable '
        f'{PIXEL_LIMIT_VARIABLE} sets it for all commands (default: {DEFAULT_PIXEL_LIMIT})',
    )
    parser.add_argument('--tta', action='store_true', help='test-time augmentation')
    parser.add_argument(
        '--resume',
        action='store_true',
        help='skip images whose files are all in --out already',
    )
    shares = parser.add_mutually_exclusive_group()
    shares.add_argument(
        '--shard',
        metavar='I/N',
        help='predict only share I of N of the files, from 1/N to N/N, for example in a job array',
    )
    shares.add_argument(
        '--launcher',
        choices=LAUNCHERS,
        help='what started several processes; each predicts its share, on its own GPU',
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
    style = PictureStyle(args.overlay, dict(args.range))
    if is_video(args.out) and not os.path.isdir(args.out):
        return _write_video(args, style)
    inputs = [_input(text) for text in args.inputs]
    share = _share(args)
    images = InputImages(inputs[0] if len(inputs) == 1 else inputs, share)
    inferencer = _inferencer(args)
    save = args.save or ['pictures']
    done, files, errors = 0, 0, []
    stream = inferencer.stream(images, args.batch_size, args.out, save, args.resume, style)
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
            f'--save {" ".join(save)}: none of the tasks {", ".join(inferencer.tasks)} has '
            'such files; npy writes any.\n'
        )
    _list_errors(len(errors), errors)
    failed = bool(errors or (done and not files))
    if args.launcher == 'pytorch':
        sys.stderr.flush()
        sys.stdout.flush()
        end_share(failed)
    return 1 if failed else 0


def _write_video(args: argparse.Namespace, style: PictureStyle) -> int:
    """Writes one video, and lists the images of it that failed."""
    for option in _OF_FOLDERS:
        if getattr(args, option):
            raise ValueError(f'--{option}: expected a folder for --out, found {args.out}.')
    if len(args.inputs) > 1:
        raise ValueError(f'--out {args.out}: expected one video, found {len(args.inputs)} inputs.')
    video = _input(args.inputs[0])
    report = _inferencer(args).write_video(video, args.out, args.batch_size, style)
    sys.stdout.write(f'{report.frames} images in {args.out}\n')
    _list_errors(report.failed, report.errors)
    return 1 if report.failed else 0


def _list_errors(count: int, errors: Sequence[str]) -> None:
    if count:
        sys.stderr.write(f'{count} failed:\n')
        sys.stderr.writelines(f'  {error}\n' for error in errors)
    if count > len(errors):
        sys.stderr.write(f'  and {count - len(errors)} more\n')


def _inferencer(args: argparse.Namespace) -> MultiTaskInferencer:
    if args.baseline is not None and args.camera is None:
        raise ValueError('--baseline: expected --camera beside it, found none.')
    camera = None if args.camera is None else parse_camera(args.camera, args.baseline)
    return MultiTaskInferencer(
        args.config,
        args.checkpoint,
        _device(args),
        args.tta,
        args.cfg_options,
        tasks=args.tasks,
        camera=camera,
        max_depth=args.max_depth,
        fuse_conv_bn=args.fuse_conv_bn,
        dtype=args.dtype,
        channels_last=args.channels_last,
    )


def _input(text: str) -> Input:
    """Takes a number for that of a webcam, unless a file has the name."""
    return Webcam(int(text)) if text.isdecimal() and not os.path.exists(text) else text


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
