import builtins

import pytest
import torch
import torchjd.aggregation as torchjd
from mmengine.config import Config
from mmseg.registry import MODELS

from mmmtl.models.loss_weighting.gradient.torchjd_methods import (
    GRADIENT_METHODS,
    UNSUPPORTED_METHODS,
    build_gradient_method,
)
from tests.utils.gradient_batches import TASKS, weights_of

CONFLICT = dict(seg=[1.0, 0.0, 0.5, 0.0], depth=[-1.0, 2.0, 0.0, 0.5], normal=[0.3, -1.0, 1.0, 2.0])
AGGREGATORS = {
    'Aligned-MTL': torchjd.AlignedMTL,
    'CAGrad': lambda: torchjd.CAGrad(c=0.4),
    'ConFIG': torchjd.ConFIG,
    'DualProj': torchjd.DualProj,
    'FairGrad': lambda: torchjd.FairGrad(alpha=1.0),
    'GradVac': torchjd.GradVac,
    'IMTL-G': torchjd.IMTLG,
    'Krum': lambda: torchjd.Krum(n_byzantine=0),
    'MGDA': torchjd.MGDA,
    'Nash-MTL': lambda: torchjd.NashMTL(n_tasks=3),
    'PCD': torchjd.PCD,
    'PCGrad': torchjd.PCGrad,
    'UPGrad': torchjd.UPGrad,
}


def weighting(method, tasks=TASKS, **config):
    return MODELS.build(dict(type='GradientWeighting', tasks=tasks, method=method, **config))


def two_tasks(method, seg, depth, **config):
    found = weights_of(weighting(method, ('seg', 'depth'), **config), dict(seg=seg, depth=depth))
    return [found['seg'], found['depth']]


@pytest.mark.parametrize(
    ('seg', 'depth', 'share'),
    [
        ([1, 0], [0, 2], 4 / 5),  # orthogonal: |g2|^2 / (|g1|^2 + |g2|^2)
        ([1, 1], [-2, 0], 3 / 5),  # (g2 - g1) g2 / |g1 - g2|^2 = 6 / 10
        ([1, 0], [3, 0], 1),  # the shorter of two that agree
    ],
)
def test_mgda_in_closed_form(seg, depth, share):
    assert two_tasks('MGDA', seg, depth) == pytest.approx([2 * share, 2 - 2 * share], abs=1e-6)


@pytest.mark.parametrize('method', ['IMTL-G', 'FairGrad', 'Nash-MTL', 'ConFIG', 'Aligned-MTL'])
def test_two_orthogonal_gradients_are_made_equally_long(method):
    # sum of w_i = 2 and w_i inversely proportional to the norms 1 and 4
    assert two_tasks(method, [1, 0], [0, 4]) == pytest.approx([8 / 5, 2 / 5], rel=1e-3)


def test_imtl_g_projects_equally_on_both_directions():
    g, h = torch.tensor([2.0, 0.0]), torch.tensor([-1.0, 1.0])
    a, b = two_tasks('IMTL-G', g.tolist(), h.tolist())
    direction = a * g + b * h
    assert (direction @ g / g.norm()).item() == pytest.approx((direction @ h / h.norm()).item())


def test_pcgrad_adds_what_it_projects():
    # g h = -1, |h|^2 = 2, |g|^2 = 1: g + h / 2 and h + g
    assert two_tasks('PCGrad', [1, 0], [-1, 1], scale='method') == pytest.approx([2, 1.5])
    assert two_tasks('PCGrad', [1, 0], [-1, 1]) == pytest.approx([8 / 7, 6 / 7])
    assert two_tasks('PCGrad', [1, 0], [1, 1]) == [1, 1]


def test_upgrad_projects_each_gradient_onto_the_dual_cone():
    # As PCGrad, for two tasks, but for the solver's regularisation of 1e-4.
    assert two_tasks('UPGrad', [1, 0], [-1, 1]) == pytest.approx([8 / 7, 6 / 7], abs=1e-3)


def test_cagrad_for_equally_long_orthogonal_gradients():
    # g_0 = (1, 1) / 2 and g_w agree in direction: w = (1, 1) / 2, and g_0 is scaled by 1 + c.
    found = two_tasks('CAGrad', [1, 0], [0, 1], scale='method', method_args=dict(c=0.5))
    assert found == pytest.approx([0.75, 0.75], rel=1e-5)


def test_gradvac_without_a_memory_is_pcgrad():
    # The target cosine is 0 in the first batch.
    assert two_tasks('GradVac', [1, 0], [-1, 1]) == pytest.approx([8 / 7, 6 / 7], rel=1e-6)


def test_pcd_follows_the_primary_task_as_far_as_the_others_allow():
    args = dict(primary='depth', tau=0.5)
    # seg gets nothing from (0, 2), so that half of its own normalised gradient is added.
    seg, depth = two_tasks('PCD', [1, 0], [0, 2], method_args=args, scale='method')
    direction = torch.tensor([seg, 2 * depth])
    assert direction.norm().item() == pytest.approx(2)
    assert (direction[0] / direction[1]).item() == pytest.approx(0.5, rel=1e-5)


def test_krum_takes_the_gradient_that_is_nearest_to_another():
    found = weights_of(weighting('Krum'), dict(seg=[0, 0.1], depth=[1, 0], normal=[-1.5, 0]))
    assert found == dict(seg=3, depth=0, normal=0)


@pytest.mark.parametrize('method', sorted(GRADIENT_METHODS))
@pytest.mark.parametrize('size', [1, 1e-6, 1e4])
def test_the_weighted_sum_is_torchjd_s_aggregation(method, size):
    jacobian = torch.tensor(list(CONFLICT.values()), dtype=torch.float64)
    if method != 'PCD':
        jacobian /= jacobian.square().sum(dim=1).mean().sqrt()
    module = weighting(method, scale='method')
    scaled = {task: [size * x for x in gradient] for task, gradient in CONFLICT.items()}
    weights = list(weights_of(module, scaled).values())
    with torch.random.fork_rng(devices=()):
        torch.default_generator.manual_seed(seed_of_first_step())
        aggregator = torchjd.PCD(eps=0) if method == 'PCD' else AGGREGATORS[method]()
        expected = aggregator(jacobian)
    found = torch.tensor(weights, dtype=torch.float64) @ jacobian
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


def seed_of_first_step():
    return weighting('MGDA')._step_seed()


@pytest.mark.parametrize('method', ['UPGrad', 'DualProj', 'Aligned-MTL', 'ConFIG'])
def test_a_preference_is_given_by_task(method):
    alone = dict(seg=[1.0, 0.0], depth=[0.0, 1.0])
    plain = weighting(method, ('seg', 'depth'))
    preferring = weighting(
        method, ('seg', 'depth'), method_args=dict(preference=dict(depth=3, seg=1))
    )
    assert weights_of(plain, alone) == pytest.approx(dict(seg=1, depth=1), rel=1e-5)
    assert weights_of(preferring, alone) == pytest.approx(dict(seg=0.5, depth=1.5), rel=1e-4)


def test_every_weighting_of_torchjd_is_there_or_explained():
    spelled = dict(AlignedMTL='Aligned-MTL', IMTLG='IMTL-G', NashMTL='Nash-MTL', CRMOGM='CR-MOGM')
    bases = {'', 'Aggregator', 'GramianWeightedAggregator', 'WeightedAggregator'}
    names = {name.removesuffix('Weighting') for name in torchjd.__all__} - bases
    assert {spelled.get(name, name) for name in names} == {
        *GRADIENT_METHODS,
        *UNSUPPORTED_METHODS,
    }


def test_every_method_has_a_config(repository):
    files = sorted((repository / 'configs' / '_base_' / 'weightings').glob('grad*.py'))
    configs = [Config.fromfile(path).loss_weighting for path in files]
    modules = [MODELS.build(dict(config, tasks=TASKS)) for config in configs]
    assert {getattr(module, 'method_name', 'GradNorm') for module in modules} == {
        'GradNorm',
        *GRADIENT_METHODS,
    }


@pytest.mark.parametrize(
    ('method', 'args', 'reason'),
    [
        ('pcgrad', {}, r"expected one of \['Aligned-MTL', .*'UPGrad'\], found 'pcgrad'"),
        ('GradDrop', {}, 'GradDrop is not supported: it treats each coordinate'),
        ('MoDo', {}, 'two independent batches'),
        ('CR-MOGM', {}, 'smoothing=0.9'),
        ('MGDA', dict(c=1), r"MGDA expects arguments among \['epsilon', 'max_iters'\].*\['c'\]"),
        ('UPGrad', dict(preference=dict(seg=1)), r'preference: .*found \{'),
        ('UPGrad', dict(preference=dict(seg=1, depth=-1)), 'finite numbers > 0'),
        ('PCD', dict(primary='normal'), r"primary: .*\['seg', 'depth'\], found 'normal'"),
        ('Krum', {}, 'needs 3 tasks'),
        ('Aligned-MTL', dict(scale_mode='max'), "scale_mode: .*found 'max'"),
        ('FairGrad', dict(alpha=-1), 'alpha: expected a number >= 0, found -1'),
        ('GradVac', dict(beta=2), 'beta.*2'),
    ],
)
def test_wrong_methods_and_arguments_are_named(method, args, reason):
    with pytest.raises(ValueError, match=reason):
        build_gradient_method(method, ['seg', 'depth'], args)


def test_a_missing_package_is_named(monkeypatch):
    original = builtins.__import__

    def without_torchjd(name, *args, **kwargs):
        if name.startswith('torchjd'):
            raise ModuleNotFoundError("No module named 'torchjd'", name='torchjd')
        return original(name, *args, **kwargs)

    monkeypatch.setattr(builtins, '__import__', without_torchjd)
    with pytest.raises(ValueError, match=r"torchjd.*pip install 'torchjd\[full\]'"):
        build_gradient_method('MGDA', TASKS)


def test_a_missing_solver_is_named(monkeypatch):
    monkeypatch.setattr(torchjd.CAGradWeighting, '_REQUIRED_DEPS', ['no_such_solver'])
    with pytest.raises(ValueError, match=r"no_such_solver.*pip install 'torchjd\[full\]'"):
        build_gradient_method('CAGrad', TASKS)
