"""The example that runs an exported file; that it needs no torch is tested with the exporter."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmmtl.deployment import DynamicAxes, OnnxFormat, trace_network
from tests.utils.picture_files import DEEP, GREY, RGB, by_opencv, tiff
from tests.utils.steps import Steps

pytest.importorskip('onnxruntime')
import onnx_inference

CLASSES = dict(quantity='classes')
SCALAR = dict(quantity='scalar', label='depth [m]')
BINARY = dict(quantity='binary', values='logits; their sigmoid is the probability')
VECTOR = dict(quantity='vector', channels=3, along_image=False, unit='px')
DIRECTION = dict(quantity='direction', axes='x right, y down, z forward')


def test_an_image_is_read_at_the_size_of_the_network(tmp_path):
    image = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    Image.fromarray(image).save(tmp_path / 'a.png')
    read = onnx_inference.read_image(tmp_path / 'a.png', dict(size=[4, 6], dtype='uint8'))
    assert read.dtype == np.uint8
    assert np.array_equal(read, image[None])
    half = onnx_inference.read_image(tmp_path / 'a.png', dict(size=[2, 3], dtype='float32'))
    assert half.dtype == np.float32
    means = image.reshape(2, 2, 3, 2, 3).mean(axis=(1, 3))
    assert np.abs(half[0] - means).max() <= 0.5


def test_a_grey_image_has_three_channels(tmp_path):
    Image.fromarray(np.full((4, 6), 7, np.uint8)).save(tmp_path / 'a.png')
    read = onnx_inference.read_image(tmp_path / 'a.png', dict(size=[8, 12], dtype='uint8'))
    assert read.shape == (1, 8, 12, 3)
    assert np.unique(read).tolist() == [7]


def test_a_deep_image_gives_its_high_byte_and_floats_are_refused(tmp_path):
    expected = dict(size=[2, 3], dtype='uint8')
    deep = np.array([[0x0102, 0x1203, 0xFF00], [0x00FF, 0x7F80, 0xFFFF]], np.uint16)
    Image.fromarray(deep).save(tmp_path / 'a.png')
    read = onnx_inference.read_image(tmp_path / 'a.png', expected)
    assert read[0, ..., 0].tolist() == [[1, 0x12, 0xFF], [0, 0x7F, 0xFF]]
    Image.fromarray(deep.astype(np.float32)).save(tmp_path / 'b.tif')
    with pytest.raises(ValueError, match=r'b\.tif: expected 8 or 16 bits a channel, found mode F'):
        onnx_inference.read_image(tmp_path / 'b.tif', expected)


@pytest.mark.parametrize(
    ('content', 'message'),
    [
        (tiff(GREY, 12), 'a: expected 8 or 16 bits a channel, found mode I;16, 12 bits'),
        (tiff(GREY, 8, kind=2), 'a: expected 8 or 16 bits a channel'),
        (tiff(DEEP, photometric=0), 'a: expected a 16-bit image in which 0 is black'),
        (b'hello', 'a: cannot identify image file'),
        (by_opencv('.jpg', RGB)[:400], 'a: .*[Tt]runcated'),
    ],
)
def test_an_image_that_cannot_be_read_is_named(tmp_path, monkeypatch, content, message):
    monkeypatch.chdir(tmp_path)
    Path('a').write_bytes(content)
    with pytest.raises(ValueError, match=f'^{message}'):
        onnx_inference.read_image(Path('a'), dict(size=[2, 3], dtype='uint8'))


def test_images_of_one_name_are_refused():
    onnx_inference.check_names([Path('x/a.png'), Path('x/b.png'), Path('x/a.png')])
    with pytest.raises(ValueError, match='x/a.png and y/a.jpg would both be written to a_'):
        onnx_inference.check_names([Path('x/a.png'), Path('y/a.jpg')])


def test_outputs_become_predictions():
    logits = np.array([[[0.0, 3.0]], [[1.0, -1.0]], [[0.5, 2.0]]], np.float32)
    assert onnx_inference.decode(logits, CLASSES).tolist() == [[1, 0]]
    assert onnx_inference.decode(logits[:1], SCALAR).tolist() == [[0, 3]]
    assert onnx_inference.decode(logits, DIRECTION).tolist() == [[[0, 1, 0.5], [3, -1, 2]]]
    assert onnx_inference.decode(logits, VECTOR).tolist() == [[[0, 1, 0.5], [3, -1, 2]]]
    np.testing.assert_allclose(onnx_inference.decode(logits[:1], BINARY), [[0.5, 0.952574]], 1e-5)
    single = dict(CLASSES, threshold=0.9)
    assert onnx_inference.decode(logits[:1], single).tolist() == [[0, 1]]  # 0.5 and 0.95
    assert onnx_inference.decode(logits[:1], dict(single, threshold=0.4)).tolist() == [[1, 1]]


def test_files_that_are_no_exported_network_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file 'nowhere\.onnx'"):
        onnx_inference.load_network('nowhere.onnx')
    text = tmp_path / 'text.onnx'
    text.write_text('text')
    with pytest.raises(ValueError, match=r'text\.onnx: not an ONNX file'):
        onnx_inference.load_network(str(text))


def painted(prediction, task):
    return np.asarray(onnx_inference.paint(prediction, task).convert('RGB')).tolist()


def test_pictures():
    ids = np.array([[0, 1]], np.uint8)
    palette = [[9, 8, 7], [0, 200, 0]]
    assert painted(ids, dict(CLASSES, palette=palette)) == [palette]
    depth = np.array([[2.0, 3.0, 4.0]], np.float32)
    assert painted(depth, SCALAR) == [[[0] * 3, [127] * 3, [255] * 3]]
    assert painted(np.ones((1, 1), np.float32), SCALAR) == [[[0] * 3]]
    assert painted(np.array([[0.0, 0.4, 1.0]]), BINARY) == [[[0] * 3, [102] * 3, [255] * 3]]
    four = np.array([[[0.0, 2.0, 4.0, 1.0], [4.0, 4.0, 0.0, 3.0]]])
    assert painted(four, dict(VECTOR, channels=4)) == [[[0, 127, 255], [255, 255, 0]]]
    assert painted(four[..., :2], dict(VECTOR, channels=2)) == [[[0, 127, 0], [255, 255, 0]]]
    up = np.array([[[0.0, -1.0, 0.0]]])
    assert painted(up, DIRECTION) == [[[127, 255, 127]]]


def test_a_few_words():
    ids = np.array([[1, 1, 0, 1]], np.uint8)
    named = dict(CLASSES, classes=['wall', 'floor'])
    assert onnx_inference.describe(ids, named) == 'floor 75%, wall 25%'
    assert onnx_inference.describe(ids, CLASSES) == '1 75%, 0 25%'
    depth = np.array([[0.5, 12.3456]])
    assert onnx_inference.describe(depth, SCALAR) == '0.5 to 12.35, depth [m]'
    assert onnx_inference.describe(depth, dict(quantity='scalar')).endswith(', unknown unit')
    assert onnx_inference.describe(np.array([[0.1, 0.9, 0.2, 0.3]]), BINARY) == '25% yes'
    vectors = np.array([[[0.5, 1.0, 2.0]]])
    assert onnx_inference.describe(vectors, VECTOR) == '3 numbers, 0.5 to 2 px'
    assert onnx_inference.describe(vectors, dict(VECTOR, unit='')).endswith('0.5 to 2')
    text = onnx_inference.describe(np.zeros((1, 1, 3)), DIRECTION)
    assert text == 'unit vectors, x right, y down, z forward'


def test_every_image_gives_a_file_and_a_picture_of_each_task(tmp_path, monkeypatch, capsys):
    description = dict(
        input=json.dumps(dict(name='image', size=[4, 6], dtype='uint8')),
        tasks=json.dumps(dict(step=SCALAR)),
    )
    program = trace_network(Steps(), (4, 6), DynamicAxes.NONE)
    (tmp_path / 'steps.onnx').write_bytes(OnnxFormat().write(program, ['step'], description))
    image = np.zeros((4, 6, 3), np.uint8)
    image[1, 2] = (101, 51, 0)
    paths = [tmp_path / 'a.png', tmp_path / 'b.png']
    for path in paths:
        Image.fromarray(image).save(path)
    out = tmp_path / 'new' / 'out'
    arguments = ['onnx_inference', tmp_path / 'steps.onnx', *paths, '--out', out]
    monkeypatch.setattr(sys, 'argv', [str(argument) for argument in arguments])
    onnx_inference.main()
    assert sorted(path.name for path in out.iterdir()) == [
        'a_step.npy',
        'a_step.png',
        'b_step.npy',
        'b_step.png',
    ]
    expected = np.zeros((4, 6), np.float32)
    expected[1, 2] = 5.2
    np.testing.assert_allclose(np.load(out / 'b_step.npy'), expected, rtol=1e-6)
    assert np.asarray(Image.open(out / 'b_step.png'))[1, 2] == 255
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == f'{out}/a_step.npy and .png: 0 to 5.2, depth [m]'


IMAGE_CLASS = dict(quantity='image class', classes=['sun', 'rain'], values='logits')


def test_the_class_of_an_image_is_a_probability_a_class():
    logits = np.log(np.array([1.0, 3.0], np.float32)).reshape(2, 1, 1) + 1000
    found = onnx_inference.decode(logits, IMAGE_CLASS)
    np.testing.assert_allclose(found, [0.25, 0.75], rtol=1e-4)
    assert onnx_inference.describe(found, IMAGE_CLASS) == 'rain 75%'
