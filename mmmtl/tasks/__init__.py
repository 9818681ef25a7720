"""What the package predicts: one class a kind of task, one instance a task.

A task is a name and a kind. The kind says what one pixel is, and everything that follows from it;
the rest of the package asks the task and never which one it is. A config defines tasks of its own
in one place, a variable that data sets and model read::

    tasks = dict(
        parts=dict(type='ClassTask', classes=('head', 'body', 'legs')),
        edge=dict(type='BinaryTask'),
        albedo=dict(type='VectorTask', channels=3),
    )

``seg``, ``depth`` and ``normal`` are known without a definition.
"""

from mmmtl.tasks.binary_task import BinaryTask
from mmmtl.tasks.boundary_task import BoundaryTask
from mmmtl.tasks.class_task import IGNORED, ClassTask
from mmmtl.tasks.direction_task import DirectionTask
from mmmtl.tasks.distinct_palette import distinct_palette
from mmmtl.tasks.fields import EDGE_MAP, EDGE_MAP_INVALID, TaskFields, fields_of
from mmmtl.tasks.image_class_task import ImageClassTask
from mmmtl.tasks.known import (
    DEPTH,
    NORMAL,
    SEG,
    Tasks,
    build_tasks,
    check_task_names,
    complete_tasks,
    forget_task,
    get_task,
    known_tasks,
    register_task,
    task_definitions,
    tasks_in,
)
from mmmtl.tasks.scalar_task import ScalarTask
from mmmtl.tasks.task import Task
from mmmtl.tasks.units import DEPTH_UNITS, Unit, get_depth_unit
from mmmtl.tasks.vector_task import VectorTask

__all__ = [
    'DEPTH',
    'DEPTH_UNITS',
    'EDGE_MAP',
    'EDGE_MAP_INVALID',
    'IGNORED',
    'NORMAL',
    'SEG',
    'BinaryTask',
    'BoundaryTask',
    'ClassTask',
    'DirectionTask',
    'ImageClassTask',
    'ScalarTask',
    'Task',
    'TaskFields',
    'Tasks',
    'Unit',
    'VectorTask',
    'build_tasks',
    'check_task_names',
    'complete_tasks',
    'distinct_palette',
    'fields_of',
    'forget_task',
    'get_depth_unit',
    'get_task',
    'known_tasks',
    'register_task',
    'task_definitions',
    'tasks_in',
]
