import pytest

from mmmtl_bench.zoo.zoo_tables import put_into_page, three_digits, zoo_tables

SMALL = dict(
    parameters=1234567, trained=1234500, flops=48_240_000_000, saved_bytes=748 * 2**20
)  # fmt: skip
FROZEN = dict(parameters=2000, trained=10, flops=53_600_000, saved_bytes=2**20)
TIMED = dict(train_seconds=1.2345, predict_seconds=0.04567, timed=3)


def config(data, network, **more):
    return dict(
        dict(
            method='MTAN',
            data=data,
            tasks=['depth', 'surface normals'],
            backbone='ResNet-18',
            weights=None,
            size=[128, 256],
            network=network,
        ),
        **more,
    )


FOUND = dict(
    networks=dict(a={**SMALL, **TIMED}, b=FROZEN, c={**SMALL, **TIMED, 'timed': 1}),
    configs={
        'x.py': config('NYUv2', 'b', method=None),
        'z.py': config('Cityscapes', 'a'),
        'y.py': config('Cityscapes', 'c', weights='https://example.org/y'),
    },
)


def test_a_table_for_each_data_set():
    text = zoo_tables(FOUND, links='there')
    large, small = text.split('\n\n## NYUv2\n\n')
    assert large.startswith('## Cityscapes\n\n| config | method | tasks |')
    *_, first, second = large.splitlines()
    middle = 'MTAN | depth, surface normals | ResNet-18 | 128x256 | 1,234,567 | 48.2 G | 748 MiB'
    assert first == (
        f'| [y](there/y.py) | {middle} | 1.23 s¹ | 0.0457 s¹ | [weights](https://example.org/y) |'
    )
    assert second == f'| [z](there/z.py) | {middle} | 1.23 s | 0.0457 s | no weights yet |'
    assert small.splitlines()[-1] == (
        '| [x](there/x.py) |  | depth, surface normals | ResNet-18 | 128x256 | '
        '2,000 (10 trained) | 0.0536 G | 1 MiB | – | – | no weights yet |'
    )
    for line in text.splitlines():
        assert not line.startswith('|') or line.count('|') == 12


def test_the_tables_of_a_page_are_replaced(tmp_path):
    page = tmp_path / 'page.md'
    begin, end = '<!-- tables: list_configs.py -->', '<!-- end of tables -->'
    page.write_text(f'head\n{begin}\nold\n{end}\nfoot\n')
    once = put_into_page(page, 'new')
    assert once == f'head\n{begin}\n\nnew\n\n{end}\nfoot\n'
    page.write_text(once)
    assert put_into_page(page, 'new') == once
    page.write_text(f'head\n{begin}\nold\n')
    with pytest.raises(ValueError, match='expected lines'):
        put_into_page(page, 'new')


@pytest.mark.parametrize(
    ('number', 'text'),
    [(0.000123456, '0.000123'), (4.0, '4'), (99.96, '100'), (666.94, '667'), (12345.6, '12346')],
)
def test_three_digits(number, text):
    assert three_digits(number) == text
