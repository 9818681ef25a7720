"""The questions and answers: links lead somewhere, and what they say of the package holds."""

from __future__ import annotations

import inspect
import re

import pytest
import torch
from mmengine.config import Config
from mmseg.registry import DATA_SAMPLERS, HOOKS, METRICS, MODELS, TASK_UTILS

from mmmtl.checks import check_config
from mmmtl.datasets.readers import IdMapReader
from mmmtl.models.loss_weighting import DynamicWeightAverage, UncertaintyWeighting
from tests.utils.paths import DOCS

PAGE = 'faq.md'
DOC = (DOCS / PAGE).read_text()
PARTS = re.split(r'^### ', DOC, flags=re.MULTILINE)[1:]
QUESTIONS = dict(part.split('\n', 1) for part in PARTS)


def anchors(page: str) -> set[str]:
    text = re.sub(r'```.*?```', '', (DOCS / page).read_text(), flags=re.DOTALL)
    titles = re.findall(r'^#+ (.*)$', text, re.MULTILINE)
    return {re.sub(r'[^\w -]', '', title).lower().replace(' ', '-') for title in titles}


@pytest.mark.parametrize('title', QUESTIONS)
def test_each_answer_is_short_and_leads_deeper(title):
    answer = re.split(r'^## ', QUESTIONS[title], flags=re.MULTILINE)[0]
    plain = re.sub(r'```.*?```|\]\([^)]*\)|`[^`]*`', ' x', answer, flags=re.DOTALL)
    sentences = re.findall(r'[^.:;!?]{8,}[.:](?=\s)', plain)
    assert 3 <= len(sentences) <= 18
    assert re.search(r'\]\((?!http)[\w/]+\.md', answer)


def test_threads_are_named_as_their_links():
    links = re.findall(r'\[([^\]]*)\]\(https://github\.com/([\w.-]+/[\w.-]+)/(\w+)/(\d+)\)', DOC)
    assert len(links) > 30
    for name, repository, kind, number in links:
        assert name in (f'{repository}#{number}', f'#{number}')
        assert kind in ('issues', 'pull')


def test_links_lead_to_sections():
    links = re.findall(r'\]\((?!http)([\w/]+\.md)?(?:#([\w-]+))?\)', DOC)
    assert links
    for page, section in links:
        assert (DOCS / (page or PAGE)).is_file(), page
        assert not section or section in anchors(page or PAGE), (page, section)


def test_the_names_are_those_of_components():
    named = {
        HOOKS: ('GradientConflictHook', 'JointScoreHook'),
        METRICS: ('BoundaryMetric',),
        DATA_SAMPLERS: ('MultiSetBatchSampler',),
        MODELS: ('MultiTaskSegmentor', 'HFBackbone', 'STCHWeighting'),
        TASK_UTILS: ('BoundaryReader', 'IdMapReader'),
    }
    for registry, names in named.items():
        for name in names:
            assert f'`{name}' in DOC or f"'{name}'" in DOC
            assert registry.get(name) is not None
    assert inspect.signature(METRICS.get('BoundaryMetric')).parameters['max_dist'].default == 0.0075


def test_the_numbers_of_the_answers():
    assert f'{32257 / 65535:.4f}' == '0.4922'
    losses = dict(seg=torch.tensor(0.3), depth=torch.tensor(0.02))
    found = UncertaintyWeighting(['seg', 'depth'])(losses)
    total = sum(found.weights[task] * loss for task, loss in losses.items()) + found.regulariser
    assert f'{total.item():.3f}' == '-0.236'
    assert IdMapReader(table={0: 255, 1: 0, 2: 1}) is not None


def test_two_epochs_of_dwa_are_two_with_equal_weights():
    weighting = DynamicWeightAverage(['seg', 'depth'])
    for epoch in range(2):
        losses = dict(seg=torch.tensor(2.0 - epoch), depth=torch.tensor(0.5))
        assert [weight.item() for weight in weighting(losses).weights.values()] == [1, 1]
        weighting.end_epoch()
    assert weighting(losses).weights['seg'] != 1


def test_a_backbone_of_a_package_that_is_missing_is_named():
    if MODELS.get('mmpretrain.ConvNeXt') is not None:
        pytest.skip('mmpretrain is installed')
    model = dict(
        type='MultiTaskSegmentor',
        backbone=dict(type='mmpretrain.ConvNeXt', arch='tiny'),
        decode_head=dict(depth=dict(type='DepthHead', in_channels=8, channels=8)),
    )
    (said,) = re.findall(
        r'`(expected a type[^`]*mmpretrain is installed\.)`', DOC.replace('\n', ' ')
    )
    assert any(said in line for line in check_config(Config(dict(model=model))))
