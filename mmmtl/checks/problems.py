"""What was found wrong, a line each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from mmmtl.apis.config_mistakes import config_mistake

_BEGINS_WITH_A_PLACE = re.compile(r'[a-z][\w.]*: ')


class Problems:
    """Collects problems; the same one in several places is one line.

    Example:
        >>> problems = Problems()
        >>> problems.add('val_cfg', 'expected a dict, found 3.')
        >>> problems.add('test_cfg', 'expected a dict, found 3.')
        >>> problems.lines()
        ['val_cfg (also test_cfg): expected a dict, found 3.']
    """

    def __init__(self) -> None:
        self._places: dict[str, list[str]] = {}
        self.causes: list[BaseException] = []

    def add(self, where: str, text: str) -> None:
        """Adds a problem.

        Args:
            where: Place in the config; empty if the text names it.
            text: What was found and what was expected.
        """
        places = self._places.setdefault(' '.join(text.split()), [])
        if where not in places:
            places.append(where)

    @contextmanager
    def catch(self, where: str, joint: str = ': ') -> Iterator[None]:
        """Makes a problem of what is raised while a part of a config is built or compared.

        Args:
            where: Place in the config; empty if the error names it.
            joint: What stands between the place and the text of a ``ValueError``: ``'.'`` where
                the text begins with a place inside. Defaults to a colon.

        Yields:
            Nothing.
        """
        try:
            yield
        except Exception as error:  # whatever a part raises, the run would end with it
            self.causes.append(error)
            said = isinstance(error, (OSError, ValueError))
            text = str(error) if said else _explained(error)
            if said and joint == '.' and _BEGINS_WITH_A_PLACE.match(text):
                self.add('', f'{where}.{text}')
            else:
                self.add(where, text)

    def take(self, others: Problems) -> None:
        """Adds what another collection holds.

        Args:
            others: The other one.
        """
        self.causes += others.causes
        for text, places in others._places.items():
            for where in places:
                self.add(where, text)

    def lines(self) -> list[str]:
        """Gives the problems in the order in which they were found."""
        return [_line(places, text) for text, places in self._places.items()]


def _explained(error: BaseException) -> str:
    return config_mistake(error) or f'{type(error).__name__}: {error}'.rstrip(': ')


def _line(places: list[str], text: str) -> str:
    first, *others = places
    also = f' (also {", ".join(others)})' if others else ''
    return f'{first}{also}: {text}' if first else text
