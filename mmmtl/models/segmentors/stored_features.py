"""Features that were computed before, in the place of what the backbone would compute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from mmseg.structures import SegDataSample
from torch import Tensor, nn

from mmmtl.features.in_samples import take_features
from mmmtl.features.outputs import put_together
from mmmtl.models.backbones.foundation.identity import features_identity

_IDENTITIES: WeakKeyDictionary[nn.Module, str] = WeakKeyDictionary()


def stored_features(
    backbone: Any, preprocessor: Any, images: Tensor, samples: Sequence[SegDataSample]
) -> Any:
    """Gives the features that the samples of a batch bring, if they bring any.

    Args:
        backbone: The backbone. Its weights are hashed once; they are frozen.
        preprocessor: The data preprocessor.
        images: The images, (N, 3, H, W).
        samples: Their samples.

    Returns:
        What the backbone would give; None if nothing is stored.

    Raises:
        ValueError: If the features are of another backbone, of images of another size, or the
            backbone is trained.
    """
    found = take_features(samples)
    if found is None:
        return None
    if backbone not in _IDENTITIES:
        _IDENTITIES[backbone] = features_identity(backbone, preprocessor)
    if any(one.model != _IDENTITIES[backbone] for one in found):
        raise ValueError(
            'features: expected those of this backbone, found stored ones of another (the hashes '
            "of weights, outputs and the images' normalisation and padding differ); "
            'tools/analysis_tools/cache_features.py writes them into another folder.'
        )
    outputs = put_together([one.tensors for one in found])
    stride, map_ = backbone.strides[0], outputs[0]
    size = (map_[0] if isinstance(map_, tuple) else map_).shape[-2:]
    if images.shape[-2:] != (size[0] * stride, size[1] * stride):
        raise ValueError(
            f'features: expected those of images of {tuple(images.shape[-2:])} pixels, as this '
            f'batch is padded, found maps of {tuple(size)} at stride {stride}; images of one batch '
            'must have one size.'
        )
    return outputs
