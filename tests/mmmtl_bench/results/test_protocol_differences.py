import dataclasses
from pathlib import Path

from mmmtl.evaluation.logged_scalars import RunScalars
from mmmtl_bench.results.protocol_differences import published_differences, run_differences
from mmmtl_bench.results.published import find_published_table
from mmmtl_bench.results.result_types import Run
from mmmtl_bench.suite.run_spec import RunSpec
from tests.utils.run_folders import record_of

PUBLISHED = find_published_table('mtan-cvpr19', 2, 7)


def make_run(weighting='equal', protocol=None, **changes):
    spec = RunSpec('streets7', 'MTAN', ('seg', 'depth'), weighting, 0, 'mtan.py')
    record = record_of(spec)
    record = dataclasses.replace(record, protocol=record.protocol | (protocol or {}), **changes)
    return Run(Path(spec.folder), spec, record, RunScalars())


PAPER = {
    'resolution': '128x256',
    'epochs': '200',
    'training images': '2975',
    'validation images': '500',
    'mIoU': 'mean over images',
    'depth averaging': 'mean over batches',
}


def test_the_protocol_of_the_paper_itself_differs_in_nothing():
    assert published_differences([make_run(protocol=PAPER)], PUBLISHED, 'last-10', False) == ()


def test_what_differs_from_the_paper():
    runs = [
        make_run(protocol=PAPER | {'epochs': '50', 'mIoU': 'over the whole set', 'flavour': 'x'}),
        make_run(protocol=PAPER | {'epochs': '20', 'batch size': '2'}),
        make_run(protocol=PAPER),
    ]
    assert published_differences(runs, PUBLISHED, 'best', True) == (
        'The data here are synthetic, the published figures are of CityScapes.',
        'Epochs: 50 or 20 here, 200 as published.',
        'Batch size: 2 here, 8 as published.',
        'mIoU and pixel accuracy: over the whole set here, mean over images as published.',
        'What is shown of a run: best here, last-10 as published.',
        'Not known of the published figures: flavour.',
    )


def test_equal_runs_differ_in_nothing():
    assert run_differences([make_run('equal'), make_run('dwa')]) == ()


def test_what_differs_among_runs():
    runs = [
        make_run('equal'),
        make_run('dwa', {'epochs': '9'}, data_hash={'train/image': 'other'}),
        make_run('famo', versions={'mmmtl': '0', 'torch': '3'}),
    ]
    assert run_differences(runs) == (
        'The runs differ in epochs: 4 (streets7/mtan/equal/seed0, streets7/mtan/famo/seed0); '
        '9 (streets7/mtan/dwa/seed0).',
        'The runs did not use the same files, train/image: train-image '
        '(streets7/mtan/equal/seed0, streets7/mtan/famo/seed0); other (streets7/mtan/dwa/seed0).',
        'The runs did not use the same version of torch: 2 (streets7/mtan/equal/seed0, '
        'streets7/mtan/dwa/seed0); 3 (streets7/mtan/famo/seed0).',
    )


def test_long_lists_of_runs_are_cut():
    runs = [make_run(f'w{number}') for number in range(5)] + [make_run('x', {'epochs': '9'})]
    (sentence,) = run_differences(runs)
    assert 'streets7/mtan/w2/seed0 and 2 more);' in sentence
