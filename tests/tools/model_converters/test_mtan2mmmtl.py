import runpy
import subprocess
import sys

import pytest
import torch
from mmengine.config import Config
from mmengine.runner import load_checkpoint
from mmseg.registry import MODELS

from tests.utils.public_networks import PublicSegNet

TASKS = ('seg', 'depth', 'normal')
SMALL = (8, 12, 16, 20, 20)


@pytest.fixture
def script(repository):
    return str(repository / 'tools/model_converters/mtan2mmmtl.py')


@pytest.fixture
def convert(script, monkeypatch, capsys):
    """Runs the command in this process; gives exit code, stdout and stderr."""

    def run(*arguments):
        monkeypatch.setattr(sys, 'argv', [script, *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            runpy.run_path(script, run_name='__main__')
        return stop.value.code, *capsys.readouterr()

    return run


@pytest.fixture(scope='module')
def small():
    torch.manual_seed(0)
    return PublicSegNet('mtan', TASKS, SMALL)


@pytest.fixture
def source(small, tmp_path):
    path = tmp_path / 'theirs.pth'
    torch.save(small.state_dict(), path)
    return path


@pytest.fixture
def small_config(repository, tmp_path):
    """The experiment on NYUv2 with the widths of the small network."""
    path = tmp_path / 'small.py'
    head = dict(in_channels=8, channels=8)
    model = dict(
        backbone=dict(widths=SMALL),
        neck=dict(widths=SMALL),
        decode_head=dict.fromkeys(TASKS, head),
        loss_weighting=dict(type='UncertaintyWeighting'),
    )
    base = repository / 'configs/mtan_segnet_nyuv2.py'
    path.write_text(f'_base_ = [{str(base)!r}]\nmodel = {model!r}\n')
    return path


@pytest.mark.e2e
def test_a_converted_file_gives_their_outputs(script, small, source, small_config, tmp_path):
    target = tmp_path / 'new/ours.pth'
    options = ['--arch', 'mtan', '--config', small_config, '--num-classes', '13']
    done = subprocess.run(
        [sys.executable, script, source, target, *options, '--keep-logsigma'],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert 'mtan, seg, depth, normal, 13 classes' in done.stdout
    assert f'It fits {small_config}' in done.stdout

    model = MODELS.build(Config.fromfile(small_config).model)
    checkpoint = load_checkpoint(model, str(target), strict=True)
    assert checkpoint['meta']['tasks'] == list(TASKS)
    assert torch.equal(model.loss_weighting.log_variance, small.logsigma)
    image = torch.rand(1, 3, 64, 96)
    with torch.no_grad():
        expected = small.eval()(image)
        found = model.eval()(image, mode='tensor')
    found['seg'] = found['seg'].log_softmax(dim=1)
    for task in TASKS:
        torch.testing.assert_close(found[task], expected[task], atol=1e-5, rtol=1e-5)


def test_real_weights_are_checked_against_the_config_of_their_name(convert, tmp_path, repository):
    weights = PublicSegNet('single', ['depth']).state_dict()
    source, target = tmp_path / 'theirs.pth', tmp_path / 'ours.pth'
    parallel = {f'module.{name}': value for name, value in weights.items()}
    torch.save(dict(epoch=3, model_state_dict=parallel), source)
    code, out, _ = convert(source, target, '--arch', 'single')
    assert code == 0
    assert f'It fits {repository}/configs/segnet_nyuv2-depth.py' in out
    converted = torch.load(target, weights_only=True)['state_dict']
    head = converted['decode_head.depth.conv_seg.weight']
    assert torch.equal(head, weights['pred_task.1.weight'])
    assert len(converted) == len(weights)


def test_mistakes_are_named(convert, small, source, tmp_path):
    target = tmp_path / 'ours.pth'
    broken = dict(small.state_dict())
    del broken['pred_task2.0.bias']
    broken['extra'] = torch.zeros(1)
    torch.save(broken, tmp_path / 'broken.pth')
    torch.save(dict(epoch=3), tmp_path / 'empty.pth')
    torch.save(small, tmp_path / 'pickled.pth')
    for name, options, reasons in (
        ('theirs', (), ['do not fit the model of', 'neck.decoder_shared.4.0.bias: expected (64,)']),
        ('theirs', ('--num-classes', 7), ['--num-classes: expected 7, found 13']),
        ('broken', (), ['missing (1): pred_task2.0.bias\n', 'surplus (1): extra\n']),
        ('empty', (), ["expected a state dict, tensors by name, found the entries ['epoch']"]),
        ('pickled', (), ['Refused to load the checkpoint']),
    ):
        code, _, error = convert(tmp_path / f'{name}.pth', target, '--arch', 'mtan', *options)
        assert code == 1
        assert all(reason in error for reason in reasons), error
    assert not target.exists()
