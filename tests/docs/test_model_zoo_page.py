"""docs/model_zoo.md lists every config, and says of its network what is so."""

import re

import pytest

import mmmtl
from mmmtl.apis.launch import load_config
from mmmtl_bench.run.complexity import count_flops
from mmmtl_bench.zoo.bare_network import build_bare
from mmmtl_bench.zoo.zoo_tables import three_digits
from tests.utils.paths import DOCS

ROW = re.compile(
    r'^\| \[(?P<name>\S+)\]\(\.\./configs/(?P<file>\S+)\) \| .* \| (?P<size>\d+x\d+) '
    r'\| (?P<parameters>[\d,]+)(?: \((?P<trained>[\d,]+) trained\))? \| (?P<flops>[\d.]+) G '
    r'\| \d+ MiB \| (?P<step>\S+( s¹?)?) \| \S+( s¹?)? \| no weights yet \|$',
    re.MULTILINE,
)
ROWS = {
    found['name']: found.groupdict()
    for found in ROW.finditer((DOCS / 'model_zoo.md').read_text(encoding='utf-8'))
}
SOME = (
    'invpt-full_vit-b_nyud',
    'linear_dinov2-s_cityscapes19',
    'mtan_segnet_nyuv2',
    'mtunet_cityscapes7',
    'padnet_r50_pascal-context',
    'split_wrn28-4_decathlon',
)


def test_every_config_has_a_row():
    assert sorted(row['file'] for row in ROWS.values()) == mmmtl.list_configs()
    assert all(row['file'] == f'{name}.py' for name, row in ROWS.items())


@pytest.mark.parametrize('name', SOME)
def test_counts_are_those_of_the_network(repository, name):
    model = build_bare(load_config(repository / 'configs' / f'{name}.py'), on_meta=True)
    row = ROWS[name]
    parameters = [one for key, one in model.named_parameters() if 'loss_weighting.' not in key]
    assert sum(one.numel() for one in parameters) == int(row['parameters'].replace(',', ''))
    if row['trained'] is not None:
        trained = sum(one.numel() for one in parameters if one.requires_grad)
        assert trained == int(row['trained'].replace(',', ''))


@pytest.mark.parametrize('name', ['mtan_segnet_nyuv2', 'split_wrn28-4_decathlon'])
def test_multiply_adds_are_those_of_the_size(repository, name):
    model = build_bare(load_config(repository / 'configs' / f'{name}.py'), on_meta=True).to('meta')
    height, width = map(int, ROWS[name]['size'].split('x'))
    assert three_digits(count_flops(model, (height, width)) / 1e9) == ROWS[name]['flops']
