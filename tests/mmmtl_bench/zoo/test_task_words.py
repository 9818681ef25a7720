import pytest

from mmmtl.tasks import (
    DEPTH,
    NORMAL,
    SEG,
    BinaryTask,
    BoundaryTask,
    ClassTask,
    DirectionTask,
    ImageClassTask,
    ScalarTask,
    VectorTask,
)
from mmmtl_bench.zoo.task_words import say_tasks


@pytest.mark.parametrize(
    ('task', 'classes', 'words'),
    [
        (SEG, 7, 'semantic segmentation (7 classes)'),
        (SEG, 1, 'semantic segmentation (1 class)'),
        (ClassTask(name='human_parts'), 6, 'human parts segmentation (6 classes)'),
        (ScalarTask(name='depth', unit='mtan'), 0, 'inverse depth'),
        (ScalarTask(name='depth', unit='depth'), 0, 'depth'),
        (DEPTH, 0, 'depth'),
        (ScalarTask(name='height', unit='m'), 0, 'height'),
        (NORMAL, 0, 'surface normals'),
        (DirectionTask(name='light'), 0, 'light'),
        (BoundaryTask(name='edge'), 0, 'edge detection'),
        (BinaryTask(name='saliency'), 2, 'saliency'),
        (VectorTask(name='flow', channels=2), 0, 'flow'),
        (ImageClassTask(name='weather', classes=4), 4, 'weather (image classification, 4 classes)'),
    ],
)
def test_a_task_in_words(task, classes, words):
    assert say_tasks({task.name: task}, {task.name: classes}) == [words]


def test_many_classifications_are_one_entry():
    names = ('svhn', 'dtd', 'omniglot')
    tasks = dict(
        depth=DEPTH, **{name: ImageClassTask(name=name, classes=5) for name in names}, seg=SEG
    )
    classes = dict(depth=0, svhn=10, dtd=47, omniglot=1623, seg=7)
    assert say_tasks(tasks, classes) == [
        'depth',
        'semantic segmentation (7 classes)',
        'image classification (3 sets, 10 to 1623 classes)',
    ]
