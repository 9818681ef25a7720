"""What the documents of a report have in common: where their templates are, and some sentences."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

SYNTHETIC = (
    'SYNTHETIC DATA: apart from the published figures, everything here was measured on rendered '
    'scenes. It compares methods on these scenes only and says nothing about photographs.'
)
"""What a report of synthetic data begins with."""

BEST = 'The best of our own values in a column is bold.'

PUBLISHED_GAINS = (
    'Gains in the lines of published figures are computed from these, against the published line '
    'of the baseline.'
)


_BREAKS = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028\u2029]+')


def in_one_line(text: str) -> str:
    """Makes a text one line: ends of lines, and other characters that do not print, are spaces.

    Args:
        text: The text.

    Returns:
        The line.
    """
    return _BREAKS.sub(' ', text)


def make_environment(
    escape: Callable[[str], str] | None = None, delimiters: tuple[str, str] = ('{', '}')
) -> Environment:
    """Makes the environment of the templates of one format.

    Whatever a template prints is escaped, other than what it marks as safe.

    Args:
        escape: Makes a text print as it is. Defaults to None: the format is HTML.
        delimiters: What stands before and after the ``%`` of a template's statements, and, twice,
            around what it prints.

    Returns:
        The environment. A template that uses a name without a value is an error.
    """

    def finalize(value: Any) -> Any:
        return value if escape is None or isinstance(value, Markup) else escape(str(value))

    start, end = delimiters
    environment = Environment(  # nosec B701
        loader=PackageLoader('mmmtl_bench.report'),
        undefined=StrictUndefined,
        autoescape=escape is None,  # else finalize escapes
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        block_start_string=f'{start}%',
        block_end_string=f'%{end}',
        variable_start_string=start * 2,
        variable_end_string=end * 2,
        comment_start_string=f'{start}#',
        comment_end_string=f'#{end}',
    )
    environment.globals |= {
        'SYNTHETIC': SYNTHETIC,
        'BEST': BEST,
        'PUBLISHED_GAINS': PUBLISHED_GAINS,
    }
    return environment
