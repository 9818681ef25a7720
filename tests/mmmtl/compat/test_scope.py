from __future__ import annotations

from collections.abc import Iterator

import pytest
from mmengine.config import Config
from mmengine.registry import DefaultScope, Registry, init_default_scope
from mmseg.registry import MODELS

from mmmtl.compat.scope import config_scope, registry_scope


def current() -> str | None:
    scope = DefaultScope.get_current_instance()
    return None if scope is None else scope.scope_name


@pytest.fixture(autouse=True)
def process_without_a_scope(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DefaultScope, '_instance_dict', type(DefaultScope._instance_dict)())


@pytest.fixture
def child_of_mmseg() -> Iterator[str]:
    Registry('model', parent=MODELS, scope='child')
    yield 'child'
    del MODELS.children['child']


def test_a_process_without_a_scope_has_none_afterwards():
    with registry_scope():
        assert current() == 'mmseg'
    assert current() is None


def test_another_scope_comes_back_and_so_does_the_one_before_it():
    init_default_scope('mmseg')
    init_default_scope('mmengine')
    with registry_scope():
        assert current() == 'mmseg'
        with registry_scope('mmengine'):
            assert current() == 'mmengine'
        assert current() == 'mmseg'
    assert current() == 'mmengine'
    assert [scope.scope_name for scope in DefaultScope._instance_dict.values()] == [
        'mmseg',
        'mmengine',
    ]


def test_the_scope_comes_back_after_an_error():
    init_default_scope('mmengine')
    with (
        pytest.raises(KeyError, match='Nothing is not in the mmseg::model registry'),
        registry_scope(),
    ):
        MODELS.build(dict(type='Nothing'))
    assert current() == 'mmengine'


def test_it_decorates_functions_that_call_themselves():
    @registry_scope()
    def depth_of(number: int) -> list[str | None]:
        return [current(), *(depth_of(number - 1) if number else [])]

    assert depth_of(2) == ['mmseg'] * 3
    assert current() is None
    assert depth_of.__name__ == 'depth_of'


def test_mmseg_s_own_scope_is_left_alone():
    init_default_scope('mmseg')
    before = DefaultScope.get_current_instance()
    with registry_scope():
        assert DefaultScope.get_current_instance() is before


def test_a_package_whose_registries_are_children_of_mmseg_keeps_its_scope(child_of_mmseg):
    # in mmseg's scope its own components would not be found
    init_default_scope(child_of_mmseg)
    with registry_scope():
        assert current() == child_of_mmseg
    with registry_scope('mmengine'):
        assert current() == 'mmengine'


@pytest.mark.parametrize(
    ('cfg', 'scope'),
    [(dict(default_scope='mmdet'), 'mmdet'), (dict(default_scope=None), 'mmseg'), ({}, 'mmseg')],
)
def test_the_scope_of_a_config_is_mmseg_s_if_it_states_none(cfg, scope):
    assert config_scope(Config(cfg)) == scope
