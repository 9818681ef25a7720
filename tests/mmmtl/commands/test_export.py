"""The command export, and the example that runs its file without torch."""

import json
import subprocess
import sys

import cv2
import numpy as np
import onnx
import pytest
import torch
from mmengine.config import Config
from rich.console import Console

from mmmtl.apis import MultiTaskInferencer
from mmmtl.commands import export
from mmmtl.commands.program import run_program
from mmmtl.deployment import DynamicAxes, Export, ExportCheck
from mmmtl.deployment.onnx_format import OnnxNetwork
from tests.utils.paths import REPOSITORY
from tests.utils.small_model import SIZE

EXAMPLE = REPOSITORY / 'demo' / 'onnx_inference.py'

WITHOUT = """
import runpy, sys
for name in ('torch', 'mmengine', 'mmcv', 'mmseg', 'mmmtl'):
    sys.modules[name] = None  # importing it is an error
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name='__main__')
"""


def export_to(*args):
    """Runs the command in this process."""
    return run_program(export, list(map(str, args)))


@pytest.fixture(scope='module')
def exported(small_model, tmp_path_factory):
    path = tmp_path_factory.mktemp('exported') / 'small.onnx'
    assert export_to(*small_model, '--out', path, '--size', '64x96', '--dynamic', 'none') == 0
    return path


def test_the_file_describes_itself(exported):
    model = onnx.load(exported)
    onnx.checker.check_model(model)
    texts = {prop.key: prop.value for prop in model.metadata_props}
    assert set(texts) == {'mmmtl', 'input', 'tasks'}
    assert json.loads(texts['input'])['size'] == [64, 96]
    assert json.loads(texts['tasks'])['seg']['classes'] == ['wall', 'floor', 'window']


def test_the_example_runs_without_torch(exported, small_model, tmp_path):
    bgr = cv2.resize(np.random.default_rng(0).integers(0, 256, (6, 8, 3), np.uint8), (96, 64))
    cv2.imwrite(str(tmp_path / 'a.png'), bgr)
    done = subprocess.run(
        [
            sys.executable,
            '-c',
            WITHOUT,
            EXAMPLE,
            exported,
            tmp_path / 'a.png',
            '--out',
            tmp_path,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    options = {'test_dataloader.dataset.pipeline.2.size': (64, 96)}
    inferencer = MultiTaskInferencer(*small_model, device='cpu', cfg_options=options)
    expected = inferencer(bgr)
    found = {name: np.load(tmp_path / f'a_{name}.npy') for name in expected}
    assert (found['seg'] == expected['seg']).mean() > 0.99
    for name in ('depth', 'normal'):  # some hang on rounding
        assert np.median(np.abs(found[name] - expected[name])) < 1e-4
    assert 'depth [m]' in done.stdout

    colors = cv2.imread(str(tmp_path / 'a_seg.png'))[..., ::-1]
    palette = np.array([[200, 0, 0], [0, 200, 0], [0, 0, 200]])
    assert np.array_equal(colors, palette[found['seg']])
    for name in ('depth', 'normal'):
        assert cv2.imread(str(tmp_path / f'a_{name}.png')).shape == (64, 96, 3)


def test_an_exported_program(small_model, tmp_path, capsys):
    path = tmp_path / 'small.pt2'
    options = ('--format', 'torch-export', '--image-type', 'float32', '--dynamic', 'batch')
    assert export_to(*small_model, '--out', path, *options) == 0
    printed = capsys.readouterr().out
    for text in ('seg', 'depth', 'normal', 'largest difference', 'in torch.export'):
        assert text in printed
    height, width = SIZE
    assert f'{path}: ' in printed
    assert f'images {height}x{width}, dynamic: batch' in printed
    texts = {'input': '', 'tasks': ''}
    program = torch.export.load(path, extra_files=texts)
    assert json.loads(texts['input'])['dtype'] == 'float32'
    outputs = program.module()(torch.zeros(3, height, width, 3))
    assert {name: tuple(output.shape) for name, output in outputs.items()} == dict(
        seg=(3, 3, *SIZE), depth=(3, 1, *SIZE), normal=(3, 3, *SIZE)
    )


def test_a_file_that_fails_the_check_is_not_written(small_model, tmp_path, capsys, monkeypatch):
    run = OnnxNetwork.run_with_answers

    def run_wrongly(self, image):
        maps, answers = run(self, image)
        return {task: values + 0.5 for task, values in maps.items()}, answers

    monkeypatch.setattr(OnnxNetwork, 'run', lambda self, image: run_wrongly(self, image)[0])
    monkeypatch.setattr(OnnxNetwork, 'run_with_answers', run_wrongly)
    path = tmp_path / 'small.onnx'
    assert export_to(*small_model, '--out', path, '--dynamic', 'none') == 1
    printed = capsys.readouterr().err
    assert 'error: The network cannot be exported for ONNX Runtime: ' in printed
    assert 'differs from double precision by at most 0.0' in printed
    assert not path.exists()


def test_ties_and_errors_are_printed(capsys):
    check = ExportCheck(
        differences=dict(seg=2e-4),
        moved=dict(seg=0.125),
        ties=7,
        comparisons=1000,
        largest_gap=3e-7,
        torch_errors=dict(seg=2e-3),
        exported_errors=dict(seg=1e-3),
        network_ms=20.0,
        exported_ms=10.0,
    )
    export.print_summary(Console(width=300), Export(b'', DynamicAxes.ALL, check), 'ONNX Runtime')
    printed = capsys.readouterr().out
    for text in (
        '12.50%',
        '7 of 1000 comparisons',
        'at most 3.0e-07 apart',
        'seg: largest error 1.0e-03 in ONNX Runtime, 2.0e-03 in torch',
        '20 ms per image in torch, 10 ms in ONNX Runtime',
    ):
        assert text in printed


def test_a_config_without_a_size_needs_one(small_model, tmp_path, capsys):
    config = tmp_path / 'any_size.py'
    config.write_text(
        f"_base_ = ['{small_model.config}']\n"
        "pipeline = [dict(type='LoadMultiTaskImage'), dict(type='PackMultiTaskInputs')]\n"
        'test_dataloader = dict(dataset=dict(pipeline=pipeline))\n'
    )
    out = tmp_path / 'small.onnx'
    assert export_to(config, small_model.checkpoint, '--out', out) == 1
    assert 'error: --size: expected a size, since test_dataloader' in capsys.readouterr().err


def pipeline_of(*steps):
    pipeline = [dict(type='LoadMultiTaskImage'), *steps, dict(type='PackMultiTaskInputs')]
    return Config(dict(test_dataloader=dict(dataset=dict(pipeline=pipeline))))


@pytest.mark.parametrize(
    ('step', 'size'),
    [
        (dict(type='ReduceResolution', size=(32, 64)), (32, 64)),
        (dict(type='CenterCrop', crop_size=72), (72, 72)),
        (dict(type='CenterCrop', crop_size=(64, 32)), (32, 64)),  # mmcv's: width and height
    ],
)
def test_the_size_is_that_of_the_pipeline(step, size):
    assert export.find_size(pipeline_of(step)) == size


def test_colours_are_those_of_the_pipeline():
    scale = dict(type='Normalize', mean=[1, 2, 3], std=[4, 5, 6])
    assert export.find_colors(pipeline_of()) is None
    assert export.find_colors(pipeline_of(scale)) == ([1, 2, 3], [4, 5, 6], True)
    assert not export.find_colors(pipeline_of(dict(scale, to_rgb=False))).reads_rgb
    with pytest.raises(ValueError, match='pipeline: expected Normalize once at most, found 2'):
        export.find_colors(pipeline_of(scale, scale))
