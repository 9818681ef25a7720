"""Faster predictions, of the inferencer and of the commands."""

import sys
from argparse import ArgumentParser

import numpy as np
import pytest
import torch
from mmengine.config import Config
from torch import nn

from mmmtl import __main__ as command_line
from mmmtl.apis import MultiTaskInferencer
from mmmtl.apis.faster import add_faster, use_dtype

SEGMENTOR = dict(type='MultiTaskSegmentor')


def inferencer_of(small_model, **arguments):
    return MultiTaskInferencer(*small_model, device='cpu', show_progress=False, **arguments)


def norms_of(inferencer):
    modules = inferencer.segmentor.modules()
    return sum(isinstance(module, nn.BatchNorm2d) for module in modules)


@pytest.mark.parametrize(
    'arguments',
    [
        dict(fuse_conv_bn=True),
        dict(channels_last=True),
        dict(fuse_conv_bn=True, channels_last=True, tta=True),
        dict(fuse_conv_bn=True, tasks=['depth']),
    ],
    ids=lambda arguments: '-'.join(arguments),
)
def test_predictions_are_the_same(small_model, images, arguments):
    faster = inferencer_of(small_model, **arguments)
    before = norms_of(faster)
    chosen = {key: arguments[key] for key in ('tta', 'tasks') if key in arguments}
    expected = inferencer_of(small_model, **chosen)(images)
    found = faster(images)
    assert before > 0
    assert norms_of(faster) == (0 if 'fuse_conv_bn' in arguments else before)
    for a, b in zip(found, expected, strict=True):
        assert list(a) == list(b)
        np.testing.assert_allclose(a['depth'], b['depth'], atol=1e-4, rtol=1e-4)
        if 'seg' in a:
            assert (a['seg'] == b['seg']).mean() > 0.999
    if 'channels_last' in arguments:
        weights = [m.weight for m in faster.segmentor.modules() if isinstance(m, nn.Conv2d)]
        assert all(w.is_contiguous(memory_format=torch.channels_last) for w in weights)


def test_an_image_that_fails_folds_nothing(small_model, images):
    faster = inferencer_of(small_model, fuse_conv_bn=True)
    with pytest.raises(FileNotFoundError, match=r'missing\.png'):
        faster(['missing.png'])
    assert norms_of(faster) > 0
    assert faster(images[0])['depth'].shape == images[0].shape[:2]
    assert norms_of(faster) == 0


def test_half_precision_gives_arrays_as_ever(small_model, images):
    half = inferencer_of(small_model, dtype='bfloat16')
    assert half.segmentor.test_cfg.dtype == 'bfloat16'
    whole = inferencer_of(small_model)
    found, exact = half(images[0]), whole(images[0])
    with torch.autocast('cpu', torch.bfloat16):
        expected = whole(images[0])
    for name, values in exact.items():
        assert (found[name].dtype, found[name].shape) == (values.dtype, values.shape)
    np.testing.assert_allclose(found['depth'], expected['depth'], atol=1e-5)
    assert not np.allclose(found['depth'], exact['depth'], atol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(found['normal'], axis=-1), 1, atol=1e-5)


@pytest.mark.parametrize(
    ('dtype', 'message'),
    [
        ('bf16', r"^dtype: expected one of \('float32', 'bfloat16', 'float16'\), found 'bf16'"),
        ('float16', r"^dtype: expected 'float32' or 'bfloat16' on a CPU, found 'float16'"),
    ],
)
def test_precisions_that_there_are_not(small_model, dtype, message, monkeypatch, capsys, tmp_path):
    for arguments in (dict(dtype=dtype), dict(cfg_options={'model.test_cfg.dtype': dtype})):
        with pytest.raises(ValueError, match=message):
            inferencer_of(small_model, **arguments)
    command = ['predict', *small_model, 'a.png', '--out', str(tmp_path), '--device', 'cpu']
    for rest in (command, ['test', *small_model]):
        monkeypatch.setattr(sys, 'argv', ['mmmtl', *rest, '--dtype', dtype])
        monkeypatch.chdir(tmp_path)
        assert command_line.main() == 1
        assert 'dtype: expected' in capsys.readouterr().err


def test_the_config_keeps_its_other_settings():
    cfg = Config(dict(model=dict(**SEGMENTOR, test_cfg=dict(mode='slide'))))
    use_dtype(cfg, None, 'cpu')
    assert cfg.model.test_cfg == dict(mode='slide')
    use_dtype(cfg, 'bfloat16', 'cpu')
    assert cfg.model.test_cfg == dict(mode='slide', dtype='bfloat16')
    use_dtype(cfg, 'float32', 'cpu')
    assert cfg.model.test_cfg.dtype == 'float32'
    cfg = Config(dict(model=dict(**SEGMENTOR, test_cfg=None)))
    use_dtype(cfg, 'float16', 'cuda')
    assert cfg.model.test_cfg == dict(dtype='float16')


def test_other_models_have_one_precision():
    cfg = Config(dict(model=dict(type='EncoderDecoder')))
    use_dtype(cfg, None, 'cpu')
    with pytest.raises(ValueError, match="expected a MultiTaskSegmentor .* found 'EncoderDecoder'"):
        use_dtype(cfg, 'bfloat16', 'cpu')


def test_the_options():
    parser = ArgumentParser()
    add_faster(parser)
    assert vars(parser.parse_args([])) == dict(fuse_conv_bn=False, dtype=None, channels_last=False)
    options = ['--fuse-conv-bn', '--dtype', 'bfloat16', '--channels-last']
    assert vars(parser.parse_args(options)) == dict(
        fuse_conv_bn=True, dtype='bfloat16', channels_last=True
    )
