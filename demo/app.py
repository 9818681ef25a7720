#!/usr/bin/env python
"""A page on which images can be dropped: predictions of all tasks, and the attention behind them.

Runs on this machine alone: nothing is sent elsewhere, and no internet access is needed.

Example:
    python demo/app.py mmmtl::mtan_segnet_cityscapes7.py epoch_200.pth --examples photos
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

os.environ['GRADIO_ANALYTICS_ENABLED'] = 'False'  # read when gradio is imported

try:
    import gradio as gr
except ModuleNotFoundError as missing:
    if missing.name != 'gradio':
        raise
    sys.exit("error: the demo needs gradio, the extra 'demo': pip install -e '.[demo]'")
from demo_network import Demo
from example_images import find_examples, write_examples
from limits import add_limits, limits_of, serve
from page import build_page

from mmmtl.apis import MultiTaskInferencer
from mmmtl.apis.arguments import (
    add_cfg_options,
    add_checkpoint,
    add_config,
    add_device,
    parse_port,
)
from mmmtl.apis.command_errors import run_command

STYLE = Path(__file__).with_name('style.css')
THEME = gr.themes.Soft(primary_hue='indigo', font=['system-ui', 'sans-serif'])


def main() -> None:
    """Shows the page until the process is stopped."""
    parser = argparse.ArgumentParser(description=(__doc__ or '').splitlines()[0])
    add_config(parser)
    add_checkpoint(parser)
    add_device(parser)
    parser.add_argument('--host', default='127.0.0.1', help='default: 127.0.0.1, this machine')
    parser.add_argument('--port', type=parse_port, help='default: a free one from 7860 on')
    parser.add_argument('--examples', type=Path, metavar='DIR', help='folder of example images')
    add_limits(parser)
    add_cfg_options(parser)
    args = parser.parse_args()

    inferencer = MultiTaskInferencer(
        args.config,
        args.checkpoint,
        args.device,
        cfg_options=args.cfg_options,
        show_progress=False,
    )
    with tempfile.TemporaryDirectory() as folder:
        examples = find_examples(args.examples) if args.examples else write_examples(Path(folder))
        page = build_page(Demo(inferencer), examples, f'{args.config}, {args.checkpoint}')
        serve(page, limits_of(args), args.host, args.port, STYLE, THEME)


if __name__ == '__main__':
    sys.exit(run_command(main))
