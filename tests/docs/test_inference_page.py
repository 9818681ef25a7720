"""The examples of docs/inference.md run as they stand, with a narrow network and tiny data."""

import ast
import re
import shlex
import sys

import numpy as np
import pytest

from mmmtl.__main__ import main
from mmmtl.apis.depth_png import read_depth_png
from mmmtl.apis.prediction_writer import SAVED
from mmmtl.datasets.cityscapes_labels import CLASS_SETS
from mmmtl_scenes import StreetSceneSet, write_street_scenes
from tests.utils.doc_pages import read_blocks, run_python, write_configs
from tests.utils.paths import DOCS
from tests.utils.small_model import write_random_checkpoint

PAGE = 'inference.md'
DOC = (DOCS / PAGE).read_text()
NAME = 'rendertown/rendertown_000000_000000_leftImg8bit'

CONFIG = """
_base_ = ['{base}']
widths = (8, 8, 8, 8, 8)
model = dict(
    backbone=dict(widths=widths),
    neck=dict(widths=widths),
    decode_head=dict(
        seg=dict(in_channels=8, channels=8), depth=dict(in_channels=8, channels=8)
    ),
)
"""


@pytest.fixture(scope='module')
def place(tmp_path_factory, repository):
    """What ``make demo`` leaves behind, in small."""
    root = tmp_path_factory.mktemp('place')
    demo = root / 'work_dirs' / 'demo'
    demo.mkdir(parents=True)
    base = repository / 'configs' / 'mtan_segnet_cityscapes7-demo.py'
    (demo / 'config.py').write_text(CONFIG.format(base=base))
    write_random_checkpoint(demo / 'config.py', demo / 'checkpoint.pth', metainfo={})
    scenes = StreetSceneSet(size=(64, 128), train=0, val=2)
    write_street_scenes(root / 'data' / 'street_scenes', scenes, workers=1, progress=False)
    return root


@pytest.fixture(scope='module')
def printed(place):
    """Runs all blocks, the commands first, and gives the lines that each block of code printed."""
    write_configs(PAGE, place)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        for language, block in read_blocks(PAGE):
            if language == 'bash':
                run_command(block, patch)
    *outputs, _ = run_python(PAGE, place)
    progress = ('Predicting', 'Loads checkpoint')
    return [[line for line in lines if not line.startswith(progress)] for lines in outputs]


def run_command(text, patch):
    python, flag, *argv = shlex.split(text.replace('\\\n', ' '))
    assert python == 'python'
    if flag == 'demo/app.py':  # tests/demo/test_app.py runs it
        return
    assert (flag, argv[0]) == ('-m', 'mmmtl')
    patch.setattr(sys, 'argv', argv)
    assert main() == 0


@pytest.mark.e2e
def test_every_block_runs_and_prints_what_the_page_says(printed):
    result, same, drawn, streamed, clip, depth, skipped, faster, masks = printed
    shapes = dict(seg=((64, 128), 'int64'), depth=((64, 128), 'float32'))
    assert ast.literal_eval(result[0]) == shapes
    label = 'inverse depth [p / 65535]'
    assert result[1] == f'{CLASS_SETS[7].classes} {label}'
    assert float(same[0]) < 1e-4
    assert drawn[0].endswith('torch.Size([1, 64, 128])')
    assert clip[-1] == '5 []'
    assert [line.rpartition(' ')[0] for line in streamed] == [
        NAME.rpartition('/')[2],
        NAME.rpartition('/')[2].replace('0_l', '1_l'),
    ]
    unit, difference, error_in_scales = depth[0].split()
    assert unit == 'mtan'
    assert float(difference) < 1e-6
    assert float(error_in_scales) < 1
    assert skipped[-1] == 'None'
    tasks, difference = faster[-1].rsplit(maxsplit=1)
    assert tasks == "['depth']"
    assert 0 < float(difference) < 10  # of random weights
    coders = [f'{coder} {i}' for coder in ('encoder', 'decoder') for i in range(1, 6)]
    assert ast.literal_eval(masks[0]) == dict(seg=coders, depth=coders)


@pytest.mark.e2e
def test_the_files_are_where_the_page_says(place, printed):
    out = place / 'predictions'
    for folder in ('pictures', 'pictures_seg', 'pictures_depth', 'seg', 'depth'):
        assert (out / 'val' / folder / f'{NAME}.png').is_file()
    for task in ('seg', 'depth'):
        assert np.load(out / 'val' / task / f'{NAME}.npy').shape == (64, 128)
    assert (out / 'python' / 'depth' / f'{NAME.rpartition("/")[2]}.npy').is_file()
    plain, augmented = (
        read_depth_png(out / run / 'depth' / f'{NAME}.png')[0] for run in ('val', 'tta')
    )
    assert abs(plain - augmented).max() > 1e-3
    assert (out / 'mask.png').is_file()
    assert (out / 'clip.mp4').is_file()


def test_links_lead_somewhere(repository):
    headings = {line.lstrip('# ').lower() for line in DOC.splitlines() if line.startswith('#')}
    anchors = {heading.replace(' ', '-') for heading in headings}
    assert set(re.findall(r'\]\(#([\w-]+)\)', DOC)) <= anchors
    for file in re.findall(r'\]\((\w+\.md)', DOC):
        assert (repository / 'docs' / file).is_file()
    for file in re.findall(r'`((?:mmmtl|tools)/[\w/]+\.py)`', DOC):
        assert (repository / file).is_file()


def test_everything_that_can_be_saved_is_in_the_table():
    table = DOC.split('## The files')[1].split('\n\n')[1]
    assert tuple(re.findall(r'^\| `(\w+)`', table, flags=re.MULTILINE)) == SAVED
