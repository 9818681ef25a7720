"""The model index: every config is in it, and published figures are those of the tables."""

import csv
from pathlib import Path

import pytest
import yaml

import mmmtl
from tests.utils.paths import CONFIGS, REPOSITORY

METAFILES = sorted((CONFIGS / 'metafiles').glob('*.yml'))
PREFIX = {'Semantic': 'seg', 'Depth': 'depth', 'Surface': 'normal'}
SYNTHETIC = 'Rendered streets (synthetic)'


def read(path):
    return yaml.safe_load(Path(path).read_text())


MODELS = [model for path in METAFILES for model in read(path)['Models']]
RESULTS = [
    pytest.param(result, id=f'{model["Name"]}-{number}')
    for model in MODELS
    for number, result in enumerate(model.get('Results', []))
]


def published():
    path = REPOSITORY / 'mmmtl_bench' / 'results' / 'published_results.csv'
    return list(csv.DictReader(path.read_text().splitlines()))


def test_the_index_names_the_metafiles():
    imported = read(REPOSITORY / 'model-index.yml')['Import']
    assert imported == [str(path.relative_to(REPOSITORY)) for path in METAFILES]


def test_every_config_is_in_one_metafile():
    assert sorted(Path(model['Config']).name for model in MODELS) == mmmtl.list_configs()
    for model in MODELS:
        assert Path(model['Config']).stem == model['Name']
    for path in METAFILES:
        content = read(path)
        names = {collection['Name'] for collection in content['Collections']}
        assert {model['In Collection'] for model in content['Models']} == names


@pytest.mark.parametrize('result', RESULTS)
def test_a_result_says_where_it_comes_from(result):
    if result['Dataset'] == SYNTHETIC:
        assert result['Source'].startswith('mmmtl 0.2.0: suites/embedded.yaml')
        printed = (REPOSITORY / 'docs' / 'benchmarks.md').read_text()
        assert all(f'{value:.4g}'.rstrip('0') in printed for value in result['Metrics'].values())
        return
    source, _, number = result['Source'].removeprefix('published: ').rpartition(', Table ')
    assert source.startswith(('https://arxiv.org/abs/1803.10704', 'MT-UNet'))
    prefix = PREFIX[result['Task'].split()[0]]
    wanted = {f'{prefix}/{key}': value for key, value in result['Metrics'].items()}
    alike = [
        line
        for line in published()
        if line['table'] == number
        and line['weighting'] == result.get('Weighting', 'n.a.')
        and all(line[key] and float(line[key]) == value for key, value in wanted.items())
    ]
    assert alike
