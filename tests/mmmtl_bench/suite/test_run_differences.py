"""In what two runs differ."""

from mmmtl.apis.launch import load_config
from mmmtl_bench.suite.experiment_file import EXPERIMENT_FILE, write_experiment
from mmmtl_bench.suite.run_differences import config_differences, spec_differences
from tests.utils.fake_runs import spec_of


def test_every_value_that_differs_is_named():
    first = spec_of('a.py', **{'x.y': (1, 2), 'z': 3})
    assert spec_differences(first, spec_of('a.py', **{'x.y': [1, 2], 'z': 3})) == []
    assert spec_differences(first, spec_of('a.py', 'Dense', seed=1, **{'x.y': 4})) == [
        "architecture is 'MTAN' and 'Dense'",
        'seed is 0 and 1',
        'x.y is [1, 2] and 4',
        "z is 3 and 'not set'",
    ]


def test_definitions_that_the_training_gave_to_its_data_sets_make_no_difference(tmp_path):
    spec = spec_of('mtan_segnet_camvid-hololens.py')
    write_experiment(spec, tmp_path)
    trained = load_config(tmp_path / EXPERIMENT_FILE)
    assert trained.train_dataloader.dataset.datasets.camvid.tasks.seg.type == 'ClassTask'
    trained.dump(tmp_path / EXPERIMENT_FILE.name)
    assert config_differences(tmp_path, spec) == []
    trained.optim_wrapper.optimizer.lr = 1.0
    trained.dump(tmp_path / EXPERIMENT_FILE.name)
    assert config_differences(tmp_path, spec) == ['optim_wrapper.optimizer.lr is 1.0 and 0.005']
