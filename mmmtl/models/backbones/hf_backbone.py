from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from mmengine.logging import print_log
from mmengine.model import BaseModule
from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.models.backbones.foundation.adapters import add_adapters, is_adapter, merge_adapters
from mmmtl.models.backbones.foundation.depths import module_depths
from mmmtl.models.backbones.foundation.frozen_state import leave_out_frozen, put_in_frozen
from mmmtl.models.backbones.foundation.outputs import ask_for_tokens, checked_indices
from mmmtl.models.backbones.foundation.probe import interpolate_positions, probe
from mmmtl.models.backbones.foundation.sources import ImageNorm, find_source
from mmmtl.models.backbones.foundation.weights import backbone_config, build_model
from mmmtl.models.exporting import is_exporting


@MODELS.register_module()
class HFBackbone(BaseModule):
    """A backbone of transformers: DINOv2, DINOv3, Swin, ConvNeXt, BEiT, Hiera, ResNet and others.

    Any model of ``transformers.AutoBackbone``, with the contract of mmseg's backbones. What it
    computes is what transformers computes. ``transformers`` comes with the extra ``[hf]``.

    Weights are read as safetensors, or through the restricted reader of
    :mod:`mmmtl.compat.checkpoint`; code that comes with a model is never run.

    A transformer that cuts the image into patches drops what is left over at its edges, in silence
    (DINOv2 makes 2x2 patches of 30x40 pixels). Here images of such sizes are refused. A
    :class:`~mmmtl.models.segmentors.MultiTaskSegmentor` reads :attr:`size_divisor`, pads images and
    labels to a multiple of it, and cuts its predictions. It reads :attr:`image_norm` too.

    Args:
        model: A name such as ``'facebook/dinov2-small'`` in the cache of the hub, or else at the
            hub; a folder with ``config.json`` and weights; or a file of weights. Defaults to None:
            random weights.
        config: Entries that are added to the model's config or take the place of its own, such as
            ``dict(drop_path_rate=0.1)``; without ``model`` the whole of it, with ``model_type``.
            Defaults to none.
        out_indices: Which blocks (of a plain transformer) or stages (of others) give an output, in
            rising order, from 0 as in mmseg; -1 is the last. In transformers, where 0 is the stem,
            these are one higher. Defaults to None: the last block, or all stages.
        frozen: Whether weights are not trained: the model stays in evaluation, and its forward pass
            leaves no graph. Defaults to False.
        trained_blocks: How many of the last blocks are trained where ``frozen`` is True, and with
            them the normalisations of the outputs. Defaults to 0.
        lora: Adapters that are trained where ``frozen`` is True, all tasks sharing them: ``rank``
            (8), ``alpha`` (16), ``dropout`` (0) and ``layers``, the last parts of the names of
            linear layers (``('q_proj', 'v_proj')``). After `LoRA
            <https://arxiv.org/abs/2106.09685>`_, by peft. Defaults to none.
        save_frozen: Whether checkpoints hold the frozen weights. If False they hold their hash, and
            who loads them must have the same model. Defaults to True.
        output_cls_token: Whether each output is a pair of map and class token, as mmseg's
            ``DPTHead`` reads them. Only for models with a class token. Defaults to False.
        init_cfg: Not read: the weights are the model's own.

    Raises:
        FileNotFoundError: If there is no such model, or a file of it is missing.
        ValueError: If transformers is not installed, the model is none of its backbones, files are
            not those of the model, or an argument does not fit it.
    """

    image_norm: ImageNorm | None
    """Mean and deviation of the images that the model was trained with, None if not known."""

    channels: tuple[int, ...]
    """Channels of each output."""

    strides: tuple[int, ...]
    """Pixels of the image for one of each output."""

    def __init__(
        self,
        model: str | None = None,
        config: Mapping[str, Any] | None = None,
        out_indices: Sequence[int] | None = None,
        frozen: bool = False,
        trained_blocks: int = 0,
        lora: Mapping[str, Any] | None = None,
        save_frozen: bool = True,
        output_cls_token: bool = False,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(init_cfg)
        source = find_source(model, config)
        settings = backbone_config(source.config, source.name)
        stages = settings.stage_names[1:]
        chosen = checked_indices(out_indices, len(stages), hasattr(settings, 'depths'))
        settings.out_features = [stages[index] for index in chosen]
        self.image_norm = source.image_norm
        self.channels, self.strides, self.fixed_size, unused = probe(settings)
        self.output_cls_token = output_cls_token
        if output_cls_token:
            ask_for_tokens(settings)
        self.model = build_model(settings, source)
        interpolate_positions(self.model)
        self.depths, self.num_blocks = module_depths(self.model)
        self.frozen = frozen
        self._freeze(trained_blocks, unused, lora)
        self.register_load_state_dict_pre_hook(put_in_frozen)
        if not save_frozen:
            self.register_state_dict_post_hook(leave_out_frozen)
        self._tell(source.name)

    @property
    def size_divisor(self) -> int:
        """int: What height and width of images must be multiples of."""
        return math.lcm(*self.strides)

    def forward(self, image: Tensor) -> tuple[Any, ...]:
        """Computes the features of a batch of images.

        Args:
            image: Shape (N, 3, H, W); H and W are multiples of :attr:`size_divisor`.

        Returns:
            For each of ``out_indices`` a map (N, C, H / stride, W / stride), or with
            ``output_cls_token`` a pair of it and the class token (N, C).

        Raises:
            ValueError: If the model cannot read images of this size.
        """
        if not is_exporting():
            self._check_size(image.shape[-2], image.shape[-1])
        if self._graph_free and torch.is_grad_enabled():
            with torch.no_grad():
                return self._outputs(self.model, image)
        return self._outputs(self.model, image)

    def train(self, mode: bool = True) -> HFBackbone:
        """Switches between training and evaluation; what is frozen stays in evaluation.

        Args:
            mode: Whether to train. Defaults to True.

        Returns:
            The backbone itself.
        """
        super().train(mode)
        if self.frozen:
            for name, module in self.model.named_modules():
                if not is_adapter(name) and self.depths.get(name, 0) <= self._frozen_depth:
                    module.training = False
        return self

    def init_weights(self) -> None:
        """Does nothing: the weights are those that the model came with."""
        self._is_init = True

    def get_layer_depth(self, param_name: str, prefix: str = '') -> tuple[int, int]:
        """Tells how deep a parameter is, for learning rates that fall from layer to layer.

        Args:
            param_name: Name of the parameter, with the prefix.
            prefix: Name of the backbone in the whole, such as ``'backbone.'``. Defaults to none.

        Returns:
            The number of the layer, from 0, and how many there are. Layers are the embeddings, the
            blocks, and what is behind them.

        Raises:
            ValueError: If no blocks are found in the model.
        """
        if not self.depths:
            raise ValueError(
                f'{type(self.model).__name__}: expected a list of blocks in the model, found none.'
            )
        module = param_name.removeprefix(f'{prefix}model.').rpartition('.')[0]
        while module not in self.depths:  # inside of what was put around a layer
            module = module.rpartition('.')[0]
        return self.depths[module], self.num_blocks + 2

    def merge_adapters(self) -> None:
        """Adds what ``lora`` learned to the weights of its layers, and takes the adapters out."""
        merge_adapters(self.model)

    @property
    def has_adapters(self) -> bool:
        """bool: Whether there are adapters that can be merged."""
        return any(is_adapter(name) for name, _ in self.named_parameters())

    @property
    def frozen_names(self) -> list[str]:
        """list[str]: Names of the parameters and buffers that never change."""
        names = self.model.state_dict(keep_vars=True)
        return [f'model.{name}' for name in names if self._is_frozen(name)]

    @property
    def features_config(self) -> dict[str, Any]:
        """dict: What the outputs depend on beside the weights and the image."""
        return {**self.model.config.to_dict(), 'output_cls_token': self.output_cls_token}

    @property
    def _graph_free(self) -> bool:
        return self.frozen and not any(p.requires_grad for p in self.parameters())

    def _outputs(self, model: Any, image: Tensor) -> tuple[Any, ...]:
        output = model(image)
        if not self.output_cls_token:
            return tuple(output.feature_maps)
        if getattr(output, 'cls_tokens', None) is not None:
            return tuple(zip(output.feature_maps, output.cls_tokens, strict=True))
        height, width = (image.shape[axis] // self.strides[0] for axis in (2, 3))
        return tuple(_map_and_token(all_, height, width) for all_ in output.feature_maps)

    def _check_size(self, height: int, width: int) -> None:
        if self.fixed_size not in (None, (height, width)):
            raise ValueError(
                f'{type(self.model).__name__} reads images of {self.fixed_size} pixels alone, its '
                f'image_size; found {(height, width)}.'
            )
        if height % self.size_divisor or width % self.size_divisor:
            raise ValueError(
                f'{type(self.model).__name__}: expected images whose height and width are '
                f'multiples of {self.size_divisor}, found {(height, width)}; '
                f'data_preprocessor.size_divisor={self.size_divisor} pads them.'
            )

    def _freeze(
        self, trained_blocks: int, unused: frozenset[str], lora: Mapping[str, Any] | None
    ) -> None:
        if (trained_blocks or lora is not None) and not self.frozen:
            raise ValueError(
                'trained_blocks and lora say what is trained where frozen is True, found '
                'frozen=False, which trains all.'
            )
        if trained_blocks and lora is not None:
            raise ValueError('trained_blocks: expected 0 beside lora, found both.')
        count = self.num_blocks
        if not 0 <= trained_blocks <= count:
            raise ValueError(
                f'trained_blocks: expected a number from 0 to {count}, the blocks of '
                f'{type(self.model).__name__}, found {trained_blocks}.'
            )
        self._frozen_depth = count - trained_blocks if trained_blocks else count + 1
        for name, parameter in self.model.named_parameters():
            # of what no output depends on there is no gradient, for which DDP would wait
            parameter.requires_grad_(not self._is_frozen(name) and name not in unused)
        if lora is not None:
            add_adapters(self.model, lora, unused)
        self.train(self.training)

    def _is_frozen(self, name: str) -> bool:
        """Tells whether a parameter or buffer of the model never changes."""
        module = name.rpartition('.')[0].removesuffix('.base_layer')
        within = self.depths.get(module, 0) <= self._frozen_depth
        return self.frozen and within and not is_adapter(name)

    def _tell(self, name: str) -> None:
        counts = {True: 0, False: 0}
        for parameter in self.parameters():
            counts[parameter.requires_grad] += parameter.numel()
        unknown = '' if self.image_norm else ' How its images were normalised is not known.'
        print_log(
            f'HFBackbone: {type(self.model).__name__} of {name}: {counts[True]:,} parameters are '
            f'trained, {counts[False]:,} are not; outputs of {list(self.channels)} channels at '
            f'strides {list(self.strides)}.{unknown}',
            logger='current',
        )


def _map_and_token(tokens: Tensor, height: int, width: int) -> tuple[Tensor, Tensor]:
    """Takes all tokens (N, prefix + height * width, C) apart; the first is the class token."""
    map_ = tokens[:, tokens.shape[1] - height * width :].transpose(1, 2)
    return map_.unflatten(2, (height, width)), tokens[:, 0]
