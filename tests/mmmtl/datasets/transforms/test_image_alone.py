"""An image that comes from no data set, as mmseg's inference_model gives it."""

import numpy as np
import pytest
from mmseg.apis import inference_model, init_model
from PIL import Image

from mmmtl.apis import MultiTaskInferencer
from mmmtl.datasets.transforms import LoadMultiTaskAnnotations
from tests.utils.small_model import write_small_model


def test_mmseg_s_own_inference_predicts_at_the_image_s_size(tmp_path):
    model = write_small_model(tmp_path)
    image = np.random.default_rng(0).integers(0, 256, (60, 90, 3), dtype=np.uint8)
    path = str(tmp_path / 'image.png')
    Image.fromarray(image).save(path)
    network = init_model(*model, device='cpu')

    expected = MultiTaskInferencer(*model, device='cpu', show_progress=False)(path)
    for given in (path, np.ascontiguousarray(image[..., ::-1])):
        sample = inference_model(network, given)
        np.testing.assert_array_equal(sample.pred_sem_seg.data[0].numpy(), expected['seg'])
        depth = sample.pred_depth_map.data[0].numpy()
        np.testing.assert_allclose(depth, expected['depth'], atol=1e-5)


def test_the_sample_of_another_data_set_is_refused():
    with pytest.raises(ValueError, match='a.png: expected the sample of a data set that names'):
        LoadMultiTaskAnnotations()(dict(img_path='a.png', sample_idx=3, ori_shape=(2, 2)))
