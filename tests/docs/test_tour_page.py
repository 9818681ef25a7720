"""The tour, word for word in an empty folder: each block prints what stands below it."""

import re
from pathlib import Path

import pytest

from tests.utils.doc_pages import check_outputs, run_session
from tests.utils.paths import DOCS

PAGE = 'tour.md'
DOC = (DOCS / PAGE).read_text()


@pytest.mark.e2e
def test_every_block_prints_what_the_page_says(tmp_path):
    printed = run_session(PAGE, tmp_path)

    check_outputs(PAGE, printed)
    out = tmp_path / 'predictions'
    for folder, suffix in dict(pictures='png', seg='png', depth='npy').items():
        assert len(list((out / folder).rglob(f'*.{suffix}'))) == 2


def test_the_files_that_it_names_are_there(repository):
    named = re.findall(r'`(mmmtl(?:/\w+)+(?:\.py|/))`', DOC)
    assert len(named) > 10
    assert all((repository / path).exists() for path in named)


def test_each_stop_says_where_to_change_it():
    stops = re.split(r'^## ', DOC, flags=re.MULTILINE)[2:]
    without = [stop.splitlines()[0] for stop in stops if '*Change it*' not in stop]
    assert without == ['Labels that are missing', 'The names of a task']


def test_links_lead_to_pages():
    for link in re.findall(r'\]\(([\w/]+\.(?:md|png))', DOC):
        assert (Path(DOCS) / link).is_file(), link
