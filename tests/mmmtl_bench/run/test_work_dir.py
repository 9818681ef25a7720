import json

import pytest
import yaml

from mmmtl_bench.run.work_dir import check_work_dir, write_suite
from mmmtl_bench.suite.experiment_file import experiment_config
from tests.utils.fake_runs import spec_of, write_config

SUITE = '# a remark\ntitle: A suite\ntables: []\n'


@pytest.fixture
def spec():
    return spec_of('mtan_segnet_cityscapes7.py', **{'a.b': 1})


def write_spec(root, spec, finished=False):
    folder = root / spec.folder
    folder.mkdir(parents=True)
    (folder / 'spec.json').write_text(json.dumps(spec.to_json()))
    if finished:
        (folder / 'record.json').touch()


def test_a_new_folder_may_be_used(tmp_path, spec):
    check_work_dir(tmp_path / 'new', [spec], resume=False)
    check_work_dir(tmp_path / 'new', [spec], resume=True)


def test_runs_that_are_there_are_not_gone_on_with_by_accident(tmp_path, spec):
    write_spec(tmp_path, spec, finished=True)
    write_spec(tmp_path, spec_of(spec.config, seed=1))
    with pytest.raises(ValueError, match='runs already, 1 finished and 1 not. Add --resume'):
        check_work_dir(tmp_path, [spec], resume=False)
    check_work_dir(tmp_path, [spec], resume=True)


def test_a_run_that_would_be_another_now_is_refused(tmp_path, spec):
    write_spec(tmp_path, spec)
    changed = spec_of(spec.config, **{'a.b': 2, 'c': 3})
    message = r"toys/mtan/equal/seed0: .*: a\.b is 1 and 2; c is 'not set' and 3\. Choose another"
    with pytest.raises(ValueError, match=message):
        check_work_dir(tmp_path, [changed], resume=True)


def test_a_run_whose_config_was_edited_since_is_refused(tmp_path):
    spec = spec_of(write_config(tmp_path), **{'train_cfg.max_epochs': 6})
    write_spec(tmp_path / 'runs', spec, finished=True)
    check_work_dir(tmp_path / 'runs', [spec], resume=True)  # no training has begun

    trained = experiment_config(spec)
    trained.merge_from_dict(dict(work_dir='runs', launcher='none', resume=True))
    path = tmp_path / 'runs' / spec.folder / 'experiment.py'
    trained.dump(path)
    check_work_dir(tmp_path / 'runs', [spec], resume=True)

    depth = dict(_delete_=True, type='C', scale=[2])
    trained.merge_from_dict({'model.decode_head.depth': depth})
    trained.dump(path)
    message = (
        r"toys/mtan/equal/seed0: .*: model\.decode_head\.depth\.scale is \[2\] and 'not set'; "
        r"model\.decode_head\.depth\.type is 'C' and 'B'\. Choose another"
    )
    with pytest.raises(ValueError, match=message):
        check_work_dir(tmp_path / 'runs', [spec], resume=True)


def test_the_suite_is_copied_as_it_is(tmp_path):
    path = tmp_path / 'mine.yaml'
    path.write_text(SUITE)
    for _ in range(2):
        write_suite(tmp_path / 'runs', path, yaml.safe_load(SUITE))
        assert (tmp_path / 'runs' / 'suite.yaml').read_text() == SUITE


def test_what_the_command_line_changed_is_in_the_suite(tmp_path):
    path = tmp_path / 'mine.yaml'
    path.write_text(SUITE)
    values = yaml.safe_load(SUITE)
    changed = values | {'seeds': [3], 'overrides': {'a.b': (1, 2)}}
    write_suite(tmp_path / 'runs', path, changed)
    written = tmp_path / 'runs' / 'suite.yaml'
    assert yaml.safe_load(written.read_text()) == changed | {'overrides': {'a.b': [1, 2]}}
    write_suite(tmp_path / 'runs', path, values | {'seeds': [3, 1]})
    assert yaml.safe_load(written.read_text())['seeds'] == [3, 1]
    write_suite(tmp_path / 'runs', path, values)  # what was run with other seeds is not lost
    assert yaml.safe_load(written.read_text())['seeds'] == [3, 1, 0]
