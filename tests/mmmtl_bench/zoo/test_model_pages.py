"""Tables of configs on the pages of architectures."""

import pytest

from mmmtl.shipped_files import list_configs
from mmmtl_bench.zoo.model_pages import PAGES, configs_of, page_table

FOUND = dict(
    networks=dict(
        a=dict(parameters=1234567, trained=1234567, flops=48_240_000_000),
        b=dict(parameters=2000, trained=10, flops=53_600_000),
    ),
    configs={
        'nddr_r50_there.py': dict(
            tasks=['depth'], backbone='ResNet-50', size=[64, 96], network='b'
        ),
        'nddr_r18_here.py': dict(
            tasks=['depth', 'surface normals'], backbone='ResNet-18', size=[128, 256], network='a'
        ),
        'mtan_segnet_here.py': dict(tasks=[], backbone='SegNet', size=[1, 1], network='a'),
    },
)


def test_a_row_for_each_config_of_the_page():
    assert configs_of(FOUND, 'nddr') == ['nddr_r18_here.py', 'nddr_r50_there.py']
    head, _, *rows = page_table(FOUND, 'nddr', links='there').splitlines()
    assert head == '| config | tasks | backbone | image | parameters | FLOPs |'
    assert rows == [
        '| [nddr_r18_here](there/nddr_r18_here.py) | depth, surface normals | ResNet-18 | 128x256 '
        '| 1,234,567 | 48.2 G |',
        '| [nddr_r50_there](there/nddr_r50_there.py) | depth | ResNet-50 | 64x96 '
        '| 2,000 (10 trained) | 0.0536 G |',
    ]


@pytest.mark.parametrize('page', PAGES)
def test_every_page_has_configs(page):
    assert configs_of(dict(configs=dict.fromkeys(list_configs())), page)


def test_every_config_is_on_a_page():
    everything = dict(configs=dict.fromkeys(list_configs()))
    found = {name for page in PAGES for name in configs_of(everything, page)}
    assert found == set(list_configs())
