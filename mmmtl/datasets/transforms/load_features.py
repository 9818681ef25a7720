from __future__ import annotations

from mmcv.transforms.base import BaseTransform
from mmseg.registry import TRANSFORMS

from mmmtl.features.feature_folder import FeatureFolder
from mmmtl.features.in_samples import put_features


@TRANSFORMS.register_module()
class LoadFeatures(BaseTransform):
    """Reads what a frozen backbone makes of an image, so that training need not compute it.

    It is the last transform of a training pipeline. ``tools/analysis_tools/cache_features.py``
    writes the folder. Features are found by the hash of the image as it is at the end of the
    pipeline, so that none is read for an image that was flipped, cropped or recoloured at random:
    such an image has no features, which is an error. The network checks that the features are of
    its own backbone.

    Required keys:

    - inputs (torch.Tensor): as ``PackMultiTaskInputs`` gives it
    - data_samples (SegDataSample)

    Modified keys:

    - data_samples: with the features

    Args:
        folder: The folder with the features.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._features = FeatureFolder(folder)

    def transform(self, results: dict) -> dict:
        """Reads the features of one sample.

        Args:
            results: The sample, packed.

        Returns:
            The sample with its features.

        Raises:
            FileNotFoundError: If there are no features of this image.
            ValueError: If the sample is not packed, or the file is damaged.
        """
        if 'inputs' not in results:
            raise ValueError(
                'LoadFeatures: expected a packed sample, found none; it stands at the end of the '
                'pipeline, after PackMultiTaskInputs.'
            )
        features = self._features.read(results['inputs'])
        if features is None:
            name = results['data_samples'].metainfo.get('img_path', 'image')
            raise FileNotFoundError(
                f'{self.folder}: expected the features of {name} as the pipeline gives it, found '
                'none of this image. tools/analysis_tools/cache_features.py writes what is '
                'missing, if the pipeline changes no image at random; features of another '
                'pipeline or data set cannot be used.'
            )
        put_features(results['data_samples'], features)
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}(folder={self.folder!r})'
