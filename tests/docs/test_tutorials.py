"""The tutorials, word for word in an empty folder, and the commands that take too long parsed."""

from __future__ import annotations

import re

import pytest
import torch
import yaml

from mmmtl_bench.suite.suite import Suite
from mmmtl_bench.suite.suite_reading import read_suite
from tests.utils.doc_pages import check_outputs, read_blocks, run_session
from tests.utils.paths import DOCS, REPOSITORY

PAGES = sorted(path.relative_to(DOCS).as_posix() for path in (DOCS / 'tutorials').glob('*.md'))
LISTED = re.compile(r'^- \[(.*?)\]\(#([\w-]+)\)$', re.MULTILINE)


@pytest.mark.parametrize('page', PAGES)
def test_contents_and_links(page):
    text = re.sub(r'```.*?```', '', (DOCS / page).read_text(), flags=re.DOTALL)
    titles = re.findall(r'^## (.*)$', text, re.MULTILINE)
    anchors = [re.sub(r'[^\w -]', '', title).lower().replace(' ', '-') for title in titles]
    assert LISTED.findall(text) == list(zip(titles, anchors, strict=True))
    folder = (DOCS / page).parent
    for link in re.findall(r'\]\((?!http)([^)#\s]+)', text):
        assert (folder / link).exists(), link


@pytest.mark.e2e
def test_new_weighting(tmp_path):
    page = 'tutorials/new_weighting.md'
    printed = run_session(page, tmp_path)

    check_outputs(page, printed)
    assert any('6 passed' in line for line in sum(printed, []))


@pytest.mark.e2e
def test_new_neck(tmp_path):
    at_one_size = {'--dynamic all': '--dynamic none'}  # which is checked in less time
    printed = run_session('tutorials/new_neck.md', tmp_path, at_one_size)

    assert any('4 passed' in line for line in sum(printed, []))
    assert (tmp_path / 'gated.onnx').is_file()
    assert len(list((tmp_path / 'predictions/pictures_depth').rglob('*.png'))) == 2
    assert not (tmp_path / 'predictions/pictures_seg').exists()


@pytest.mark.e2e
@pytest.mark.skipif(torch.cuda.is_available(), reason='the page says what is logged without a GPU')
def test_several_gpus(tmp_path):
    page = 'tutorials/several_gpus.md'
    printed = run_session(page, tmp_path, {'max_epochs=2': 'max_epochs=1'})

    check_outputs(page, printed)
    assert (tmp_path / 'two/epoch_1.pth').is_file()
    assert (tmp_path / 'ended/epoch_1.pth').is_file()


@pytest.mark.e2e
def test_reproduce_a_table(tmp_path):
    page = 'tutorials/reproduce_a_table.md'
    short = {
        'mmmtl benchmark small.yaml --work-dir small\n': (
            'mmmtl benchmark small.yaml --work-dir small --only mtan/equal --seeds 0\n'
        ),
        'seeds: [0, 1, 2]': 'seeds: [0]',
        'max_epochs: 2': 'max_epochs: 1',
        'train: 16, val: 4': 'train: 4, val: 2',
        'report small': 'report small --no-figures',
    }
    printed = run_session(page, tmp_path, short)
    lines = sum(printed, [])

    assert '4 runs, 0 finished.' in lines
    assert '40 runs, 0 finished.' in lines
    assert (tmp_path / 'small/report/report.html').is_file()


def test_the_suite_of_the_table():
    page = 'tutorials/reproduce_a_table.md'
    (block,) = (block for block in read_blocks(page) if block.file == 'small.yaml')
    suite = Suite.from_file(yaml.safe_load(block.code), page)
    assert len(suite.specs([0, 1, 2])) == 12
    text = (DOCS / page).read_text()
    paper = read_suite(REPOSITORY / 'suites/mtan_cvpr19.yaml').specs([0])
    assert f'lists {len(paper)} runs' in text
    folders = [spec.folder.as_posix() for spec in paper]
    shortest = [f for f in folders if re.search('cityscapes7/(one-task|mtan)', f)]
    assert len(shortest) == 5
