"""Computes surface normals from a folder of depth maps of one camera.

Example:
    python tools/dataset_converters/depth_to_normals.py DATA/depth DATA/normal --camera DATA/K.txt
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.progress import track

from mmmtl.datasets.conversion import DepthFolder, read_camera_matrix


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description='Computes surface normals from a folder of depth maps of one camera, by '
        'fitting planes. Each becomes an .npy file of its name, float16 (H, W, 3): unit vectors, '
        'x right, y down, z forward, zero where there is none. An interrupted run can be '
        'repeated: files that are there are kept.'
    )
    parser.add_argument(
        'depth', type=Path, help='folder of z-depths, .png or .npy files at any level, in any unit'
    )
    parser.add_argument('out', type=Path, help='folder of the normals')
    parser.add_argument(
        '--camera',
        type=Path,
        required=True,
        help='text file of the camera matrix at the size of the depth maps: three lines '
        '"fx 0 cx", "0 fy cy", "0 0 1"',
    )
    parser.add_argument(
        '--invalid', type=float, default=0.0, help='stored number without a depth (default: 0)'
    )
    parser.add_argument('--quiet', action='store_true', help='show no progress')
    return parser.parse_args()


def main() -> int:
    """Runs the command; gives the exit code."""
    args = parse_args()
    try:
        folder = DepthFolder(args.depth, read_camera_matrix(args.camera), args.invalid)
        files = folder.write_normals(args.out)
        for _ in track(files, 'Normals', total=len(folder.paths), disable=args.quiet):
            pass
    except (OSError, ValueError) as error:
        print(f'{Path(sys.argv[0]).name}: error: {error}', file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
