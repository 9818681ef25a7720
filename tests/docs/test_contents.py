"""The contents at the head of a page name its sections, all and in their order."""

import re

import pytest

from tests.utils.paths import DOCS

LISTED = re.compile(r'^- \[(.*?)\]\(#([\w-]+)\)$', re.MULTILINE)
TEXTS = {
    path.name: re.sub(r'```.*?```', '', path.read_text(), flags=re.DOTALL)
    for path in sorted(DOCS.glob('*.md'))
}
WITH_CONTENTS = [name for name, text in TEXTS.items() if LISTED.search(text)]


@pytest.mark.parametrize('name', WITH_CONTENTS)
def test_contents_are_the_sections(name):
    titles = re.findall(r'^## (.*)$', TEXTS[name], re.MULTILINE)
    anchors = [re.sub(r'[^\w -]', '', title).lower().replace(' ', '-') for title in titles]
    assert LISTED.findall(TEXTS[name]) == list(zip(titles, anchors, strict=True))


def test_there_are_pages_with_contents():
    assert {'decathlon.md', 'inference.md', 'own_data_per_task.md'} <= set(WITH_CONTENTS)
