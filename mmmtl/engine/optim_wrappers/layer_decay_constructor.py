from __future__ import annotations

from typing import Any

from mmengine.optim import DefaultOptimWrapperConstructor
from mmengine.registry import OPTIM_WRAPPER_CONSTRUCTORS
from torch import nn

_DECAY = 'layer_decay'
_BACKBONE = 'backbone'


@OPTIM_WRAPPER_CONSTRUCTORS.register_module()
class LayerDecayOptimWrapperConstructor(DefaultOptimWrapperConstructor):
    r"""Learning rates that fall from layer to layer of the backbone, towards the image.

    `BEiT <https://arxiv.org/abs/2106.08254>`_, appendix, after `ELECTRA
    <https://arxiv.org/abs/2003.10555>`_: of :math:`L` layers (the embeddings, the blocks, and what
    is behind them) the parameters of layer :math:`l` get :math:`d^{L - 1 - l}` times the learning
    rate. Everything but the backbone keeps its own. All else that ``paramwise_cfg`` may say, such
    as the weight decay of normalisations, is mmengine's::

        optim_wrapper = dict(
            constructor='LayerDecayOptimWrapperConstructor',
            paramwise_cfg=dict(layer_decay=0.75, norm_decay_mult=0, flat_decay_mult=0),
            ...
        )

    The backbone tells how deep a parameter is: ``get_layer_depth(name, prefix)``, as
    :class:`~mmmtl.models.backbones.HFBackbone` does, and mmpretrain's backbones do.

    Args:
        optim_wrapper_cfg: Config of the optimizer wrapper.
        paramwise_cfg: ``layer_decay``, above 0 and at most 1, and what mmengine's constructor
            takes.

    Raises:
        ValueError: If ``layer_decay`` is missing or no such number, or, when it is used, the
            backbone does not tell how deep its parameters are.
    """

    def __init__(self, optim_wrapper_cfg: dict, paramwise_cfg: dict | None = None) -> None:
        rest = dict(paramwise_cfg or {})
        decay = rest.pop(_DECAY, None)
        if not isinstance(decay, (int, float)) or not 0 < decay <= 1:
            raise ValueError(
                f'optim_wrapper.paramwise_cfg.{_DECAY}: expected a number above 0 and at most 1, '
                f'found {decay!r}.'
            )
        # mmengine makes groups only where there is something to say.
        super().__init__(optim_wrapper_cfg, rest or {'bypass_duplicate': False})
        self.layer_decay = decay

    def add_params(
        self,
        params: list[dict[str, Any]],
        module: nn.Module,
        prefix: str = '',
        is_dcn_module: int | float | None = None,
    ) -> None:
        """Adds the parameters of a module, each as a group of its own.

        Args:
            params: The groups so far, which get more.
            module: The module.
            prefix: Its name. Defaults to that of the whole model.
            is_dcn_module: mmengine's, of deformable convolutions.
        """
        super().add_params(params, module, prefix, is_dcn_module)
        if not prefix:
            self._decay(params, module)

    def _decay(self, params: list[dict[str, Any]], model: nn.Module) -> None:
        backbone: Any = getattr(model, _BACKBONE, None)
        if not hasattr(backbone, 'get_layer_depth'):
            raise ValueError(
                f'optim_wrapper.constructor: {type(self).__name__} needs a backbone that tells how '
                f'deep its parameters are, such as HFBackbone, found {type(backbone).__name__}.'
            )
        prefix = f'{_BACKBONE}.'
        names = {id(parameter): name for name, parameter in model.named_parameters()}
        for group in params:
            name = names[id(group['params'][0])]
            if name.startswith(prefix):
                depth, layers = backbone.get_layer_depth(name, prefix)
                rate = group.get('lr', self.base_lr)
                group['lr'] = rate * self.layer_decay ** (layers - 1 - depth)
