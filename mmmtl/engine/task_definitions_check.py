"""Whether network, data sets and metrics mean the same tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any, NamedTuple

from mmengine.evaluator import BaseMetric

from mmmtl.engine.training_labels import dataset_parts
from mmmtl.evaluation.metric_names import metric_names, metric_task
from mmmtl.evaluation.metric_prefix import check_prefix
from mmmtl.tasks import Task, known_tasks, tasks_in

_NOT_COMPARED = ('name', 'palette', 'invalid', 'min_value', 'max_value')
_LIMITS = ('invalid', 'min_value', 'max_value')


class Trait(NamedTuple):
    """What two definitions of a task must agree on.

    Args:
        title: What it is, for the message.
        model: What the model has; None if it does not say.
        data: What the data set has; None if it does not say.
    """

    title: str
    model: Any
    data: Any


def check_definitions(
    tasks: Mapping[str, Task], heads: Mapping[str, Any], dataset: Any, where: str
) -> None:
    """Checks that data sets define the network's tasks as the network does.

    All that a definition says but colours and readers is compared, each where both sides state it;
    a head states the number of classes where the network's own definition does not. Wrappers are
    opened.

    Args:
        tasks: The network's tasks by name.
        heads: The head of each task.
        dataset: The data set; its ``metainfo`` tells of its tasks.
        where: Key of the data set in the config, for the message.

    Raises:
        ValueError: If a definition differs.
    """
    for part in dataset_parts(dataset):
        for name, defined in tasks_of_set(part).items():
            if name not in tasks:
                continue
            for title, model, data in traits(tasks[name], heads.get(name), defined):
                if None not in (model, data) and model != data:
                    raise ValueError(
                        f'{where}: {type(part).__name__} defines the task {name!r} with '
                        f'{title} {data!r}, expected that of the model, {model!r}.'
                    )


def check_same_classes(train: Any, evaluated: Any, where: str) -> None:
    """Checks that ids mean the same in the training as in the validation.

    Only tasks whose classes both tell are looked at. Wrappers are opened.

    Args:
        train: The training's data set.
        evaluated: The other one.
        where: Key of the other one in the config, for the message.

    Raises:
        ValueError: If a task has other classes, or in another order.
    """
    learned: dict[str, tuple[str, ...]] = {}
    for part in dataset_parts(train):
        for name, task in tasks_of_set(part).items():
            if task.label_names:
                learned.setdefault(name, task.label_names)
    for part in dataset_parts(evaluated):
        for name, task in tasks_of_set(part).items():
            expected, found = learned.get(name), task.label_names
            if expected and found and expected != found:
                raise ValueError(
                    f'{where}: {type(part).__name__} has the classes {list(found)} of the task '
                    f'{name!r}, expected those of train_dataloader.dataset, {list(expected)}, in '
                    'their order.'
                )


def check_metrics(
    tasks: Iterable[str],
    metrics: Iterable[BaseMetric],
    where: str,
    metainfo: Mapping[str, Any] | None = None,
) -> None:
    """Checks that metrics measure tasks of the network, and report them by their own names.

    Args:
        tasks: Names of the network's tasks.
        metrics: The metrics; those of unknown classes are not judged. The others are told the
            ``metainfo``.
        where: Key of the evaluator in the config, for the message.
        metainfo: Meta information of the data set, which tells of what kind the tasks are.
            Defaults to None: that is not looked at.

    Raises:
        ValueError: If one measures another task, has the name of another for its prefix, or cannot
            measure a task of this kind.
    """
    known = list(tasks)
    for metric in metrics:
        task = metric_task(metric)
        if task is not None and task not in known:
            raise ValueError(
                f'{where}: expected metrics of the tasks {known}, '
                f'found {type(metric).__name__} of {task!r}.'
            )
        if task is not None:
            try:
                check_prefix(metric, task, known)
                if metainfo:
                    metric.dataset_meta = dict(metainfo)
            except ValueError as error:
                raise ValueError(f'{where}: {error}') from error


def tasks_of_set(dataset: Any) -> dict[str, Task]:
    """Gives the tasks that a data set tells of.

    Where it states tasks, it is these: classes whose ids it does not read tell nothing.

    Args:
        dataset: The data set; one without ``metainfo`` tells of none.

    Returns:
        The tasks by name.

    Raises:
        ValueError: If a definition is wrong.
    """
    metainfo = getattr(dataset, 'metainfo', None) or {}
    told = told_tasks(metainfo)
    stated = metainfo.get('tasks')
    return {name: told[name] for name in stated} if stated else told


def check_metric_names(metrics: Iterable[BaseMetric], where: str) -> None:
    """Checks that no two metrics report a number under the same name.

    Args:
        metrics: The metrics of an evaluator; those of unknown classes are not judged.
        where: Key of the evaluator in the config, for the message.

    Raises:
        ValueError: If two do.
    """
    counts = Counter(name for metric in metrics for name in metric_names(metric) or ())
    repeated = [name for name, count in counts.items() if count > 1]
    if repeated:
        raise ValueError(
            f'{where}: expected a prefix of its own for each metric, found '
            f'{", ".join(map(repr, repeated))} from more than one.'
        )


def told_tasks(metainfo: Mapping[str, Any] | None) -> dict[str, Task]:
    """Gives the tasks that meta information says something of.

    Args:
        metainfo: That of a data set, or of the data set in a checkpoint.

    Returns:
        The tasks by name.

    Raises:
        ValueError: If a definition is wrong.
    """
    metainfo = metainfo or {}
    known = {task.name: task for task in known_tasks()}
    stated = metainfo.get('tasks') or {}
    return {
        name: task
        for name, task in tasks_in(metainfo).items()
        if name in stated or task != known[name]
    }


def traits(model: Task, head: Any, data: Task, limits: bool = True) -> Iterator[Trait]:
    """Gives what two definitions of a task must agree on.

    Args:
        model: The one definition.
        head: Its head, which has the number of classes where the definition does not; or None.
        data: The other.
        limits: Whether that includes which labels count. Defaults to True.

    Yields:
        What it is, and both sides.
    """
    yield Trait('type', type(model).__name__, type(data).__name__)
    yield Trait('channels', model.channels, data.channels)
    num_classes = model.head_arguments.get('num_classes', getattr(head, 'num_classes', None))
    yield Trait('number of classes', num_classes, data.head_arguments.get('num_classes'))
    for part in fields(model):
        if part.compare and part.name not in _NOT_COMPARED and hasattr(data, part.name):
            yield Trait(part.name, getattr(model, part.name), getattr(data, part.name))
    for part in fields(model) if limits else ():
        if part.name in _LIMITS and hasattr(data, part.name):
            # None is a statement here: no limit, no mark.
            yield Trait(part.name, *(repr(getattr(one, part.name)) for one in (model, data)))
