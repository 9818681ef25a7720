"""A network with tasks of one's own, one or two of each kind, on images."""

import cv2
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from mmseg.registry import MODELS

from mmmtl.apis import MultiTaskInferencer
from mmmtl.apis.launch import load_config
from mmmtl.tasks import BinaryTask, ClassTask, ScalarTask, VectorTask
from tests.utils.own_tasks import NUM_OUTPUTS, SIZE, TASKS, write_own_tasks

OPTIONS = dict(device='cpu', show_progress=False)
PLAIN = ('height', 'depth', 'albedo', 'flow')


@pytest.fixture(scope='module')
def own(tmp_path_factory):
    return write_own_tasks(tmp_path_factory.mktemp('own'))


@pytest.fixture(scope='module')
def network(own):
    model = MODELS.build(load_config(own.config).model).eval()
    model.load_state_dict(torch.load(own.checkpoint)['state_dict'])
    return model


@pytest.fixture(scope='module')
def image():
    rng = np.random.default_rng(3)
    return cv2.resize(rng.integers(0, 256, (6, 8, 3), dtype=np.uint8), SIZE[::-1])


def outputs_of(network, image):
    """The heads' outputs, C x H x W each, that nothing has made valid."""
    inputs = torch.from_numpy(image[..., ::-1].copy()).permute(2, 0, 1)[None].float() / 255
    with torch.no_grad():
        features = network.extract_feat(inputs)
        return {
            name: head.predict(features[name], [dict(img_shape=image.shape[:2])], {})[0]
            for name, head in network.decode_head.items()
        }


def test_every_kind_has_its_array(own, network, image):
    result = MultiTaskInferencer(*own, **OPTIONS)(image)
    outputs = outputs_of(network, image)
    assert {name: len(output) for name, output in outputs.items()} == NUM_OUTPUTS
    for name in ('seg', 'parts'):
        assert result[name].dtype == np.int64
        np.testing.assert_array_equal(result[name], outputs[name].argmax(0))
    np.testing.assert_allclose(result['edge'], outputs['edge'][0].sigmoid(), atol=1e-5)
    for name in ('height', 'depth'):
        assert (result[name].dtype, result[name].shape) == (np.float32, SIZE)
        np.testing.assert_allclose(result[name], outputs[name][0], atol=1e-4)
    for name in ('albedo', 'flow'):
        assert result[name].flags.c_contiguous
        np.testing.assert_allclose(result[name], outputs[name].permute(1, 2, 0), atol=1e-4)
    expected = F.normalize(outputs['normal'], dim=0).permute(1, 2, 0)
    np.testing.assert_allclose(result['normal'], expected, atol=1e-4)


def test_the_checkpoint_says_what_the_tasks_are(own):
    inferencer = MultiTaskInferencer(*own, **OPTIONS)
    parts = {key: TASKS['parts'][key] for key in ('classes', 'palette')}
    assert inferencer.tasks['parts'] == ClassTask(name='parts', **parts)
    assert inferencer.tasks['edge'] == BinaryTask(name='edge')
    assert inferencer.tasks['height'] == ScalarTask(name='height', unit='m')
    flow = VectorTask(name='flow', channels=2, along_image=True, unit='px')
    assert inferencer.tasks['flow'] == flow
    assert list(inferencer.metainfo['tasks']) == list(TASKS)


def test_a_config_whose_tasks_are_names_learns_the_rest_from_the_checkpoint(tmp_path):
    own = write_own_tasks(tmp_path, ('seg', 'depth'))
    options = {'model.tasks': ['seg', 'depth'], 'model.decode_head.seg.num_classes': 2}
    inferencer = MultiTaskInferencer(*own, **OPTIONS, cfg_options=options)
    assert inferencer.segmentor.tasks['depth'].unit == 'depth'
    assert inferencer.tasks['depth'].unit == 'depth'
    assert inferencer.tasks['seg'].palette == ((90, 90, 90), (0, 0, 142))


def test_an_older_checkpoint_has_the_tasks_of_its_config(own, image, tmp_path):
    older = torch.load(own.checkpoint) | dict(meta=dict(dataset_meta=dict(classes=['a', 'b'])))
    torch.save(older, tmp_path / 'older.pth')
    inferencer = MultiTaskInferencer(own.config, tmp_path / 'older.pth', **OPTIONS)
    assert inferencer.tasks['parts'].classes == ('head', 'body', 'legs')
    assert inferencer.tasks['height'].unit == 'm'
    assert inferencer.tasks['seg'].classes == ('road', 'car')  # the config defines them
    known = MultiTaskInferencer(*own, **OPTIONS)
    for name, values in known(image).items():
        np.testing.assert_array_equal(inferencer(image)[name], values)


def view_of(network, image, scale, flipped):
    """What a view of test-time augmentation gives, brought back to the image."""
    size = (round(SIZE[1] * scale), round(SIZE[0] * scale))
    view = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
    outputs = outputs_of(network, view[:, ::-1] if flipped else view)
    signs = dict(normal=[-1, 1, 1], flow=[-1, 1]) if flipped else {}
    found = {}
    for name, output in outputs.items():
        output = output.flip(-1) if flipped else output
        output = F.interpolate(output[None], size=SIZE, mode='bilinear')[0]
        found[name] = output * torch.tensor(signs.get(name, [1])).view(-1, 1, 1)
    return found


@pytest.mark.parametrize('zoom_scales_depth', [False, True])
def test_views_are_averaged_in_the_way_of_their_kind(own, network, image, zoom_scales_depth):
    result = MultiTaskInferencer(
        *own, **OPTIONS, tta=True, cfg_options={'tta_model.zoom_scales_depth': zoom_scales_depth}
    )(image)
    views = [
        (scale, view_of(network, image, scale, flipped))
        for scale in (1.0, 1.5)
        for flipped in (False, True)
    ]

    def mean(name, change):
        return sum(change(view[name]) for _, view in views) / 4

    for name in ('seg', 'parts'):
        chances = mean(name, lambda logits: logits.softmax(0))
        chosen = chances.gather(0, torch.from_numpy(result[name])[None])[0]
        assert (chances.amax(0) - chosen).max() < 1e-4
    np.testing.assert_allclose(result['edge'], mean('edge', torch.sigmoid)[0], atol=1e-4)
    normal = F.normalize(mean('normal', lambda output: F.normalize(output, dim=0)), dim=0)
    np.testing.assert_allclose(result['normal'], normal.permute(1, 2, 0), atol=1e-3)
    zooms = dict(depth=1, flow=-1) if zoom_scales_depth else {}
    for name in PLAIN:
        exponent = zooms.get(name, 0)
        expected = sum(scale**exponent * view[name] for scale, view in views) / 4
        found = result[name] if result[name].ndim == 3 else result[name][..., None]
        np.testing.assert_allclose(found, expected.permute(1, 2, 0), atol=1e-4)


def test_windows_are_averaged_before_anything_becomes_a_prediction(own, network, image):
    result = MultiTaskInferencer(
        *own,
        **OPTIONS,
        cfg_options={'model.test_cfg': dict(mode='slide', crop_size=(16, 24), stride=(8, 12))},
    )(image)
    sums = {name: torch.zeros(count, *SIZE) for name, count in NUM_OUTPUTS.items()}
    times = torch.zeros(SIZE)
    for top in (0, 8):
        for left in (0, 12):
            rows, columns = slice(top, top + 16), slice(left, left + 24)
            times[rows, columns] += 1
            for name, output in outputs_of(network, image[rows, columns]).items():
                sums[name][:, rows, columns] += output
    means = {name: total / times for name, total in sums.items()}
    for name in ('seg', 'parts'):
        chosen = means[name].gather(0, torch.from_numpy(result[name])[None])[0]
        assert (means[name].amax(0) - chosen).max() < 1e-4
    np.testing.assert_allclose(result['edge'], means['edge'][0].sigmoid(), atol=1e-4)
    normal = F.normalize(means['normal'], dim=0)
    np.testing.assert_allclose(result['normal'], normal.permute(1, 2, 0), atol=1e-3)
    for name in PLAIN:
        found = result[name] if result[name].ndim == 3 else result[name][..., None]
        np.testing.assert_allclose(found, means[name].permute(1, 2, 0), atol=1e-4)


def test_every_kind_has_its_files(own, image, tmp_path):
    inferencer = MultiTaskInferencer(*own, **OPTIONS)
    result = inferencer([image], out_dir=tmp_path, save=['pictures', 'ids', 'depth', 'npy'])[0]
    files = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob('*.*')}
    name = 'image_000000'
    assert files == {
        *(f'{task}/{name}.npy' for task in TASKS),
        *(f'{task}/{name}.png' for task in ('seg', 'parts', 'edge', 'height', 'depth')),
        *(f'pictures_{task}/{name}.png' for task in TASKS),
        f'pictures/{name}.png',
    }
    for task in TASKS:
        np.testing.assert_array_equal(np.load(tmp_path / task / f'{name}.npy'), result[task])
