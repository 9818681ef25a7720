"""The tutorials, word for word in an empty folder, and the commands that take too long parsed."""

from __future__ import annotations

import re

import pytest

from tests.utils.doc_pages import check_outputs, read_blocks, run_session
from tests.utils.paths import DOCS

PAGES = sorted(path.relative_to(DOCS).as_posix() for path in (DOCS / 'tutorials').glob('*.md'))
LISTED = re.compile(r'^- \[(.*?)\]\(#([\w-]+)\)$', re.MULTILINE)


@pytest.mark.parametrize('page', PAGES)
def test_contents_and_links(page):
    text = re.sub(r'```.*?```', '', (DOCS / page).read_text(), flags=re.DOTALL)
    titles = re.findall(r'^## (.*)$', text, re.MULTILINE)
    anchors = [re.sub(r'[^\w -]', '', title).lower().replace(' ', '-') for title in titles]
    assert LISTED.findall(text) == list(zip(titles, anchors, strict=True))
    folder = (DOCS / page).parent
    for link in re.findall(r'\]\(([^)#\s:]+)', text):
        assert (folder / link).exists(), link


@pytest.mark.e2e
def test_new_weighting(tmp_path):
    page = 'tutorials/new_weighting.md'
    printed = run_session(page, tmp_path, in_one=True)

    check_outputs(page, printed)
    assert any('6 passed' in line for line in sum(printed, []))


@pytest.mark.e2e
def test_new_neck(tmp_path):
    printed = run_session('tutorials/new_neck.md', tmp_path, in_one=True)

    assert any('4 passed' in line for line in sum(printed, []))
    assert (tmp_path / 'gated.onnx').is_file()
    assert len(list((tmp_path / 'predictions/pictures_depth').rglob('*.png'))) == 2
    assert not (tmp_path / 'predictions/pictures_seg').exists()


def test_the_weighting_of_the_table_by_hand():
    text = (DOCS / 'tutorials/new_weighting.md').read_text()
    code = next(b.code for b in read_blocks('tutorials/new_weighting.md') if b.file)
    assert 'inverse_loss' in code
    for numbers in ('0.4, 1.6', '0.5, 1.5', '1.25, 0.5'):
        assert numbers in text
