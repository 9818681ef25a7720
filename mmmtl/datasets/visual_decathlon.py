from __future__ import annotations

import os.path as osp
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from mmengine import fileio
from mmseg.registry import DATASETS

from mmmtl.datasets.argument_types import check_indices
from mmmtl.datasets.decathlon_annotations import (
    SPLITS,
    DecathlonAnnotations,
    annotation_file,
    read_annotations,
)
from mmmtl.datasets.decathlon_domains import DOMAINS, Domain
from mmmtl.datasets.multi_task_dataset import MultiTaskDataset
from mmmtl.some_of import some_of
from mmmtl.tasks import Task, Tasks, build_tasks
from mmmtl.tasks.nearest import nearest


@DATASETS.register_module()
class VisualDecathlonDataset(MultiTaskDataset):
    """One domain of the Visual Decathlon: images of one class each.

    The layout is that of the challenge, https://www.robots.ox.ac.uk/~vgg/decathlon/::

        annotations/<domain>_{train,val,test_stripped}.json
        data/<domain>/<split>/...

    Each domain is a task of its own, of the kind :class:`~mmmtl.tasks.ImageClassTask`; ten data
    sets are learned together with a :class:`~mmmtl.datasets.MultiTaskConcatDataset`. The class of
    an image is its category's place in the domain. A sample has the challenge's id of its image,
    ``img_id``.

    Args:
        domain: Name of the domain: ``'aircraft'``, ``'cifar100'``, ``'daimlerpedcls'``, ``'dtd'``,
            ``'gtsrb'``, ``'imagenet12'``, ``'omniglot'``, ``'svhn'``, ``'ucf101'`` or
            ``'vgg-flowers'``.
        tasks: The domain's task, see :class:`MultiTaskDataset`. Of several, the one that has the
            domain's name is taken (``vgg_flowers``: names of tasks have no hyphen).
        split: ``'train'``, ``'val'`` or ``'test'``, which has no labels. Defaults to ``'train'``.
        data_root: Root of the decathlon. Defaults to ``'data/decathlon'``.
        indices: See :class:`MultiTaskDataset`, as for the arguments that follow.
        serialize_data: Whether workers share one serialised list of samples.
        pipeline: Transforms of a sample.
        test_mode: Whether the set is for evaluation.
        lazy_init: Whether the list of samples is only made when it is needed.
        max_refetch: How many other samples are tried when the pipeline gives None.
        backend_args: Arguments of mmengine's file backend.

    Raises:
        FileNotFoundError: If the annotations, the images of the domain or some of them are missing.
        ValueError: If there is no such domain or split, the task is not the domain's or has another
            number of classes, or the annotations are wrong.
    """

    prepare_hint = (
        'Either get the annotations and images of https://www.robots.ox.ac.uk/~vgg/decathlon/: '
        'decathlon-1.0-devkit.tar.gz is the root, and into its folder data belong '
        "decathlon-1.0-data.tar.gz and the .tar files that are in it (ImageNet's are handed out by "
        'https://image-net.org),\n'
        'or draw the embedded synthetic set with\n'
        '    python -m mmmtl data decathlon {data_root}'
    )

    def __init__(
        self,
        domain: str,
        tasks: Tasks,
        split: str = 'train',
        data_root: str = 'data/decathlon',
        indices: int | Sequence[int] | None = None,
        serialize_data: bool = True,
        pipeline: Sequence[dict | Callable] = (),
        test_mode: bool = False,
        lazy_init: bool = False,
        max_refetch: int = 1000,
        backend_args: dict | None = None,
    ) -> None:
        for name, value, choices in (('domain', domain, DOMAINS), ('split', split, SPLITS)):
            if value not in choices:
                raise ValueError(
                    f'{name}: expected one of {tuple(choices)}, found {value!r}'
                    f'{nearest(value, choices)}'
                )
        self.domain: Domain = DOMAINS[domain]
        own = _own_task(build_tasks(tasks), self.domain)
        super().__init__(
            tasks={own.name: own},
            data_prefix={
                'img_path': f'data/{domain}',
                own.path_key: annotation_file(self.domain, split),
            },
            data_root=data_root,
            indices=indices,
            serialize_data=serialize_data,
            pipeline=pipeline,
            test_mode=test_mode,
            lazy_init=lazy_init,
            max_refetch=max_refetch,
            backend_args=backend_args,
        )

    def load_data_list(self) -> list[dict]:
        """Lists the images of the annotations, and checks that they are there.

        Returns:
            One dict a sample, with ``img_path``, ``img_id`` and, with a label, the task's path key
            and ``label_key``.

        Raises:
            FileNotFoundError: If the annotations or images are missing.
            ValueError: If the annotations are wrong or of another number of classes than the task,
                or ``indices`` are not those of samples.
        """
        self._check_folders()
        task: Any = next(iter(self.tasks.values()))
        annotations = read_annotations(
            self.data_prefix[task.path_key], self.domain, self.backend_args
        )
        _check_class_number(task, annotations)
        root = self.data_root or ''
        missing = missing_images(root, annotations, self.backend_args)
        if missing:
            raise FileNotFoundError(
                f'{self._title}: {len(missing)} of the {len(annotations.images)} images of '
                f'{annotations.path} are missing: {some_of(missing)}.'
            )
        samples = []
        for image in annotations.images:
            sample: dict[str, Any] = dict(
                img_path=osp.join(root, image.file_name), img_id=image.image_id, seg_fields=[]
            )
            if image.label is not None:
                sample |= {task.path_key: annotations.path, task.label_key: image.label}
            samples.append(sample)
        check_indices(self._indices, len(samples))
        return samples


def missing_images(
    root: str, annotations: DecathlonAnnotations, backend_args: dict | None = None
) -> list[str]:
    """Finds the images of annotations that are not there.

    Args:
        root: Root of the decathlon.
        annotations: The annotations.
        backend_args: Arguments of mmengine's file backend. Defaults to None: by the path.

    Returns:
        Their paths.
    """
    names = [osp.join(root, image.file_name) for image in annotations.images]
    there: dict[str, set[str]] = {
        folder: set(_files(folder, backend_args)) for folder in set(map(osp.dirname, names))
    }
    return [name for name in names if osp.basename(name) not in there[osp.dirname(name)]]


def _files(folder: str, backend_args: dict | None) -> Iterable[str]:
    if not fileio.isdir(folder, backend_args=backend_args):
        return ()
    return fileio.list_dir_or_file(folder, list_dir=False, backend_args=backend_args)


def _own_task(tasks: dict[str, Task], domain: Domain) -> Task:
    own = tasks.get(domain.task) if len(tasks) != 1 else next(iter(tasks.values()))
    if own is None or own.is_dense:
        found = f'{own.name!r}, a {type(own).__name__}' if own else f'{list(tasks)}'
        raise ValueError(
            f'tasks: expected the task of {domain.name}, {domain.task!r}, of the whole image, '
            f'found {found}.'
        )
    return own


def _check_class_number(task: Task, annotations: DecathlonAnnotations) -> None:
    count = len(annotations.classes)
    if count and count != task.channels:
        raise ValueError(
            f'tasks.{task.name}: expected the {count} classes of {annotations.path}, '
            f'found {task.channels}.'
        )
