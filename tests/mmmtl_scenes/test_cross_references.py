"""The names that docstrings of the renderer refer to exist."""

from __future__ import annotations

import importlib
import pkgutil
import re
from functools import reduce

import pytest

import mmmtl_scenes

MODULES = ['mmmtl_scenes'] + [
    item.name
    for item in pkgutil.walk_packages(mmmtl_scenes.__path__, 'mmmtl_scenes.')
    if not item.name.endswith('__main__')
]
REFERENCE = re.compile(r':(?:mod|func|class|meth|attr|data):`~?([^`]+)`')


def exists(name: str, module: str) -> bool:
    """Whether a name is one of a module, of a class in it, or a full one."""
    parts = name.split('.')
    places = [importlib.import_module(module)]
    classes = [item for item in vars(places[0]).values() if isinstance(item, type)]
    for place in (*places, *classes):
        found = reduce(lambda at, part: getattr(at, part, None), parts, place)
        if found is not None or name in getattr(place, '__dataclass_fields__', {}):
            return True
    for cut in range(len(parts), 0, -1):
        try:
            place = importlib.import_module('.'.join(parts[:cut]))
        except ImportError:
            continue
        return reduce(lambda at, part: getattr(at, part, None), parts[cut:], place) is not None
    return False


@pytest.mark.parametrize('module', MODULES)
def test_references_lead_somewhere(module: str) -> None:
    with open(importlib.import_module(module).__file__ or '', encoding='utf-8') as stream:
        names = REFERENCE.findall(re.sub(r'\s+', ' ', stream.read()))
    assert not [name for name in names if not exists(name, module)]
