"""Features on their way from the pipeline to the network: a field of each sample."""

from __future__ import annotations

from collections.abc import Sequence

from mmengine.structures import BaseDataElement
from mmseg.structures import SegDataSample

from mmmtl.features.feature_folder import StoredFeatures

_FIELD = 'backbone_features'
_MODEL = 'model'


def put_features(sample: SegDataSample, features: StoredFeatures) -> None:
    """Gives a sample its features.

    Args:
        sample: The sample.
        features: Its features.
    """
    element = BaseDataElement(metainfo={_MODEL: features.model})
    element.set_data(features.tensors)
    sample.set_data({_FIELD: element})


def take_features(samples: Sequence[SegDataSample]) -> list[StoredFeatures] | None:
    """Reads the features that the samples of a batch bring.

    Args:
        samples: The samples.

    Returns:
        Those of each sample; None if the samples have none.

    Raises:
        ValueError: If only some samples have features.
    """
    with_some = [_FIELD in sample for sample in samples]
    if not any(with_some):
        return None
    if not all(with_some):
        raise ValueError(
            f'features: expected stored features of all {len(samples)} samples of a batch or of '
            f'none, found {sum(with_some)}; LoadFeatures must be in the pipelines of all data sets.'
        )
    elements = [sample.get(_FIELD) for sample in samples]
    return [StoredFeatures(dict(one.items()), one.get(_MODEL)) for one in elements]
