"""What is said of right and wrong configs."""

import copy
import re
from pathlib import Path

import pytest

from mmmtl.apis.launch import load_config
from mmmtl.checks import ConfigProblems, check_config, refuse_problems
from tests.mmmtl.checks.wrong_configs import DISAGREEMENTS, WRONG
from tests.utils.checked_config import changed, right_config
from tests.utils.paths import CONFIGS


def test_there_is_nothing_wrong_with_a_right_config(root):
    cfg = right_config(root)
    before = copy.deepcopy(cfg.to_dict())
    assert check_config(cfg) == ()
    refuse_problems(cfg)
    assert cfg.to_dict() == before


@pytest.mark.parametrize(('options', 'line'), WRONG, ids=[str(case[0])[:60] for case in WRONG])
def test_what_is_wrong_is_a_line(root, options, line):
    lines = check_config(changed(root, options), ('train', 'val'))
    assert [one for one in lines if re.search(line, one)], lines
    assert not [one for one in lines if '\n' in one]
    assert len(lines) == 1 or (options, line) in DISAGREEMENTS, lines


def test_all_is_said_at_once(root):
    options = {
        'model.backbone.width': 8,
        'model.decode_head.seg.type': 'FCNHed',
        'model.decode_head.depth.in_channels': 4,
        'val_evaluator.0.ignore_index': 0,
        'optim_wrapper.optimizer.lr': -1.0,
        'param_scheduler.0.total_steps': 10,
    }
    with pytest.raises(ConfigProblems) as error:
        refuse_problems(changed(root, options), ('train', 'val'))
    assert len(error.value.lines) == len(options)
    assert str(error.value).count('error: ') == len(options) - 1


def test_only_what_is_run_is_looked_at(root):
    cfg = changed(root, {'train_dataloader.dataset.data_root': 'nowhere'})
    assert check_config(cfg, ('test',)) == ()
    assert check_config(cfg, coming=['nowhere']) == ()
    (line,) = check_config(cfg)
    assert line.startswith("CityscapesMultiTaskDataset: there is no data_root 'nowhere'.")


@pytest.mark.parametrize(
    'path',
    [
        CONFIGS / f'{name}.py'
        for name in ('mtan_segnet_streets5', 'mtlbl2_segnet_cityscapes2', 'segnet_nyuv2-normal')
    ],
    ids=lambda path: path.stem,
)
def test_no_false_alarm_but_the_missing_data(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (line,) = check_config(load_config(path))
    assert re.match(r"\w+Dataset: there is no data_root 'data/\w+'\.", line)
    assert not list(Path(tmp_path).iterdir())
