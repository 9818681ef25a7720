import pytest

from mmmtl_bench.suite.run_spec import RunSpec
from mmmtl_bench.suite.suite_check import missing_folders, suite_problems
from mmmtl_bench.suite.suite_table import PublishedReference


def spec(seed=0, **options):
    return RunSpec(
        dataset='cityscapes7',
        architecture='One Task',
        tasks=('seg',),
        weighting=None,
        seed=seed,
        config='segnet_cityscapes7-seg.py',
        cfg_options={'randomness.seed': seed, **options},
    )


def test_each_config_is_checked_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert suite_problems([spec()], ['data/cityscapes']) == ()
    (line,) = suite_problems([spec(), spec(1)])
    assert line.startswith('cityscapes7/one-task-seg/seed0: CityscapesMultiTaskDataset: there is')


def test_folders_that_are_not_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert missing_folders([spec(), spec(1)]) == ('data/cityscapes',)
    (tmp_path / 'data/cityscapes').mkdir(parents=True)
    assert missing_folders([spec()]) == ()


def test_a_type_that_is_unknown(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    wrong = {'model.loss_weighting': dict(type='UncertaintyWeigting')}
    (line,) = suite_problems([spec(**wrong)], ['data/cityscapes'])
    assert 'model.loss_weighting.type: ' in line
    assert line.endswith("did you mean 'UncertaintyWeighting'?")


def test_a_published_source_that_is_unknown():
    with pytest.raises(ValueError, match="found 'mtan-cvpr'; did you mean 'mtan-cvpr19'"):
        PublishedReference(source='mtan-cvpr', table=2)


def test_a_module_that_cannot_be_imported(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (line,) = suite_problems([spec(custom_imports=dict(imports=['no_such_neck']))])
    assert "custom_imports: Failed to import no_such_neck (No module named 'no_such_neck')" in line
