from torch import nn

from mmmtl.checks.channels import check_channels
from mmmtl.checks.network import Network
from mmmtl.checks.problems import Problems


def lines_of(backbone, neck=None):
    problems = Problems()
    network = Network(backbone=backbone.to('meta'), neck=neck, whole=True)
    check_channels(network, (8, 8), problems)
    return problems.lines()


def test_parts_that_fit():
    assert lines_of(nn.Conv2d(3, 4, 1), nn.Conv2d(4, 2, 1).to('meta')) == []


def test_parts_that_do_not_fit():
    assert lines_of(nn.Conv2d(1, 4, 1)) == [
        'model.backbone: takes 1 channels, expected 3, those of the images.'
    ]
    assert lines_of(nn.Conv2d(3, 4, 1), nn.Conv2d(5, 2, 1).to('meta')) == [
        'model.neck: takes 5 channels, expected 4, those of the backbone.'
    ]


def test_what_cannot_be_followed_is_not_judged():
    class Reads(nn.Module):
        def forward(self, images):
            return images * images.sum().item()

    assert lines_of(Reads()) == []
