from __future__ import annotations

import json
import os.path as osp
from collections.abc import Mapping
from typing import Any

import numpy as np
from mmengine import fileio
from mmseg.registry import TASK_UTILS

from mmmtl.datasets.readers.context_edge_reader import context_label_maps
from mmmtl.datasets.readers.normal_reader import NormalReader
from mmmtl.datasets.sample_files import find_file

_CONTEXT, _NYU = 'context_classes.json', 'nyu_classes.json'
_ALSO = 'tvmonitor'  # a television in NYU


@TASK_UTILS.register_module()
class ContextNormalReader:
    """Reads the normals of PASCAL-Context, where its multi-task benchmark counts them.

    They were predicted by a network that had seen rooms alone: they are kept on the classes that
    NYU has too, and on ``tvmonitor``.

    Args:
        label_maps: Folder with the label map of each image, ``<id>.mat``.
        class_lists: Folder with ``context_classes.json``, the id of each class of the label maps by
            its name, and ``nyu_classes.json``, the names of NYU's.
        converted: Folder of what was converted, such as ``PASCAL_MT/converted``, see
            :class:`~mmmtl.datasets.converted_maps.ConvertedMaps`. Defaults to None: nothing was.
    """

    def __init__(self, label_maps: str, class_lists: str, converted: str | None = None) -> None:
        self.label_maps = label_maps
        self.class_lists = class_lists
        self._maps = context_label_maps(converted)
        self._read = NormalReader()

    def __call__(self, path: str, info: Mapping[str, Any]) -> np.ndarray:
        """Reads one file.

        Args:
            path: Colour image, ``<id>.png``, see :class:`NormalReader`.
            info: The sample, of which ``backend_args`` is read.

        Returns:
            Unit vectors, float32 of shape (H, W, 3), zero where they do not count.

        Raises:
            FileNotFoundError: If a file is missing.
            ValueError: If a file is broken, or the maps differ in size.
        """
        normals = self._read(path, info)
        name = osp.splitext(osp.basename(path))[0]
        source = find_file(self.label_maps, name, '.mat', info.get('backend_args'))
        ids = self._maps.read(source, info)
        if ids.shape != normals.shape[:2]:
            raise ValueError(
                f'{source}: expected a LabelMap of the size of {path}, {normals.shape[:2]}, '
                f'found {ids.shape}.'
            )
        normals[~np.isin(ids, self._counted(info.get('backend_args')))] = 0
        return normals

    def _counted(self, backend_args: dict | None) -> list[int]:
        context, nyu = (self._list(name, backend_args) for name in (_CONTEXT, _NYU))
        path = osp.join(self.class_lists, _CONTEXT)
        if not isinstance(context, dict):
            raise ValueError(f'{path}: expected the id of each class by its name.')
        return [context[name] for name in (*nyu, _ALSO) if name in context]

    def _list(self, name: str, backend_args: dict | None) -> Any:
        path = osp.join(self.class_lists, name)
        try:
            return json.loads(fileio.get_text(path, backend_args=backend_args))
        except FileNotFoundError:
            raise FileNotFoundError(
                f'{path}: no such file. It comes with the code of the benchmark, in db_info of '
                'https://github.com/facebookresearch/astmt and those after it.'
            ) from None
        except ValueError as error:
            raise ValueError(f'{path}: no JSON ({error}).') from error
