import pytest
from mmengine.config import Config
from mmseg.registry import MODELS

# Published architecture, counted by hand from its widths; CityScapes with 2, 7 and 19 classes, and
# NYUv2 with 13 classes and three tasks.
SINGLE_SEG = {2: 24_980_354, 7: 24_980_679, 19: 24_981_459, 13: 24_981_069}
SINGLE_DEPTH = 24_980_289
SPLIT = {2: 25_017_347, 7: 25_017_672, 19: 25_018_452, 13: 25_055_185}
MTAN = {2: 41_206_659, 7: 41_206_984, 19: 41_207_764, 13: 44_229_073}


def count(config, num_classes=None):
    cfg = config.model
    if num_classes is not None:
        cfg.decode_head.seg.num_classes = num_classes
    if num_classes == 13:  # normals: three channels, as a head of three classes has
        cfg.decode_head.normal = dict(cfg.decode_head.seg, num_classes=3)
        if 'neck' in cfg:
            cfg.neck.tasks = ['seg', 'depth', 'normal']
    model = MODELS.build(cfg)
    weighting = sum(p.numel() for p in model.loss_weighting.parameters())
    return sum(p.numel() for p in model.parameters()) - weighting


@pytest.mark.parametrize(
    ('name', 'counts'),
    [
        ('segnet_cityscapes7-seg', {n: c for n, c in SINGLE_SEG.items() if n != 13}),
        ('split_segnet_cityscapes7', SPLIT),
        ('mtan_segnet_cityscapes7', MTAN),
    ],
)
def test_counts_of_the_papers(repository, name, counts):
    for num_classes, expected in counts.items():
        config = Config.fromfile(repository / 'configs' / f'{name}.py')
        assert count(config, num_classes) == expected


@pytest.mark.parametrize(
    ('name', 'expected'),
    [
        ('segnet_cityscapes7-depth', SINGLE_DEPTH),
        ('mtan_segnet_cityscapes2', MTAN[2]),
        ('mtan_segnet_cityscapes7', MTAN[7]),
        ('mtan_segnet_cityscapes19', MTAN[19]),
    ],
)
def test_counts_of_the_configs_as_they_are(repository, name, expected):
    assert count(Config.fromfile(repository / 'configs' / f'{name}.py')) == expected


@pytest.mark.parametrize('norm', ['BN', 'SyncBN'])
def test_the_loss_weighting_is_the_only_other_parameter(repository, norm):
    config = Config.fromfile(repository / 'configs' / 'mtan_segnet_cityscapes7.py')
    config.model.loss_weighting = dict(type='UncertaintyWeighting')
    config.model.backbone.norm_cfg = dict(type=norm)
    config.model.neck.norm_cfg = dict(type=norm)
    assert count(config) == MTAN[7]
