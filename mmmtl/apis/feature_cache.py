"""Features of a frozen backbone, computed once for all images of a training set."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from mmengine.config import Config
from mmseg.registry import DATASETS, MODELS
from torch import Tensor

from mmmtl.compat.checkpoint import read_checkpoint
from mmmtl.compat.scope import config_scope, registry_scope
from mmmtl.features.feature_folder import FeatureFolder
from mmmtl.features.outputs import take_apart
from mmmtl.files import remove_unfinished, require_room
from mmmtl.models.backbones.foundation.identity import features_identity
from mmmtl.models.checkpoints.fitting import load_fitting_weights

FEATURE_TYPES = {'float32': torch.float32, 'float16': torch.float16}
"""Types of stored numbers by name."""

_LOADER = 'LoadFeatures'
_BACKBONE = 'backbone'


class CachedFeatures(NamedTuple):
    """What was written."""

    written: int
    """Number of images whose features were written."""
    kept: int
    """Number of images whose features were there."""
    num_bytes: int
    """Bytes of what was written."""


def features_folder(cfg: Config) -> Path | None:
    """Finds the folder that the training pipelines of a config read features from.

    Args:
        cfg: The config.

    Returns:
        The folder of ``LoadFeatures``; None if no pipeline has it.

    Raises:
        ValueError: If there are several.
    """
    folders = {step['folder'] for steps in _pipelines(cfg.train_dataloader) for step in steps
               if _is_loader(step)}  # fmt: skip
    if len(folders) > 1:
        raise ValueError(f'LoadFeatures.folder: expected one folder, found {sorted(folders)}.')
    return Path(folders.pop()) if folders else None


def without_features(cfg: Config) -> Config:
    """Gives a config whose training pipelines read no features.

    Args:
        cfg: The config, which stays as it is.

    Returns:
        A copy without ``LoadFeatures``.
    """
    plain = Config(cfg.to_dict())
    for steps in _pipelines(plain.train_dataloader):
        steps[:] = [step for step in steps if not _is_loader(step)]
    return plain


def cache_features(
    cfg: Config,
    folder: str | Path,
    device: str = 'cpu',
    dtype: str = 'float32',
    tell: Callable[[str], None] = print,
    track: Callable[[Iterable[int]], Iterable[int]] = iter,
) -> CachedFeatures:
    """Writes the features of all images of a training set; what is there already stays.

    Each image goes through the backbone by itself. A process that is killed leaves complete files;
    the next one writes the others, and the folder is the same in the end.

    Args:
        cfg: The config. The weights of ``load_from`` are loaded, if it names a file.
        folder: The folder, see :class:`~mmmtl.features.feature_folder.FeatureFolder`. No other
            process may write there.
        device: Where the backbone runs. Defaults to the CPU.
        dtype: A key of :data:`FEATURE_TYPES`. Training reads float32 again; ``'float16'`` takes
            half the room and rounds. Defaults to ``'float32'``.
        tell: Takes a line of text: how much room is needed, before anything is written. Defaults to
            :func:`print`.
        track: Goes through the indices of the samples, with a bar or without. Defaults to without.

    Returns:
        What was written.

    Raises:
        OSError: If there is not enough room (ENOSPC).
        ValueError: If the backbone is trained, a transform draws random numbers, ``dtype`` is
            unknown, or the folder has features of another backbone or type.
    """
    if dtype not in FEATURE_TYPES:
        raise ValueError(f'dtype: expected one of {tuple(FEATURE_TYPES)}, found {dtype!r}.')
    with registry_scope(config_scope(cfg)):
        cfg = without_features(cfg)
        model = build_network(cfg).to(device)
        identity = features_identity(model.backbone, model.data_preprocessor)
        dataset = DATASETS.build(cfg.train_dataloader.dataset)
        refuse_random_transforms(dataset)
        remove_unfinished(folder)
        store = FeatureFolder(folder)
        size = _told_size(model, dataset, store, FEATURE_TYPES[dtype], tell)
        written, kept, num_bytes = 0, 0, 0
        for index in track(range(len(dataset))):
            sample = dataset[index]
            if _is_there(store, sample['inputs'], identity, FEATURE_TYPES[dtype]):
                kept += 1
                continue
            if not written:
                require_room(store.path / 'features', size * (len(dataset) - index))
            tensors = _features_of(model, sample, FEATURE_TYPES[dtype])
            num_bytes += store.write(sample['inputs'], tensors, identity)
            written += 1
    return CachedFeatures(written, kept, num_bytes)


def refuse_random_transforms(dataset: Any) -> None:
    """Checks that the pipelines of a data set draw no random numbers.

    Args:
        dataset: The data set; one that holds others is looked through.

    Raises:
        ValueError: If a transform draws some.
    """
    for part in _parts(dataset):
        results = part.get_data_info(0)
        for transform in part.pipeline.transforms:
            before = _generators()
            results = transform(results)
            if _generators() != before:
                raise ValueError(
                    f'pipeline: expected transforms that draw no random numbers, found '
                    f'{type(transform).__name__}. Features are computed once: an image that is '
                    'flipped, cropped or recoloured at random would need those of each of its '
                    'forms. Take it out of the pipeline, or train without stored features.'
                )
            if results is None:
                break


def build_network(cfg: Config) -> Any:
    """Builds the network as a training would, with the weights of ``load_from`` if there are some.

    Args:
        cfg: The config.

    Returns:
        The network, in training.

    Raises:
        ValueError: If weights of the backbone do not fit; others need not.
    """
    model: Any = MODELS.build(cfg.model)
    if cfg.get('load_from'):
        checkpoint = read_checkpoint(cfg.load_from, map_location='cpu')
        names = (*checkpoint.get('state_dict', checkpoint), *model.state_dict())
        others = {name.partition('.')[0] for name in names} - {_BACKBONE}
        load_fitting_weights(model, checkpoint, cfg.load_from, unused=sorted(others))
    return model.train()


def _told_size(
    model: Any, dataset: Any, store: FeatureFolder, dtype: torch.dtype, tell: Callable[[str], None]
) -> int:
    """Says what the features take before the first is written; gives the bytes of one image."""
    tensors = _features_of(model, dataset[0], dtype)
    size = sum(value.numel() * value.element_size() for value in tensors.values())
    shapes = ', '.join(f'{name} {tuple(value.shape)}' for name, value in tensors.items())
    tell(
        f'{store.path}: {len(dataset)} images of about {size / 1e6:,.3g} MB take about '
        f'{size * len(dataset) / 1e6:,.4g} MB: {shapes} as {str(dtype).removeprefix("torch.")}.'
    )
    return size


def _features_of(model: Any, sample: Any, dtype: torch.dtype) -> dict[str, Tensor]:
    # in training, as images are padded there by other rules than in evaluation
    batch = dict(inputs=[sample['inputs']], data_samples=[sample['data_samples'].clone()])
    with torch.no_grad():
        (tensors,) = take_apart(model.backbone(model.data_preprocessor(batch, True)['inputs']))
    return {name: value.to('cpu', dtype) for name, value in tensors.items()}


def _is_there(store: FeatureFolder, image: Tensor, identity: str, dtype: torch.dtype) -> bool:
    found = store.read(image)
    if found is None:
        return False
    types = {str(value.dtype).removeprefix('torch.') for value in found.tensors.values()}
    if found.model != identity or types != {str(dtype).removeprefix('torch.')}:
        reason = 'another backbone' if found.model != identity else ' and '.join(sorted(types))
        raise ValueError(
            f'{store.path}: expected an empty folder, or features of this backbone as {dtype}, '
            f'found features of {reason}; remove the folder, or name another one.'
        )
    return True


def _pipelines(config: Any) -> Iterator[list]:
    """Finds the pipelines in the config of a data loader."""
    if isinstance(config, dict):
        for key, value in config.items():
            if key == 'pipeline' and isinstance(value, list):
                yield value
            else:
                yield from _pipelines(value)
    elif isinstance(config, (list, tuple)):
        for value in config:
            yield from _pipelines(value)


def _is_loader(step: Any) -> bool:
    return isinstance(step, dict) and step.get('type') == _LOADER


def _parts(dataset: Any) -> Iterator[Any]:
    """Finds the data sets with a pipeline in one that may hold others."""
    inner = getattr(dataset, 'datasets', None) or [getattr(dataset, 'dataset', None)]
    if inner[0] is None:
        yield dataset
        return
    for part in inner:
        yield from _parts(part)


def _generators() -> tuple[Any, ...]:
    """Gives the states of the generators that transforms draw from."""
    _, keys, *rest = np.random.get_state(legacy=True)
    return (
        random.getstate(),
        np.asarray(keys).tobytes(),
        rest,
        bytes(torch.get_rng_state().tolist()),
    )
