import runpy
import sys

import pytest

from tests.utils.random_data import write_nyuv2

WIDTHS = '[8,8,8,8,8]'


@pytest.fixture
def run(repository, monkeypatch, capsys):
    """Runs the tool in this process; gives the cells of the rows that it prints."""
    main = runpy.run_path(str(repository / 'tools/analysis_tools/benchmark_data.py'))['main']

    def run(*args):
        monkeypatch.setattr(sys, 'argv', ['benchmark_data.py', *map(str, args)])
        main()
        lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith('|')]
        names, _, *rows = ([cell.strip() for cell in line.split('|')[1:-1]] for line in lines)
        return [dict(zip(names, values, strict=True)) for values in rows]

    return run


def test_a_config_is_measured(repository, tmp_path, run):
    root = write_nyuv2(tmp_path, dict(train=4), size=(32, 64))
    narrow = [f'model.{part}.widths={WIDTHS}' for part in ('backbone', 'neck')]
    narrow += [
        f'model.decode_head.{task}.{key}=8'
        for task in ('seg', 'depth', 'normal')
        for key in ('in_channels', 'channels')
    ]
    row, cached = run(
        repository / 'configs/mtan_segnet_nyuv2_aug.py',
        *('--data-root', root, '--workers', 0, '--seconds', 0.1, '--steps', 1, '--samples', 3),
        *('--cache', tmp_path),
        *('--cfg-options', 'train_dataloader.dataset.pipeline.2.size=(32,64)', *narrow),
    )
    loaded = '0 workers [img/s (ms)]'
    assert list(row) == ['data', loaded, 'training [img/s]', 'on disk [KiB/img]', 'reading / copy']
    assert row['data'] == 'mtan_segnet_nyuv2_aug, 32x64'
    assert cached['data'] == 'mtan_segnet_nyuv2_aug, 32x64, cached'
    for one in (row, cached):
        speed, milliseconds = one[loaded].removesuffix(')').split(' (')
        assert float(speed) > 0
        assert float(milliseconds) > 0
        assert float(one['training [img/s]']) > 0
    assert row['reading / copy'] == '-'
    assert float(cached['reading / copy']) > 0
    (file,) = tmp_path.glob('*.samples')
    assert file.stat().st_size == 4096 + 3 * 32 * 64 * (3 + 1 + 4 + 12)
    # 8 float32 numbers a pixel, and the heads of four .npy files
    assert int(row['on disk [KiB/img]']) == round((32 * 64 * 8 * 4 + 4 * 128) / 1024)


@pytest.mark.parametrize(('speed', 'text'), [(83.44, '83.4'), (0.0312, '0.031')])
def test_a_small_speed_is_not_zero(repository, speed, text):
    tool = runpy.run_path(str(repository / 'tools/analysis_tools/benchmark_data.py'))
    assert tool['in_digits'](speed) == text


@pytest.mark.parametrize(
    ('args', 'reason'),
    [
        ((), 'configs: expected at least one, or --embedded'),
        (('a.py', '--seconds', '0'), '--seconds: expected a larger number, found 0'),
        (('a.py', '--steps', '-1'), '--steps: expected a larger number, found -1'),
        (('nowhere.py',), "no config file 'nowhere.py'"),
    ],
)
def test_mistakes_are_named(run, args, reason):
    with pytest.raises((ValueError, FileNotFoundError), match=reason):
        run(*args)
