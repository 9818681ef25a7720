from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import cv2
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from mmengine.config import Config
from mmseg.registry import MODELS

from mmmtl.apis import MultiTaskInferencer
from mmmtl.visualization import MultiTaskLocalVisualizer
from tests.utils.small_model import CLASSES, PALETTE, SIZE


def plain_outputs(small_model, image):
    """The network's outputs for an image, enlarged, without any pipeline."""
    model = MODELS.build(Config.fromfile(small_model.config).model).eval()
    model.load_state_dict(torch.load(small_model.checkpoint)['state_dict'])
    shrinks = image.shape[0] * image.shape[1] > SIZE[0] * SIZE[1]
    reduced = cv2.resize(
        image, SIZE[::-1], interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    )
    inputs = torch.from_numpy(reduced[..., ::-1].copy()).permute(2, 0, 1)[None].float() / 255
    with torch.no_grad():
        outputs = model(inputs, mode='tensor')
    return {
        name: F.interpolate(output, size=image.shape[:2], mode='bilinear')[0]
        for name, output in outputs.items()
    }


def assert_same(found, expected):
    assert found.keys() == expected.keys()
    for name, values in expected.items():
        # Sums in a batch are rounded differently; a short vector's direction shows it most.
        assert found[name].shape == values.shape
        assert (abs(found[name] - values) < 1e-3).mean() > 0.999


def test_predictions_have_the_images_size_and_the_networks_values(small_model, inferencer, images):
    for image in images:
        result = inferencer(image)
        outputs = plain_outputs(small_model, image)
        assert list(result) == ['seg', 'depth', 'normal']
        size = image.shape[:2]
        assert result['seg'].shape == size
        assert result['seg'].dtype == np.int64
        assert (result['seg'] == outputs['seg'].argmax(0).numpy()).mean() > 0.999
        assert (result['depth'].shape, result['depth'].dtype) == (size, np.float32)
        np.testing.assert_allclose(result['depth'], outputs['depth'][0], atol=1e-5)
        assert (result['normal'].shape, result['normal'].dtype) == ((*size, 3), np.float32)
        expected = F.normalize(outputs['normal'], dim=0).permute(1, 2, 0)
        np.testing.assert_allclose(result['normal'], expected, atol=1e-5)
        assert np.unique(result['seg']).size == 3
        assert result['depth'].std() > 0.05


def test_one_image_gives_a_dict_and_others_a_list(inferencer, images, folder):
    expected = [inferencer(image) for image in images]
    assert_same(inferencer(str(folder / 'a.png')), expected[0])
    assert_same(inferencer(folder / 'a.png'), expected[0])
    paths = [folder / 'deep' / 'b.bmp', str(folder / 'a.png')]
    found = inferencer([paths[0], images[1], paths[1]])
    for one, other in zip(found, (expected[2], expected[1], expected[0]), strict=True):
        assert_same(one, other)
    assert isinstance(inferencer([images[0]]), list)
    for one, other in zip(inferencer(str(folder), batch_size=2), expected, strict=True):
        assert_same(one, other)


def test_images_of_several_sizes_are_not_joined(small_model, images):
    pipeline = [dict(type='LoadImageFromFile'), dict(type='PackSegInputs')]
    own_size = MultiTaskInferencer(
        *small_model,
        device='cpu',
        show_progress=False,
        cfg_options={'test_dataloader.dataset.pipeline': pipeline},
    )
    shapes = []
    own_size.segmentor.backbone.register_forward_pre_hook(
        lambda module, inputs: shapes.append(tuple(inputs[0].shape))
    )
    sized = [images[0], images[0], images[0], images[1], images[0]]
    results = own_size(sized, batch_size=2)
    assert shapes == [(2, 3, 40, 60), (1, 3, 40, 60), (1, 3, 32, 48), (1, 3, 40, 60)]
    assert [result['seg'].shape for result in results] == [image.shape[:2] for image in sized]
    assert_same(results[2], results[0])


def test_the_frames_of_a_video(inferencer, tmp_path, images):
    path = str(tmp_path / 'clip.avi')
    writer = cv2.VideoWriter(path, cv2.VideoWriter_fourcc(*'MJPG'), 10, (60, 40))
    for shift in range(3):
        writer.write(np.roll(images[0], 10 * shift, axis=1))
    writer.release()
    capture = cv2.VideoCapture(path)
    frames = [capture.read()[1] for _ in range(3)]
    results = inferencer(path, out_dir=tmp_path / 'out', save=['npy'])
    for result, frame in zip(results, frames, strict=True):
        assert_same(result, inferencer(frame))
    written = sorted((tmp_path / 'out' / 'depth').rglob('*.npy'))
    assert [f'{p.parent.name}/{p.name}' for p in written] == [
        f'clip.avi/{index:06d}.npy' for index in range(3)
    ]
    np.testing.assert_array_equal(np.load(written[2]), results[2]['depth'])


def test_test_time_augmentation_averages_both_views(small_model, inferencer, images):
    result = MultiTaskInferencer(*small_model, device='cpu', tta=True, show_progress=False)(
        images, batch_size=2
    )[0]
    image = images[0]
    views = [plain_outputs(small_model, image), plain_outputs(small_model, image[:, ::-1].copy())]
    mirrored = {name: output.flip(-1) for name, output in views[1].items()}
    mirrored['normal'] = mirrored['normal'] * torch.tensor([-1.0, 1, 1]).view(3, 1, 1)
    pairs = {name: (views[0][name], mirrored[name]) for name in mirrored}
    np.testing.assert_allclose(result['depth'], sum(pairs['depth'])[0] / 2, atol=1e-4)
    mean = sum(logits.softmax(0) for logits in pairs['seg']) / 2
    chosen = mean.gather(0, torch.from_numpy(result['seg'])[None])[0]
    assert (mean.amax(0) - chosen).max() < 1e-3  # two certain views may disagree: a tie
    normal = F.normalize(sum(F.normalize(view, dim=0) for view in pairs['normal']), dim=0)
    assert (abs(result['normal'] - normal.permute(1, 2, 0).numpy()) < 1e-3).mean() > 0.999
    assert abs(result['depth'] - inferencer(image)['depth']).max() > 1e-3


def test_meta_information_comes_from_the_checkpoint_or_the_config(small_model, tmp_path):
    arguments = dict(device='cpu', show_progress=False)
    known = MultiTaskInferencer(*small_model, **arguments).metainfo
    assert known == dict(
        classes=list(CLASSES),
        palette=PALETTE,
        depth_unit='depth',
        tasks=dict(
            seg=dict(type='ClassTask', classes=list(CLASSES), palette=PALETTE),
            depth=dict(type='ScalarTask', unit='depth'),
            normal=dict(type='DirectionTask'),
        ),
    )
    weights = torch.load(small_model.checkpoint)['state_dict']
    torch.save(weights, tmp_path / 'weights.pth')
    known = MultiTaskInferencer(small_model.config, tmp_path / 'weights.pth', **arguments).metainfo
    assert known['classes'][:2] == ['bed', 'books']
    assert (len(known['palette']), known['depth_unit']) == (13, 'depth')


def test_weights_that_only_training_uses_may_differ(small_model, images, inferencer):
    result = MultiTaskInferencer(
        *small_model,
        device='cpu',
        show_progress=False,
        cfg_options={'model.loss_weighting.type': 'UncertaintyWeighting'},
    )(images[0])
    assert_same(result, inferencer(images[0]))


@pytest.mark.parametrize(
    ('changes', 'message'),
    [
        (dict(first=None), r'1 are missing \(backbone'),
        (dict(first=torch.ones(1)), '1 have another shape'),
        (dict(other=torch.ones(1)), r'1 are surplus \(other'),
    ],
)
def test_a_checkpoint_of_another_model_is_refused(small_model, tmp_path, changes, message):
    weights = torch.load(small_model.checkpoint)['state_dict']
    first = next(iter(weights))
    for name, value in changes.items():
        weights[first if name == 'first' else name] = value
    torch.save({k: v for k, v in weights.items() if v is not None}, tmp_path / 'other.pth')
    with pytest.raises(ValueError, match=f'other.pth: expected the weights.*{message}'):
        MultiTaskInferencer(small_model.config, tmp_path / 'other.pth', device='cpu')


def test_missing_files_and_settings_are_named(small_model, tmp_path):
    with pytest.raises(FileNotFoundError, match='no config file.*nowhere.py'):
        MultiTaskInferencer(tmp_path / 'nowhere.py', small_model.checkpoint)
    with pytest.raises(FileNotFoundError, match='no checkpoint file.*nowhere.pth'):
        MultiTaskInferencer(small_model.config, tmp_path / 'nowhere.pth')
    with pytest.raises(ValueError, match='augmentation needs tta_pipeline'):
        MultiTaskInferencer(*small_model, 'cpu', tta=True, cfg_options=dict(tta_pipeline=None))


def test_bad_images_stop_the_call_or_are_skipped(inferencer, images, folder):
    (folder / 'broken.png').write_bytes((folder / 'a.png').read_bytes()[:200])
    with pytest.raises(ValueError, match='broken.png: truncated or broken image'):
        inferencer(folder)
    results = inferencer(folder, batch_size=4, skip_errors=True)
    assert [result is None for result in results] == [False, True, False, False]
    assert_same(results[2], inferencer(images[1]))


@pytest.mark.parametrize(
    ('bad', 'message'),
    [
        (np.zeros((40, 60, 3), np.float32), r'inputs\[1\]: expected an image.*found float32'),
        (np.zeros((40, 60), np.uint8), r'inputs\[1\]: expected an image.*\(40, 60\)'),
        ('nowhere.png', 'nowhere.png: no such file'),
        ('nowhere.avi', 'nowhere.avi: missing, not a video'),
    ],
)
def test_bad_inputs_of_a_list(inferencer, images, bad, message):
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        inferencer([images[0], bad])
    found = list(inferencer.stream([images[0], bad, images[1]], batch_size=3))
    assert [prediction.error is None for prediction in found] == [True, False, True]
    assert found[1].maps == {}


def test_an_address(inferencer, images, folder, monkeypatch):
    monkeypatch.setenv('no_proxy', '*')
    handler = partial(SimpleHTTPRequestHandler, directory=folder)
    with ThreadingHTTPServer(('127.0.0.1', 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f'http://127.0.0.1:{server.server_port}'
        assert_same(inferencer(f'{address}/deep/b.bmp'), inferencer(images[2]))
        with pytest.raises(ValueError, match=f'{address}/nowhere.png: .*404'):
            inferencer(f'{address}/nowhere.png')
        server.shutdown()


def test_an_image_that_the_network_cannot_take(small_model, images):
    pipeline = [dict(type='LoadImageFromFile'), dict(type='PackSegInputs')]
    own_size = MultiTaskInferencer(
        *small_model,
        'cpu',
        show_progress=False,
        cfg_options={'test_dataloader.dataset.pipeline': pipeline},
    )
    found = list(own_size.stream([images[0], images[0][:8, :8], images[1]]))
    assert [prediction.error is None for prediction in found] == [True, False, True]
    assert str(found[1].error).startswith('inputs[1]: ')


def test_one_output_that_is_not_finite_leaves_the_others(inferencer, images, tmp_path):
    paths = [tmp_path / f'{name}.png' for name in ('dark', 'white', 'other')]
    contents = images[0], np.full((40, 60, 3), 255, np.uint8), images[0] // 2
    for path, image in zip(paths, contents, strict=True):
        cv2.imwrite(str(path), image)
    expected = inferencer(paths[2])
    network = inferencer.segmentor
    white = []
    hooks = [
        network.backbone.register_forward_pre_hook(
            lambda _, inputs: white.extend([inputs[0].amin(dim=(1, 2, 3)) > 0.99])
        ),
        network.decode_head['depth'].conv_seg.register_forward_hook(
            lambda _, __, output: output.masked_fill(white.pop()[:, None, None, None], np.inf)
        ),
    ]
    try:
        found = list(inferencer.stream(paths, batch_size=3, out_dir=tmp_path / 'out'))
    finally:
        for hook in hooks:
            hook.remove()
    assert [prediction.error is None for prediction in found] == [True, False, True]
    assert str(found[1].error).startswith(f'{paths[1]}: expected finite numbers from the network')
    assert_same(found[2].maps, expected)
    written = sorted(path.name for path in (tmp_path / 'out' / 'pictures').iterdir())
    assert written == ['dark.png', 'other.png']


def test_wrong_arguments(inferencer, images, tmp_path):
    with pytest.raises(ValueError, match='batch_size: expected at least 1, found 0'):
        inferencer(images[0], batch_size=0)
    with pytest.raises(ValueError, match="save: expected some of .*found 'npy'"):
        inferencer(images[0], out_dir=tmp_path, save='npy')
    with pytest.raises(ValueError, match='expected images or videos in the folder'):
        inferencer(tmp_path)
    with pytest.raises(ValueError, match='empty list'):
        inferencer([])


def test_what_mmseg_inferencers_give_too(inferencer, images, monkeypatch):
    expected = inferencer(images[0])
    given = inferencer(images[0], return_vis=True)
    assert_same(given['predictions'], expected)
    np.testing.assert_array_equal(given['visualization'], inferencer.visualize(images[0], expected))
    several = inferencer([images[0], 'nowhere.png'], return_vis=True, skip_errors=True)
    assert several['predictions'][1] is several['visualization'][1] is None
    sample = inferencer(images[0], return_datasamples=True)
    np.testing.assert_array_equal(sample.pred_depth_map.data[0], expected['depth'])
    shown = []
    monkeypatch.setattr(
        MultiTaskLocalVisualizer,
        'show',
        lambda self, picture, name, wait: shown.append((picture.shape, name, wait)),
    )
    inferencer(images[0], show=True, wait_time=0.5)
    assert shown == [(given['visualization'].shape, 'image', 0.5)]
