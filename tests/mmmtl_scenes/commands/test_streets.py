from __future__ import annotations

from argparse import ArgumentParser

import pytest

from mmmtl_scenes.commands import streets
from mmmtl_scenes.writers.cityscapes import StreetSceneSet


def handed_on(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[object, ...]:
    """Gives what the writer is called with."""
    calls = []

    def write(*args: object, **options: object) -> int:
        calls.append((*args, options))
        return 7

    monkeypatch.setattr(streets, 'write_street_scenes', write)
    parser = ArgumentParser()
    streets.add_arguments(parser)
    assert streets.run(parser.parse_args(arguments)) == 7
    (call,) = calls
    return call


def test_defaults_are_those_of_the_set(monkeypatch: pytest.MonkeyPatch) -> None:
    call = handed_on(monkeypatch, 'out')
    assert call == ('out', StreetSceneSet(), None, {'progress': True})


def test_options_are_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    options = '--size 32x64 --train 3 --val 2 --test 1 --seed 5 --workers 4 --normals --dropouts 0'
    call = handed_on(monkeypatch, 'out', *options.split(), '--supersample', '2', '--quiet')
    scenes = StreetSceneSet((32, 64), 3, 2, 1, 5, True, 0.0, 2)
    assert call == ('out', scenes, 4, {'progress': False})


def test_pascal_has_a_writer_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    monkeypatch.setattr(
        streets, 'write_pascal_streets', lambda *args, **options: calls.append((args, options))
    )
    parser = ArgumentParser()
    streets.add_arguments(parser)
    streets.run(parser.parse_args(['out', '--format', 'pascal', '--quiet']))
    assert calls == [(('out', StreetSceneSet(), None), {'progress': False})]
