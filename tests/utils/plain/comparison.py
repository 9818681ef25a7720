"""Compares a model of the package with its plain version, on the same random weights."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

import torch
from mmseg.registry import MODELS
from torch import Tensor, nn

from tests.utils.plain.segnet import Weights
from tests.utils.random_weights import randomise

WIDTHS = (8, 12, 16, 20, 20)
IMAGE = torch.rand(2, 3, 64, 96, generator=torch.Generator().manual_seed(1))


def build(
    tasks: Sequence[str], backbone: dict, neck: dict | None = None, randomised: bool = True
) -> nn.Module:
    """Builds a small model with heads for some of the tasks ``seg`` and ``depth``."""
    head = dict(in_channels=WIDTHS[0], channels=WIDTHS[0])
    settings = dict(num_convs=1, concat_input=False, dropout_ratio=0, norm_cfg=None, act_cfg=None)
    heads = dict(
        seg=dict(type='FCNHead', num_classes=5, **settings, **head),
        depth=dict(type='DepthHead', **head),
    )
    model = MODELS.build(
        dict(
            type='MultiTaskSegmentor',
            backbone={'widths': WIDTHS, **backbone},
            neck=neck and {'widths': WIDTHS, 'tasks': tasks, **neck},
            decode_head={task: heads[task] for task in tasks},
        )
    )
    if randomised:
        randomise(model)
    return model


def weights_of(model: nn.Module, path: Callable[[str], str]) -> Weights:
    """Finds the plain version's weights; ``path`` translates its names, less the convolution."""

    def weights(name: str) -> dict[str, Tensor]:
        name, _, k = name.partition(':')
        place = path(name)
        if k:
            place += '.first' if k == '0' else f'.others.{int(k) - 1}'
        conv, norm, _ = model.get_submodule(place)
        return dict(
            weight=conv.weight,
            bias=conv.bias,
            gamma=norm.weight,
            beta=norm.bias,
            mean=norm.running_mean.clone(),
            var=norm.running_var.clone(),
        )

    return weights


def assert_same_features(
    model: nn.Module,
    plain: Callable[[Tensor, Weights, bool, nn.Module], dict[str, Tensor]],
    path: Callable[[str], str],
) -> None:
    """Compares the last features of each task, in evaluation and in training.

    Training is compared in double precision: batch statistics of few pixels amplify rounding.
    """
    for training, dtype, tolerance in ((False, torch.float, 1e-5), (True, torch.double, 1e-9)):
        converted = copy.deepcopy(model).to(dtype).train(training)
        image = IMAGE.to(dtype)
        with torch.no_grad():
            expected = plain(image, weights_of(converted, path), training, converted)
            features = converted.extract_feat(image)
        assert set(features) == set(expected)
        for task, last in expected.items():
            assert last.abs().max() > 0.1
            torch.testing.assert_close(features[task][-1], last, atol=tolerance, rtol=tolerance)
