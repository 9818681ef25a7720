"""One run: finished, failed, resumed."""

import json

import pytest

from mmmtl_bench.run.benchmark_run import RunState, is_finished, remove_old_checkpoints
from mmmtl_bench.run.run_lock import RunLock
from mmmtl_bench.run.run_texts import state_text
from mmmtl_bench.run.slots import Slot
from tests.utils.fake_runs import epoch_is_over, fake_run, python, work, write_scalars


def test_a_resumed_run_counts_what_it_did_this_time(tmp_path, clock):
    run = fake_run(tmp_path, python('time.sleep(60)'))
    write_scalars(run.folder, '{"epoch": 3, "iter": 9}')
    run.refresh()
    assert state_text(run) == 'waiting, 2/4 done'
    run.start(Slot('CPU 0'))
    assert run.seconds_per_epoch is None
    clock.now += 8
    epoch_is_over(run, 3)
    assert run.seconds_per_epoch == 8
    run.end(0)


def test_the_record_of_another_spec_does_not_count(tmp_path):
    run = fake_run(tmp_path, python('finish()'))
    run.folder.mkdir(parents=True)
    other = run.spec.to_json() | {'cfg_options': {'a': 1}}
    record = run.folder / 'record.json'
    record.write_text(json.dumps({'spec': other}))
    work([run])
    assert json.loads(record.read_text())['spec'] == run.spec.to_json()
    record.write_text('{}')
    with pytest.raises(ValueError, match=r'record\.json is not the record of a run'):
        fake_run(tmp_path, python(''))


def test_only_the_last_checkpoint_of_a_finished_run_is_kept(tmp_path):
    script = """
import zipfile
for name in ('epoch_1.pth', 'epoch_2.pth', 'best_seg_mIoU_epoch_1.pth'):
    with zipfile.ZipFile(folder / name, 'w') as file:
        file.writestr('archive/data.pkl', name)
(folder / 'last_checkpoint').write_text(str(folder / 'epoch_2.pth'))
sys.exit(1) if spec['seed'] else finish()
"""
    finished, failed = (fake_run(tmp_path, python(script), seed=seed) for seed in (0, 1))
    work([finished, failed])
    assert [path.name for path in finished.folder.glob('*.pth')] == ['epoch_2.pth']
    assert len(list(failed.folder.glob('*.pth'))) == 3


def test_a_run_that_writes_no_record_has_failed(tmp_path):
    run = fake_run(tmp_path, python('pass'))
    work([run])
    assert (run.state, run.exit_code) == (RunState.FAILED, 0)


def test_the_time_of_a_run(tmp_path):
    run = fake_run(tmp_path, python('time.sleep(0.2); finish()'))
    assert run.seconds == 0
    work([run])
    assert 0.2 <= run.seconds < 20
    assert run.seconds_per_epoch is None


def test_a_run_is_started_once(tmp_path):
    run = fake_run(tmp_path, python('time.sleep(60)'))
    assert run.start(Slot('CPU 0'))
    assert run.state is RunState.RUNNING
    twin = fake_run(tmp_path, python('finish()'))
    assert not twin.start(Slot('CPU 0'))
    assert twin.state is RunState.HELD
    run.end(0)
    assert run.state is RunState.WAITING
    assert twin.start(Slot('CPU 0'))
    twin.end(0)


def test_a_run_that_was_finished_meanwhile_is_not_started(tmp_path):
    run = fake_run(tmp_path, python('raise SystemExit("repeated")'))
    run.folder.mkdir(parents=True)
    (run.folder / 'record.json').write_text(json.dumps({'spec': run.spec.to_json()}))
    assert not run.start(Slot('CPU 0'))
    assert run.state is RunState.FINISHED
    lock = RunLock.take(run.folder)  # it does not keep the lock
    assert lock is not None
    lock.release()


def test_whether_a_run_is_finished(tmp_path):
    spec = fake_run(tmp_path, python('')).spec
    assert not is_finished(tmp_path, spec)
    (tmp_path / 'record.json').write_text(json.dumps({'spec': spec.to_json()}))
    assert is_finished(tmp_path, spec)
    (tmp_path / 'record.json').write_text('{"spec"')
    with pytest.raises(ValueError, match=r'record\.json is not the record of a run'):
        is_finished(tmp_path, spec)


def test_without_a_checkpoint_none_is_removed(tmp_path):
    (tmp_path / 'notes.pth').mkdir()
    remove_old_checkpoints(tmp_path / 'nothing')
    assert (tmp_path / 'notes.pth').exists()


def test_the_end_of_the_log(tmp_path):
    run = fake_run(tmp_path, python(''))
    assert run.last_lines(3) == []
    run.folder.mkdir(parents=True)
    (run.folder / 'run.log').write_bytes(b'one\ntwo\nthr\xffee\n')
    assert run.last_lines(2) == ['two', 'thr\ufffdee']
