"""Which of several data sets a sample is of."""

from __future__ import annotations

from typing import Any

from mmengine.structures import BaseDataElement

_KEY = 'data_set'


def mark_sample(sample: Any, name: str) -> None:
    """Notes the name of its data set in a sample's meta information.

    Args:
        sample: What a data set gives; anything without ``data_samples`` is left as it is.
        name: Name of the data set.
    """
    found = sample.get('data_samples') if isinstance(sample, dict) else None
    if isinstance(found, BaseDataElement):
        found.set_metainfo({_KEY: name})


def set_of(data_sample: BaseDataElement) -> str | None:
    """Tells which data set a sample is of.

    Args:
        data_sample: The sample.

    Returns:
        Name of the data set; None where there is only one, or none.
    """
    return data_sample.metainfo.get(_KEY)
