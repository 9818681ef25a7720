#!/usr/bin/env python
"""Writes the weights of a checkpoint to publish: as .pth, and as .safetensors without pickle.

    python tools/model_converters/publish_model.py work_dirs/x/epoch_200.pth weights/mtan_segnet

writes weights/mtan_segnet-1A2B3C4D.pth and .safetensors, named after the first digits of the
SHA-256. State of the training, and what tells of the run, are left out.
"""

from __future__ import annotations

import argparse
import sys

from mmmtl.apis.command_errors import run_command
from mmmtl.models.checkpoints.publishing import publish


def main() -> None:
    """Publishes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('source', metavar='SRC', help='the checkpoint')
    parser.add_argument('target', metavar='DST', help='folder and name of the files')
    args = parser.parse_args()
    for path in publish(args.source, args.target):
        print(f'{path}: {path.stat().st_size / 1e6:.1f} MB')


if __name__ == '__main__':
    sys.exit(run_command(main))
