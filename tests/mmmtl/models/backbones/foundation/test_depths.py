import pytest
from torch import nn

from mmmtl.models.backbones.foundation.depths import module_depths


class Config:
    def __init__(self, count, depths=None):
        self.stage_names = ['stem', *range(count)]
        if depths is not None:
            self.depths = depths


def plain():
    model = nn.Module()
    model.config = Config(3)
    model.embeddings = nn.Sequential(nn.Linear(1, 1))
    model.layers = nn.ModuleList(nn.Sequential(nn.Linear(1, 1)) for _ in range(3))
    model.norm = nn.LayerNorm(1)
    return model


def stages(before):
    """Two stages of one and two blocks, whose resolution changes before or after their blocks."""
    model = nn.Module()
    model.config = Config(2, [1, 2])
    model.stem = nn.Linear(1, 1)
    model.stages = nn.ModuleList()
    for depth in (1, 2):
        stage = nn.Module()
        if before:
            stage.down = nn.Linear(1, 1)
        stage.blocks = nn.ModuleList(nn.Linear(1, 1) for _ in range(depth))
        if not before:
            stage.down = nn.Linear(1, 1)
        model.stages.append(stage)
    model.norm = nn.LayerNorm(1)
    return model


def test_layers_of_a_plain_transformer():
    depths, count = module_depths(plain())
    assert count == 3
    expected = {
        'embeddings.0': 0,
        'layers.0': 1,
        'layers.0.0': 1,
        'layers.1.0': 2,
        'layers.2.0': 3,
        'norm': 4,
    }
    assert {name: depths[name] for name in expected} == expected


@pytest.mark.parametrize(('before', 'downs'), [(True, (1, 2)), (False, (1, 3))])
def test_blocks_of_stages(before, downs):
    depths, count = module_depths(stages(before))
    assert count == 3
    expected = {
        'stem': 0,
        'stages.0.down': downs[0],
        'stages.0.blocks.0': 1,
        'stages.1.down': downs[1],
        'stages.1.blocks.0': 2,
        'stages.1.blocks.1': 3,
        'norm': 4,
    }
    assert {name: depths[name] for name in expected} == expected


def test_a_model_without_blocks_has_no_depths():
    model = nn.Linear(1, 1)
    model.config = Config(2)
    assert module_depths(model) == ({}, 0)
