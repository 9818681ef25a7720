import dataclasses
import json

import pytest

from mmmtl_bench.run.run_record import read_record, write_record
from mmmtl_bench.suite.run_spec import RunSpec
from tests.utils.run_folders import record_of

SPEC = RunSpec('streets7', 'MTAN', ('seg', 'depth'), 'equal', 3, 'mtan.py', {'a.b': [1, 2]})


def test_a_record_comes_back_as_it_was(tmp_path):
    record = dataclasses.replace(
        record_of(SPEC),
        flops=None,
        class_iou=[1.0, None, 2.0, 3.0, 4.0, 5.0, 6.0],
        notes=('No FLOPs.',),
        tasks=dict(parts=dict(type='ClassTask', classes=['head', 'body'])),
    )
    path = write_record(record, tmp_path)
    assert path == tmp_path / 'record.json'
    assert read_record(tmp_path) == record


def test_older_records_know_nothing_of_tasks(tmp_path):
    path = write_record(record_of(SPEC), tmp_path)
    values = json.loads(path.read_text())
    del values['tasks'], values['num_trained']
    path.write_text(json.dumps(values))
    assert read_record(tmp_path) == record_of(SPEC)
    assert read_record(tmp_path).tasks == {}
    assert read_record(tmp_path).num_trained is None


def test_no_record(tmp_path):
    assert read_record(tmp_path) is None


@pytest.mark.parametrize(
    ('change', 'message'),
    [
        (lambda values: values.pop('flops'), r"lacking \['flops'\]"),
        (lambda values: values.update(color='red'), r"too many \['color'\]"),
        (lambda values: values['spec'].pop('seed'), 'A run spec needs the values'),
    ],
)
def test_broken_records(tmp_path, change, message):
    path = write_record(record_of(SPEC), tmp_path)
    values = json.loads(path.read_text())
    change(values)
    path.write_text(json.dumps(values))
    with pytest.raises(ValueError, match=f'record.json: not the record of a run .*{message}'):
        read_record(tmp_path)


def test_half_a_record(tmp_path):
    path = write_record(record_of(SPEC), tmp_path)
    path.write_text(path.read_text()[:100])
    with pytest.raises(ValueError, match='record.json: not the record of a run'):
        read_record(tmp_path)
