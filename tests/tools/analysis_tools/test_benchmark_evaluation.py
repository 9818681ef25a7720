import json

import pytest

from tests.utils.paths import CONFIGS

WIDTHS = '[4,4,4,4,4]'
SMALL = [f'model.{part}.widths={WIDTHS}' for part in ('backbone', 'neck')] + [
    f'model.decode_head.{task}.{key}=4'
    for task in ('seg', 'depth')
    for key in ('in_channels', 'channels')
]


def test_network_and_metrics_are_timed(tool):
    config = CONFIGS / 'mtan_segnet_cityscapes7.py'
    code, output = tool(
        'benchmark_evaluation', config, '--size', '32x64', '--rounds', 2, '--cfg-options', *SMALL
    )
    assert code == 0, output
    (row,) = [line for line in output.splitlines() if line.startswith('| mtan_segnet')]
    network, metrics, end, share = row.split('|')[2:6]
    seconds = [float(cell.split()[0]) for cell in (network, metrics, end)]
    assert min(seconds) > 0
    expected = (seconds[1] + seconds[2] / 3) / seconds[0]  # two rounds and one before
    assert float(share.strip(' %')) / 100 == pytest.approx(expected, rel=0.02, abs=1e-3)


def test_a_config_without_metrics_is_named(tool, tmp_path):
    config = tmp_path / 'bare.py'
    base = json.dumps(str(CONFIGS / 'mtan_segnet_cityscapes7.py'))
    config.write_text(f'_base_ = [{base}]\nval_evaluator = None\n')
    code, output = tool('benchmark_evaluation', config)
    assert code == 1
    assert f'{config}: expected val_evaluator, found none.' in output


def test_validations_of_several_sets_are_refused(tool):
    config = CONFIGS / 'split_wrn28-4_decathlon.py'
    code, output = tool('benchmark_evaluation', config, '--size', '72x72')
    assert code == 1
    assert f'{config}: expected one data set in val_dataloader, found several.' in output
