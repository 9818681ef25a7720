"""The parameter counts of docs/architectures.md are those of the models."""

import re

import pytest
from mmseg.registry import MODELS

from mmmtl.apis.launch import load_config
from mmmtl.checks.meta import weights_on_meta
from tests.utils.paths import DOCS, REPOSITORY

PAGES = '\n'.join(
    (DOCS / name).read_text() for name in ('architectures.md', 'nyuv2.md', 'field_benchmarks.md')
)
ROWS = re.findall(r'^\| `(\S+\.py)`.*?\| ([\d,]+) \|', PAGES, flags=re.MULTILINE)


@pytest.mark.parametrize(('name', 'stated'), ROWS)
def test_the_stated_count_is_the_model_s(name, stated):
    cfg = load_config(REPOSITORY / 'configs' / name).model
    if 'swin-t' in name:
        cfg.backbone.update(model=None, config=dict(model_type='swin'))  # whose defaults are Swin-T
    with weights_on_meta():
        model = MODELS.build(cfg)
    assert sum(p.numel() for p in model.parameters()) == int(stated.replace(',', ''))


def test_every_variant_that_is_named_exists():
    names = [name for name, _ in ROWS]
    assert len(names) > 30
    assert all((REPOSITORY / 'configs' / name).exists() for name in names)
