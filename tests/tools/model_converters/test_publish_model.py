import runpy
import sys

import pytest
import torch

pytest.importorskip('safetensors')


def run(repository, monkeypatch, *arguments):
    script = str(repository / 'tools/model_converters/publish_model.py')
    monkeypatch.setattr(sys, 'argv', [script, *map(str, arguments)])
    with pytest.raises(SystemExit) as stop:
        runpy.run_path(script, run_name='__main__')
    return stop.value.code


def test_the_files_are_named(repository, monkeypatch, capsys, tmp_path):
    torch.save({'state_dict': {'a': torch.ones(1)}, 'optimizer': 1}, tmp_path / 'a.pth')
    assert not run(repository, monkeypatch, tmp_path / 'a.pth', tmp_path / 'out' / 'net')
    printed = capsys.readouterr().out
    for path in (tmp_path / 'out').glob('net-????????.safetensors'):
        assert f'{path}: 0.0 MB' in printed
    assert len(list((tmp_path / 'out').iterdir())) == 3


def test_no_checkpoint(repository, monkeypatch, capsys, tmp_path):
    assert run(repository, monkeypatch, tmp_path / 'a.pth', tmp_path / 'net') == 1
    assert 'error: There is no checkpoint file' in capsys.readouterr().err
