"""Every family of mmseg's configs becomes a model of three tasks that trains and predicts."""

import pytest
import torch

from mmmtl.apis import to_multi_task
from mmmtl.apis.try_model import try_model
from tests.utils.mmseg_families import FAMILIES, FOLDER, OTHERS, narrow_family_config
from tests.utils.turned import OWN_TASKS

SIZES = dict(mobilenet_v3=(392, 392))  # its head pools 49x49 pixels at stride 8


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_no_family_is_forgotten():
    found = {path.name for path in FOLDER.iterdir() if path.is_dir() and path.name != '_base_'}
    assert found == {*FAMILIES, *OTHERS}


@pytest.mark.parametrize('family', FAMILIES)
def test_it_trains_and_predicts(family):
    cfg = narrow_family_config(family)
    model = to_multi_task(cfg, ['seg', 'depth', 'normal']).model
    trial = try_model(model, SIZES.get(family, (64, 64)))
    assert list(trial.losses) == ['seg', 'depth', 'normal']
    assert 0 < trial.losses['normal'] < 2  # 1 - cosine
    assert trial.without_gradient == ()


@pytest.mark.parametrize('family', ['fcn', 'ocrnet', 'segformer'])
def test_it_trains_with_tasks_of_every_kind(family):
    model = to_multi_task(narrow_family_config(family), OWN_TASKS).model
    trial = try_model(model)
    assert list(trial.losses) == list(OWN_TASKS)
    assert trial.without_gradient == ()
