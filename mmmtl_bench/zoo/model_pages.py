"""The tables of configs on the pages of docs/models."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatch
from typing import Any

from mmmtl_bench.zoo.zoo_tables import say_parameters, three_digits

PAGES: dict[str, tuple[str, ...]] = {
    'single_task': ('segnet_*', 'r18-d8_*', 'r50-d8_*', 'stan_segnet_*'),
    'split': ('split_*', 'split-wide_*', 'split-deep_*'),
    'dense': ('dense_*',),
    'cross_stitch': ('cross-stitch_*',),
    'nddr': ('nddr_*',),
    'mtan': ('mtan_segnet_*', 'own_data_example'),
    'mtan_preprint': ('mtan-v1_*', 'stan-v1_*', 'mtlbl1_*', 'mtlbl2_*'),
    'mtan_resnet': ('mtan_r50-d8_*', 'mtan_wrn28-4_*', 'stan_wrn28-4_*'),
    'stage_attention': ('stage-attention_*',),
    'mtunet': ('mtunet_*', 'stunet_*'),
    'padnet': ('padnet_*',),
    'mtinet': ('mtinet_*',),
    'invpt': ('invpt_*', 'invpt-full_*'),
    'foundation': (
        'linear_*', 'split_dinov2-s_*', 'split_convnext-t_*', 'stage-attention_dinov3-s_*',
        'invpt_swin-t_*',
    ),
}  # fmt: skip
"""The pages and the configs that they list, by patterns of their names."""

MARKS = '<!-- configs: draw_architectures.py -->', '<!-- end of configs -->'
"""The comments around the table of a page."""

_HEAD = (
    '| config | tasks | backbone | image | parameters | FLOPs |\n'
    '| --- | --- | --- | --: | --: | --: |'
)


def configs_of(found: Mapping[str, Any], page: str) -> list[str]:
    """Gives the configs that a page lists.

    Args:
        found: The content of docs/model_zoo.json.
        page: Name of the page, without its suffix.

    Returns:
        Names of their files, in their order.
    """
    names = [name.removesuffix('.py') for name in found['configs']]
    return sorted(
        f'{name}.py' for name in names if any(fnmatch(name, pattern) for pattern in PAGES[page])
    )


def page_table(found: Mapping[str, Any], page: str, links: str = '../../configs') -> str:
    """Makes the table of a page.

    Args:
        found: The content of docs/model_zoo.json.
        page: Name of the page.
        links: Folder of the configs, from where the page is. Defaults to ``'../../configs'``.

    Returns:
        Markdown, a row for each config.
    """
    rows = []
    for name in configs_of(found, page):
        config = found['configs'][name]
        costs = found['networks'][config['network']]
        cells = (
            f'[{name.removesuffix(".py")}]({links}/{name})',
            ', '.join(config['tasks']),
            config['backbone'],
            '{}x{}'.format(*config['size']),
            say_parameters(costs),
            f'{three_digits(costs["flops"] / 1e9)} G',
        )
        rows.append(f'| {" | ".join(cells)} |')
    return '\n'.join([_HEAD, *rows])
