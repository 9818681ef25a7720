"""The suites of the repository: what they name exists and can be built."""

import pytest
from mmseg.registry import MODELS

from mmmtl.apis.shared_tasks import share_tasks
from mmmtl.checks.meta import weights_on_meta
from mmmtl_bench.suite.config_files import CONFIGS, WEIGHTINGS
from mmmtl_bench.suite.experiment_file import experiment_config
from mmmtl_bench.suite.suite_reading import read_suite, read_suite_values
from tests.utils.paths import REPOSITORY

SUITES = sorted((REPOSITORY / 'suites').glob('*.yaml'))


@pytest.mark.parametrize('path', SUITES, ids=lambda path: path.stem)
def test_the_suites_are_valid(path):
    suite = read_suite(path)
    assert suite.specs()
    for spec in suite.specs([0]):
        assert experiment_config(spec).randomness.seed == 0
    assert suite.synthetic == bool(suite.data)
    assert read_suite_values(path)['title'] == suite.title


def test_the_networks_of_the_suites_can_be_built():
    """One run of each config, with what the suite overrides; parameters without memory."""
    chosen = {(path, spec.config): spec for path in SUITES for spec in read_suite(path).specs([0])}
    assert len(chosen) > 60
    for spec in chosen.values():
        cfg = experiment_config(spec)
        share_tasks(cfg)
        with weights_on_meta():
            model = MODELS.build(cfg.model)
        assert tuple(model.tasks) == spec.tasks


def test_the_weightings_of_the_suites_can_be_built():
    entries = {
        (entry.tasks, label, str(weighting.config)): weighting.config
        for path in SUITES
        for table in read_suite(path).tables
        for entry in table.multi_task
        for label, weighting in entry.weightings.items()
    }
    for (tasks, _, _), config in entries.items():
        assert tuple(MODELS.build({**config, 'tasks': tasks}).tasks) == tasks


def test_every_weighting_is_in_a_suite():
    weightings = read_suite_values(CONFIGS.parent / 'suites' / 'resnet50.yaml')['weightings']
    assert sorted(weightings.values()) == sorted(path.stem for path in WEIGHTINGS.glob('*.py'))
    used = {
        label
        for table in read_suite(CONFIGS.parent / 'suites' / 'resnet50.yaml').tables
        for entry in table.multi_task
        for label in entry.weightings
    }
    assert used == set(weightings)
