r"""Draws the architectures and lists their configs: the pictures and tables of docs/models.

Number, widths and sizes of what is drawn are read from the networks that configs describe, which
are built on torch's meta device: weights have no values, nothing is computed or downloaded. The
tables are made of what docs/model_zoo.json has, which tools/misc/list_configs.py wrote.

Examples:
    python tools/misc/draw_architectures.py mtan padnet --out work_dirs/pictures
    python tools/misc/draw_architectures.py --out docs/images/models --pages docs/models
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from pathlib import Path

from mmengine.logging import MMLogger
from rich.progress import track

import mmmtl  # noqa: F401  (registers everything, also for configs that do not import it)
from mmmtl.apis.command_errors import run_command
from mmmtl.files import write_atomically
from mmmtl_bench.zoo.diagrams.gallery import (
    OVERVIEW,
    PICTURES,
    draw_overview,
    draw_picture,
    write_figure,
)
from mmmtl_bench.zoo.model_pages import MARKS, PAGES, page_table
from mmmtl_bench.zoo.zoo_tables import put_into_page


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        'names', nargs='*', help=f'pictures, default: all of {", ".join([*PICTURES, OVERVIEW])}'
    )
    parser.add_argument(
        '--out', type=Path, default=Path('docs/images/models'),
        help='folder of the pictures, NAME.svg (default: %(default)s)',
    )  # fmt: skip
    parser.add_argument(
        '--pages', type=Path, help='folder of the pages to put the tables into (default: none)'
    )
    parser.add_argument(
        '--json', type=Path, default=Path('docs/model_zoo.json'),
        help='file with the costs of the networks (default: %(default)s)',
    )  # fmt: skip
    args = parser.parse_args()
    unknown = [name for name in args.names if name not in (*PICTURES, OVERVIEW)]
    if unknown:
        raise ValueError(
            f'names: expected some of {", ".join([*PICTURES, OVERVIEW])}, found {unknown[0]!r}.'
        )
    return args


def main() -> None:
    """Runs the command."""
    args = parse_args()
    warnings.filterwarnings('ignore')  # mmseg's advice on choices that the configs made
    MMLogger.get_current_instance().setLevel('ERROR')
    args.out.mkdir(parents=True, exist_ok=True)
    for name in track(args.names or [*PICTURES, OVERVIEW], 'pictures', transient=True):
        figure = draw_overview() if name == OVERVIEW else draw_picture(name)
        write_figure(figure, args.out / f'{name}.svg')
    if args.pages is not None:
        found = json.loads(args.json.read_text(encoding='utf-8'))
        for page in PAGES:
            path = args.pages / f'{page}.md'
            write_atomically(path, put_into_page(path, page_table(found, page), *MARKS))


if __name__ == '__main__':
    sys.exit(run_command(main))
