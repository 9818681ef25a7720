import json

from mmmtl_bench.run.train_time import read_train_seconds


def log(folder, name, entries, unfinished=''):
    path = folder / name / 'vis_data' / 'scalars.json'
    path.parent.mkdir(parents=True)
    path.write_text(''.join(json.dumps(entry) + '\n' for entry in entries) + unfinished)


def step(iteration, time):
    return dict(iter=iteration, time=time, epoch=1, step=iteration)


def test_each_time_stands_for_the_steps_before_it(tmp_path):
    log(tmp_path, '1', [step(10, 0.5), {'seg/mIoU': 3.0, 'step': 1, 'time': 9.0}, step(14, 2.0)])
    assert read_train_seconds(tmp_path) == 10 * 0.5 + 4 * 2.0


def test_what_was_trained_again_counts_once(tmp_path):
    log(tmp_path, '1', [step(10, 0.5), step(20, 0.5), step(30, 0.5)], unfinished='{"iter": 4')
    log(tmp_path, '2', [step(20, 1.0), step(30, 1.0)])
    log(tmp_path, '3', [{'seg/mIoU': 3.0, 'step': 0}])  # a test
    assert read_train_seconds(tmp_path) == 10 * 0.5 + 20 * 1.0


def test_a_log_without_times(tmp_path):
    assert read_train_seconds(tmp_path) is None
