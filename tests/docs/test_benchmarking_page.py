"""What the page on comparing methods says of the suites, and its example of one."""

import re

import yaml

from mmmtl.evaluation.relative_gain import GAINS
from mmmtl_bench.suite.suite import Suite
from mmmtl_bench.suite.suite_reading import read_suite
from tests.utils.doc_pages import read_blocks

PAGE = 'benchmarking.md'


def test_the_example_is_a_suite():
    (text,) = (block for language, block in read_blocks(PAGE) if language == 'yaml')
    suite = Suite.from_file(yaml.safe_load(text), PAGE)
    folders = [spec.folder.as_posix() for spec in suite.specs([0])]
    assert len(folders) == 2 + 2 + 1
    assert 'cityscapes7/mtan-wide-head/equal/seed0' in folders


def test_every_suite_is_listed_with_its_runs(repository):
    text = (repository / 'docs' / PAGE).read_text()
    listed = re.findall(r'^\| `(suites/\w+\.yaml)` \|.*\| (\d+) \|', text, re.MULTILINE)
    suites = {path: read_suite(repository / path) for path, _ in listed}
    found = [path.relative_to(repository).as_posix() for path in repository.glob('suites/*.yaml')]
    assert sorted(suites) == sorted(found)
    assert {path: int(runs) for path, runs in listed} == {
        path: len(suite.specs([0])) for path, suite in suites.items()
    }


def test_the_gains_have_the_names_of_the_report(repository):
    text = (repository / 'docs' / PAGE).read_text()
    for gain in GAINS.values():
        assert f'| {gain.label} |' in text
