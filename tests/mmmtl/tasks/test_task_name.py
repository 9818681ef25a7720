import pytest
import torch

from mmmtl.tasks import BinaryTask
from tests.utils.errors import error_of
from tests.utils.task_kinds import KINDS


@pytest.mark.parametrize(
    ('name', 'reason'),
    [
        ('my.task', 'letters, digits and underscores, no digit first,'),
        ('2d', 'letters, digits and underscores, no digit first,'),
        ('', 'letters, digits and underscores, no digit first,'),
        (None, 'letters, digits and underscores, no digit first,'),
        ('type', 'a name that configs and modules of torch do not use themselves'),
        ('keys', 'a name that configs and modules of torch do not use themselves'),
        ('forward', 'a name that configs and modules of torch do not use themselves'),
        ('training', 'a name that configs and modules of torch do not use themselves'),
        ('_delete_', 'a name that configs and modules of torch do not use themselves'),
        ('pictures', 'a name that is not that of the folders of predicted pictures'),
        ('pictures_of_parts', 'a name that is not that of the folders of predicted pictures'),
        (
            'glossy',
            "a name without 'loss', as all that is logged under such a name is minimised",
        ),
    ],
)
def test_a_name_that_cannot_be_a_key_is_named(name, reason):
    expected = f'tasks: expected {reason} as the name of a task, found {name!r}.'
    assert error_of(BinaryTask, name=name) == expected


def test_names_of_methods_are_refused_and_others_are_keys_of_modules():
    modules = torch.nn.ModuleDict()
    for task in KINDS:
        modules[task.name] = torch.nn.Identity()
    assert list(modules) == [task.name for task in KINDS]
