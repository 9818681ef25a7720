from __future__ import annotations

from argparse import ArgumentParser

import pytest

from mmmtl_scenes.commands import decathlon
from mmmtl_scenes.writers.decathlon import DecathlonSet


@pytest.mark.parametrize(
    ('arguments', 'expected'),
    [
        (('out',), ('out', DecathlonSet(), None, {'progress': True})),
        (
            ('out', '--seed', '5', '--share', '0.5', '--workers', '4', '--quiet'),
            ('out', DecathlonSet(5, 0.5), 4, {'progress': False}),
        ),
    ],
)
def test_options_are_handed_on(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], expected: tuple
) -> None:
    calls = []

    def write(*args: object, **options: object) -> int:
        calls.append((*args, options))
        return 7

    monkeypatch.setattr(decathlon, 'write_decathlon', write)
    parser = ArgumentParser()
    decathlon.add_arguments(parser)
    assert decathlon.run(parser.parse_args(arguments)) == 7
    assert calls == [expected]
