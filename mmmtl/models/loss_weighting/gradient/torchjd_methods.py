"""The table of gradient methods: how each is built from TorchJD, and why others are not there."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from mmmtl.models.loss_weighting.gradient.method import GradientMethod, PreferenceMethod, factor
from mmmtl.models.loss_weighting.torchjd_extra import explained_imports

# TorchJD and its solvers are an extra, and slow to import: each function imports what it needs.


def build_gradient_method(
    name: str, tasks: Sequence[str], arguments: Mapping[str, Any] | None = None
) -> GradientMethod:
    """Builds a method by the name that its paper gives it.

    Args:
        name: Name of the method, see :data:`GRADIENT_METHODS`.
        tasks: Names of the model's tasks.
        arguments: The method's own arguments. Defaults to none.

    Returns:
        The method.

    Raises:
        ValueError: If the method is unknown or cannot be supported, an argument is wrong, or a
            package that it needs is missing.
    """
    if name in UNSUPPORTED_METHODS:
        raise ValueError(f'method: {name} is not supported: {UNSUPPORTED_METHODS[name]}.')
    if name not in GRADIENT_METHODS:
        raise ValueError(f'method: expected one of {sorted(GRADIENT_METHODS)}, found {name!r}.')
    build = GRADIENT_METHODS[name]
    known = list(inspect.signature(build).parameters)[1:]
    unknown = set(arguments or {}) - set(known)
    if unknown:
        raise ValueError(
            f'method_args: {name} expects arguments among {known}, found {sorted(unknown)}.'
        )
    with explained_imports(f'method={name!r}'):
        return build(tasks, **(arguments or {}))


def _aligned_mtl(
    tasks: Sequence[str], preference: Mapping[str, float] | None = None, scale_mode: str = 'min'
) -> GradientMethod:
    from torchjd.aggregation import AlignedMTLWeighting

    modes = ('min', 'median', 'rmse')
    if scale_mode not in modes:
        raise ValueError(f'method_args: scale_mode: expected one of {modes}, found {scale_mode!r}.')
    weighting = AlignedMTLWeighting(scale_mode=scale_mode)  # type: ignore[arg-type]
    return PreferenceMethod(_preferring(weighting), _checked(preference, tasks))


def _cagrad(tasks: Sequence[str], c: float = 0.4) -> GradientMethod:
    from torchjd.aggregation import CAGradWeighting

    return GradientMethod(CAGradWeighting(c=c))


def _config(tasks: Sequence[str], preference: Mapping[str, float] | None = None) -> GradientMethod:
    from torchjd.aggregation import ConFIG

    def rule(gramian: Tensor, vector: Tensor | None) -> Tensor:
        gradients = factor(gramian)
        direction = ConFIG(vector)(gradients)  # a weighted sum of the gradients: which weights?
        return torch.linalg.pinv(gradients.T) @ direction

    return PreferenceMethod(rule, _checked(preference, tasks))


def _dual_proj(
    tasks: Sequence[str], preference: Mapping[str, float] | None = None, reg_eps: float = 1e-4
) -> GradientMethod:
    from torchjd.aggregation import DualProjWeighting
    from torchjd.linalg import QuadprogProjector

    weighting = DualProjWeighting(projector=QuadprogProjector(reg_eps=reg_eps))
    return PreferenceMethod(_preferring(weighting), _checked(preference, tasks))


def _fair_grad(
    tasks: Sequence[str],
    alpha: float = 1.0,
    max_iters: int | None = None,
) -> GradientMethod:
    from torchjd.aggregation import FairGradWeighting

    if not alpha >= 0:
        raise ValueError(f'method_args: alpha: expected a number >= 0, found {alpha}.')
    return GradientMethod(FairGradWeighting(alpha=alpha, max_iters=max_iters))


def _grad_vac(tasks: Sequence[str], beta: float = 0.5, eps: float = 1e-8) -> GradientMethod:
    from mmmtl.models.loss_weighting.gradient.stateful_methods import GradVacMethod

    return GradVacMethod(beta, eps)


def _imtl_g(tasks: Sequence[str]) -> GradientMethod:
    from torchjd.aggregation import IMTLGWeighting

    return GradientMethod(IMTLGWeighting())


def _krum(tasks: Sequence[str], n_byzantine: int = 0, n_selected: int = 1) -> GradientMethod:
    from torchjd.aggregation import KrumWeighting

    smallest = max(n_byzantine + 3, n_selected)
    if len(tasks) < smallest:
        raise ValueError(
            f'method: Krum with n_byzantine={n_byzantine} and n_selected={n_selected} needs '
            f'{smallest} tasks, found {list(tasks)}.'
        )
    return GradientMethod(KrumWeighting(n_byzantine, n_selected), smallest)


def _mgda(tasks: Sequence[str], epsilon: float = 1e-3, max_iters: int = 100) -> GradientMethod:
    from torchjd.aggregation import MGDAWeighting

    return GradientMethod(MGDAWeighting(epsilon, max_iters))


def _nash_mtl(tasks: Sequence[str], max_norm: float = 1.0, optim_niter: int = 20) -> GradientMethod:
    from mmmtl.models.loss_weighting.gradient.stateful_methods import NashMTLMethod

    return NashMTLMethod(max_norm, optim_niter)


def _pcd(
    tasks: Sequence[str],
    primary: str | None = None,
    tau: float = 0.02,
    beta: float = 0.999,
    eps: float = 0.0,
) -> GradientMethod:
    from mmmtl.models.loss_weighting.gradient.stateful_methods import PCDMethod

    if primary is not None and primary not in tasks:
        raise ValueError(
            f'method_args: primary: expected one of the tasks {list(tasks)}, found {primary!r}.'
        )
    return PCDMethod(primary or tasks[0], tau, beta, eps)


def _pc_grad(tasks: Sequence[str]) -> GradientMethod:
    from torchjd.aggregation import PCGradWeighting

    return GradientMethod(PCGradWeighting())


def _up_grad(
    tasks: Sequence[str], preference: Mapping[str, float] | None = None, reg_eps: float = 1e-4
) -> GradientMethod:
    from torchjd.aggregation import UPGradWeighting
    from torchjd.linalg import QuadprogProjector

    weighting = UPGradWeighting(projector=QuadprogProjector(reg_eps=reg_eps))
    return PreferenceMethod(_preferring(weighting), _checked(preference, tasks))


GRADIENT_METHODS: Mapping[str, Callable[..., GradientMethod]] = {
    'Aligned-MTL': _aligned_mtl,
    'CAGrad': _cagrad,
    'ConFIG': _config,
    'DualProj': _dual_proj,
    'FairGrad': _fair_grad,
    'GradVac': _grad_vac,
    'IMTL-G': _imtl_g,
    'Krum': _krum,
    'MGDA': _mgda,
    'Nash-MTL': _nash_mtl,
    'PCD': _pcd,
    'PCGrad': _pc_grad,
    'UPGrad': _up_grad,
}
"""Builder of each method: of the tasks' names and the method's own arguments."""

_COORDINATES = (
    'it treats each coordinate of the gradients by itself, so that the result is no weighted sum '
    'of them'
)
_TWO_BATCHES = 'it needs gradients of two independent batches in each step'
_NO_GRADIENTS = 'it does not look at gradients; use {}'
UNSUPPORTED_METHODS: Mapping[str, str] = {
    'Constant': _NO_GRADIENTS.format("loss_weighting=dict(type='FixedWeighting')"),
    'CR-MOGM': 'it smooths the weights of another method; use that method with smoothing=0.9',
    'ExcessMTL': 'it remembers the squared gradient of every task for every shared parameter, '
    'which are as many numbers as the network has, for each task, in every checkpoint',
    'GradDrop': _COORDINATES,
    'Mean': _NO_GRADIENTS.format("loss_weighting=dict(type='EqualWeighting')"),
    'MoDo': _TWO_BATCHES,
    'Random': _NO_GRADIENTS.format("loss_weighting=dict(type='RandomWeighting')"),
    'SDMGrad': _TWO_BATCHES,
    'Sum': _NO_GRADIENTS.format("loss_weighting=dict(type='EqualWeighting')"),
    'TrimmedMean': _COORDINATES,
}
"""Why what else TorchJD has cannot be had."""


def _preferring(weighting: Any) -> Callable[[Tensor, Tensor | None], Tensor]:
    """Makes one function of a TorchJD weighting and its preference vector."""

    def rule(gramian: Tensor, vector: Tensor | None) -> Tensor:
        weighting.pref_vector = vector
        return weighting(gramian)

    return rule


def _checked(
    preference: Mapping[str, float] | None, tasks: Sequence[str]
) -> Mapping[str, float] | None:
    if preference is None:
        return None
    if set(preference) != set(tasks):
        raise ValueError(
            f'method_args: preference: expected a number for each of the tasks {list(tasks)}, '
            f'found {dict(preference)}.'
        )
    if not all(math.isfinite(value) and value > 0 for value in preference.values()):
        raise ValueError(
            f'method_args: preference: expected finite numbers > 0, found {dict(preference)}.'
        )
    return dict(preference)
