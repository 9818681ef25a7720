r"""Scores predicted boundaries that lie in a folder, as BSDS does.

Predictions are <id>.png, grey of 8 or 16 bits, or <id>.npy, floats from 0 to 1. Labels are the
.mat files of BSDS, of all their annotators, or pictures, a folder for each annotator. odsF, oisF
and AP are printed, in percent.

Examples:
    python tools/analysis_tools/score_boundaries.py canny BSDS500/data/groundTruth/test \
        --no-suppress --no-thin-labels --out canny.json
    python tools/analysis_tools/score_boundaries.py edges NYUD_MT/edge --max-dist 0.011
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from pathlib import Path

from mmmtl.apis.command_errors import run_command
from mmmtl.evaluation import BoundaryFolders, score_boundaries
from mmmtl.files import write_atomically


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('predictions', type=Path, metavar='PREDICTIONS', help='folder')
    parser.add_argument(
        'labels',
        nargs='+',
        type=Path,
        metavar='LABELS',
        help='folder of .mat files as of BSDS, or one of .png or .npy files for each annotator, 0 '
        'and 255 or 0 and 1',
    )
    parser.add_argument(
        '--ids', action='store_true', help='the pictures hold ids, whose boundaries are the labels'
    )
    parser.add_argument(
        '--max-dist',
        type=float,
        default=0.0075,
        help='largest distance of two pixels that are one, as a share of the diagonal: 0.0075 for '
        'BSDS and PASCAL, 0.011 for NYUD (default: 0.0075)',
    )
    parser.add_argument(
        '--thresholds',
        type=int,
        default=99,
        metavar='COUNT',
        help='number of thresholds, evenly spread between 0 and 1 (default: 99)',
    )
    parser.add_argument(
        '--suppress',
        action=argparse.BooleanOptionalAction,
        default=True,
        help='look for the crests of the predictions; not if they are lines already (default: yes)',
    )
    parser.add_argument(
        '--thin-labels',
        action=argparse.BooleanOptionalAction,
        default=True,
        help='thin the labels too, which the program of BSDS500 does not (default: yes)',
    )
    parser.add_argument('--workers', type=int, default=os.cpu_count(), help='default: all cores')
    parser.add_argument('--out', type=Path, help='JSON file to write the scores to')
    parser.add_argument('--quiet', action='store_true', help='show no progress')
    return parser.parse_args()


def main() -> None:
    """Runs the command."""
    args = parse_args()
    if args.thresholds < 1:
        raise ValueError(f'--thresholds: expected at least 1, found {args.thresholds}.')
    if not args.max_dist >= 0:
        raise ValueError(f'--max-dist: expected a share of the diagonal, found {args.max_dist}.')
    if args.workers < 1:
        raise ValueError(f'--workers: expected at least 1, found {args.workers}.')
    pairs = BoundaryFolders(args.predictions, args.labels, args.ids)
    scores = score_boundaries(
        pairs,
        max_dist=args.max_dist,
        thresholds=[step / (args.thresholds + 1) for step in range(1, args.thresholds + 1)],
        suppress=args.suppress,
        thin_labels=args.thin_labels,
        workers=args.workers if args.workers > 1 else 0,
        progress=not args.quiet,
    )
    text = ', '.join(f'{name} {value:.2f}' for name, value in scores.items())
    print(f'{len(pairs)} images: {text}')
    if args.out is not None:
        settings = dict(
            images=len(pairs),
            max_dist=args.max_dist,
            thresholds=args.thresholds,
            suppress=args.suppress,
            thin_labels=args.thin_labels,
        )
        known = {name: None if math.isnan(value) else value for name, value in scores.items()}
        write_atomically(args.out, json.dumps(known | settings, indent=2) + '\n')


if __name__ == '__main__':
    sys.exit(run_command(main))
