"""The test pipeline of a config for images without labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from mmcv.transforms import LoadAnnotations, LoadImageFromFile, TestTimeAug
from mmengine.config import Config
from mmengine.dataset import Compose
from mmseg.datasets.transforms import LoadDepthAnnotation
from mmseg.registry import DATASETS, TRANSFORMS
from mmseg.structures import SegDataSample

from mmmtl.compat.scope import registry_scope
from mmmtl.datasets.depth_camera import DepthCamera
from mmmtl.datasets.transforms import LoadMultiTaskAnnotations, LoadMultiTaskImage
from mmmtl.sets.config_sets import inner_sets, loader_places

_IMAGE_LOADERS = (LoadMultiTaskImage, LoadImageFromFile)
_LABEL_LOADERS = (LoadMultiTaskAnnotations, LoadAnnotations, LoadDepthAnnotation)


class InferencePipeline:
    """Prepares an image for the network as the config's test pipeline does, without its labels.

    The transforms that load the image and the labels are left out. Whatever the others do to the
    image's size, predictions come at its own: a pipeline may reduce the image
    (:class:`~mmmtl.datasets.transforms.ReduceResolution`), the prediction is enlarged again.

    Args:
        transforms: Configs of the transforms, the first of which loads the image.
        name: What errors call the pipeline, its key in the config.
        depth_unit: Unit of the network's depths, for the meta information. Defaults to None.
        tasks: Names of the tasks that are asked for, for the meta information. Defaults to none:
            all.

    Raises:
        ValueError: If the pipeline does not begin with the loading of an image.
    """

    @registry_scope()
    def __init__(
        self,
        transforms: Sequence[Mapping],
        name: str,
        depth_unit: str | None = None,
        tasks: Sequence[str] = (),
    ) -> None:
        first = transforms[0]['type'] if transforms else None
        if not _is_one_of(first, _IMAGE_LOADERS):
            names = ' or '.join(loader.__name__ for loader in _IMAGE_LOADERS)
            raise ValueError(f'{name}: expected {names} at its beginning, found {first}.')
        self.transform = Compose(_without_labels(transforms[1:]))
        self.depth_unit = depth_unit
        self._asked = {'tasks': list(tasks)} if tasks else {}

    def __call__(self, image: np.ndarray, origin: str) -> dict[str, Any]:
        """Prepares an image.

        Args:
            image: uint8 of shape (H, W, 3), channels blue, green, red.
            origin: What to call the image, such as its path.

        Returns:
            ``inputs`` and ``data_samples`` for the model's ``test_step()``; lists of them with
            test-time augmentation.
        """
        size = image.shape[:2]
        results = dict(
            img=image, img_path=origin, img_shape=size, ori_shape=size, seg_fields=[], tasks={}
        )
        if self.depth_unit is not None:
            results['depth_unit'] = self.depth_unit
        packed = self.transform(results)
        samples = packed['data_samples']
        for sample in [samples] if isinstance(samples, SegDataSample) else samples:
            sample.set_metainfo(dict(ori_shape=size, **self._asked))
        return packed


def find_pipeline(cfg: Config, tta: bool) -> tuple[Sequence[Mapping], str]:
    """Finds the pipeline of a config.

    Args:
        cfg: The config.
        tta: Whether to take the pipeline of test-time augmentation.

    Returns:
        The configs of its transforms, and where they stand.

    Raises:
        ValueError: If the config has none.
    """
    if tta:
        for key in ('tta_model', 'tta_pipeline'):
            if cfg.get(key) is None:
                raise ValueError(f'Test-time augmentation needs {key} in the config.')
        return cfg.tta_pipeline, 'tta_pipeline'
    dataset = find_dataset(cfg)
    if dataset.get('pipeline'):
        return dataset['pipeline'], 'test_dataloader.dataset.pipeline'
    if cfg.get('test_pipeline'):
        return cfg.test_pipeline, 'test_pipeline'
    raise ValueError('The config has neither test_dataloader.dataset.pipeline nor test_pipeline.')


def find_dataset(cfg: Config) -> Mapping[str, Any]:
    """Finds the test set of a config; of several that are joined or wrapped, the first.

    Args:
        cfg: The config.

    Returns:
        Config of the data set; empty without a test set.
    """
    loaders: list[Mapping[str, Any]] = list(loader_places(cfg, 'test').values())
    dataset = loaders[0].get('dataset') or {} if loaders else {}
    while inner := inner_sets(dataset):
        dataset = next(iter(inner.values()))
    return dataset


def camera_of_dataset(dataset: Mapping[str, Any]) -> DepthCamera | None:
    """Tells the camera of a data set, which its class states as ``camera``.

    Args:
        dataset: Config of the data set.

    Returns:
        The camera; None if the images have no common one.
    """
    kind = dataset.get('type')
    found = DATASETS.get(kind) if isinstance(kind, str) else kind
    return getattr(found, 'camera', None)


def _without_labels(transforms: Sequence[Mapping]) -> list[Mapping]:
    return [
        _without_labels_inside(transform)
        for transform in transforms
        if not _is_one_of(transform['type'], _LABEL_LOADERS)
    ]


def _without_labels_inside(transform: Mapping) -> Mapping:
    if not _is_one_of(transform['type'], (TestTimeAug,)):
        return transform
    groups = [_without_labels(group) for group in transform['transforms']]
    return {**transform, 'transforms': [group for group in groups if group]}


def _is_one_of(kind: str | type | None, classes: tuple[type, ...]) -> bool:
    found = TRANSFORMS.get(kind) if isinstance(kind, str) else kind
    return isinstance(found, type) and issubclass(found, classes)
