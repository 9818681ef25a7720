"""The page on the Visual Decathlon, word for word in an empty folder, with fewer images."""

import json
import re

import pytest
import torch

from mmmtl.compat.checkpoint import read_checkpoint
from mmmtl.datasets.decathlon_domains import DOMAINS
from mmmtl.evaluation import read_scalars
from mmmtl_bench.results.published import find_published_table
from tests.utils.doc_pages import read_blocks, run_session
from tests.utils.paths import CONFIGS, DOCS

PAGE = 'decathlon.md'
DOC = (DOCS / PAGE).read_text()
FAST = {
    'data decathlon data/decathlon': 'data decathlon data/decathlon --share 0.05 --quiet',
    'batch_size=16, num_workers=0)': 'batch_size=4, num_workers=0, batch_sampler=dict('
    "shares='uniform', batches_per_epoch=11))\n"
    'val_dataloader = {name: dict(num_workers=0) for name in _base_.val_dataloader}\n'
    'test_dataloader = {name: dict(num_workers=0) for name in _base_.test_dataloader}',
}
BENCHMARK = 'Compare'


@pytest.fixture(scope='module')
def session(tmp_path_factory):
    folder = tmp_path_factory.mktemp('empty')
    return folder, run_session(PAGE, folder, FAST, without=BENCHMARK)


def printed_by(text, printed):
    """The lines that the first block with a text printed; files print nothing."""
    blocks = [block for block in read_blocks(PAGE, BENCHMARK) if block.file is None]
    number = next(index for index, block in enumerate(blocks) if text in block.code)
    return printed[number]


@pytest.mark.e2e
def test_what_is_printed(session):
    folder, printed = session
    checked = printed_by('data decathlon', printed)
    assert sum(line.partition(':')[0] in DOMAINS for line in checked) == 10
    (line,) = [one for one in printed_by('joint_metrics', printed) if one.startswith('{')]
    assert f'prints `{line}`' in DOC
    for command in ('test small.py', 'test by_domain.py', 'test second_stage.py'):
        lines = printed_by(command, printed)
        assert any('results.json: 164 results' in one for one in lines), lines
        assert any(re.fullmatch(r'score: \d+', one) for one in lines), lines
    results = json.loads((folder / 'results.json').read_text())
    assert len(results) == 164


@pytest.mark.e2e
def test_what_the_commands_leave(session):
    folder, _ = session
    for run, metric, epochs in (
        ('run', 'decathlon/score', [1, 2]),
        ('run_second', 'dtd/accuracy', [1]),
        ('run_ucf101', 'ucf101/accuracy', [1, 2]),
    ):
        assert read_scalars(folder / run).series('val', metric)[0] == epochs
    assert len(list((folder / 'run').glob('best_decathlon_score_epoch_*.pth'))) == 1
    weights = {
        name: read_checkpoint(folder / name)['state_dict']
        for name in ('run/epoch_2.pth', 'by_domain.pth', 'svhn.pth')
    }
    old, by_domain, svhn = weights.values()
    own = {name: value for name, value in by_domain.items() if 'statistics' not in name}
    assert all(torch.equal(old[name], value) for name, value in own.items())
    mean = 'backbone.groups.0.0.norm1.{}running_mean'
    first = [by_domain[mean.format(f'statistics.{name}.')] for name in ('svhn', 'dtd')]
    torch.testing.assert_close(first[0], svhn[mean.format('')])
    assert not torch.allclose(first[0], first[1])
    prediction = folder / 'predictions' / 'svhn' / '000001.json'
    assert len(json.loads(prediction.read_text())['scores']) == 10
    assert (folder / 'svhn.onnx').is_file()


def test_published_figures_are_those_of_the_table():
    table = find_published_table('mtan-cvpr19', 4)
    for row in table.rows:
        values = [row.printed['params_ratio'], *(row.printed[key] for key in row.metrics)]
        assert f'| {row.architecture} | {" | ".join(values)} |' in DOC


def test_every_config_of_the_page_and_every_link_exists():
    for name in re.findall(r'`(\w+_wrn28-4_decathlon[\w-]*\.py)`', DOC):
        assert (CONFIGS / name).is_file()
    for page, anchor in re.findall(r'\]\((\w*\.?\w*)(?:#([\w-]+))?\)', DOC):
        text = (DOCS / (page or PAGE)).read_text()
        heads = re.findall(r'^#+ (.*)$', text, re.MULTILINE)
        anchors = {re.sub(r'[^\w -]', '', head).lower().replace(' ', '-') for head in heads}
        assert not anchor or anchor in anchors
