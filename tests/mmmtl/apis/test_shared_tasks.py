import pytest
from mmengine.config import Config
from mmengine.registry import DATASETS as ALL_DATASETS

from mmmtl.apis.launch import load_config
from mmmtl.apis.shared_tasks import share_tasks
from mmmtl.datasets import MultiTaskDataset
from tests.utils.errors import error_of

TASKS = dict(
    parts=dict(type='ClassTask', classes=['head', 'body']),
    edge=dict(type='BinaryTask'),
    depth=dict(type='ScalarTask', unit='m'),
)
OURS = dict(type='MultiTaskDataset')


def shared(tasks=TASKS, model=None, **datasets):
    """Shares the tasks of a config; data sets by the loader's first word."""
    loaders = {f'{name}_dataloader': dict(dataset=dataset) for name, dataset in datasets.items()}
    cfg = Config(dict(tasks=tasks, model=model or dict(type='Model'), **loaders))
    share_tasks(cfg)
    return cfg


def test_model_and_data_sets_get_the_definitions():
    cfg = shared(train=OURS, val=OURS, test=OURS)
    assert cfg.model.tasks == TASKS
    for loader in (cfg.train_dataloader, cfg.val_dataloader, cfg.test_dataloader):
        assert loader.dataset == dict(OURS, tasks=TASKS)


def test_names_are_replaced_by_definitions_in_their_order():
    cfg = shared(train=dict(OURS, tasks=['depth', 'parts']), val=dict(OURS, tasks=('edge',)))
    found = cfg.train_dataloader.dataset.tasks
    assert list(found) == ['depth', 'parts']
    assert found == {name: TASKS[name] for name in ('depth', 'parts')}
    assert cfg.val_dataloader.dataset.tasks == dict(edge=TASKS['edge'])


def test_what_states_definitions_of_its_own_keeps_them():
    own = dict(parts=dict(type='BinaryTask'))
    cfg = shared(model=dict(type='Model', tasks=own), train=dict(OURS, tasks=own))
    assert cfg.model.tasks == cfg.train_dataloader.dataset.tasks == own


def test_a_string_is_left_to_the_data_set_which_names_the_mistake():
    cfg = shared(train=dict(OURS, tasks='parts'))
    assert cfg.train_dataloader.dataset.tasks == 'parts'
    message = error_of(MultiTaskDataset, tasks='parts', data_prefix={})
    assert message == "tasks: expected a list of names, found the string 'parts'."


@pytest.mark.parametrize('wrap', ['RepeatDataset', 'ClassBalancedDataset', 'MultiImageMixDataset'])
def test_data_sets_inside_of_others_get_them(wrap):
    cfg = shared(train=dict(type=wrap, dataset=OURS))
    assert cfg.train_dataloader.dataset == dict(type=wrap, dataset=dict(OURS, tasks=TASKS))


def test_data_sets_side_by_side_get_them():
    both = [OURS, dict(type='RepeatDataset', dataset=dict(OURS, tasks=['edge']))]
    cfg = shared(train=dict(type='ConcatDataset', datasets=both))
    one, two = cfg.train_dataloader.dataset.datasets
    assert one.tasks == TASKS
    assert two.dataset.tasks == dict(edge=TASKS['edge'])
    assert 'tasks' not in two
    assert 'tasks' not in cfg.train_dataloader.dataset


def test_data_sets_by_name_get_them():
    both = dict(camvid=dict(OURS, tasks=['parts']), office=dict(OURS, tasks=['depth']))
    cfg = shared(train=dict(type='ConcatDataset', datasets=both))
    found = cfg.train_dataloader.dataset.datasets
    assert found.camvid.tasks == dict(parts=TASKS['parts'])
    assert found.office.tasks == dict(depth=TASKS['depth'])
    wrong = dict(both, office=dict(OURS, tasks=['deph']))
    assert error_of(shared, train=dict(type='ConcatDataset', datasets=wrong)).startswith(
        'train_dataloader.dataset.datasets.office.tasks: expected names of the tasks'
    )


def test_loaders_by_name_get_them():
    several = dict(camvid=dict(dataset=dict(OURS, tasks=['parts'])), office=dict(dataset=OURS))
    cfg = Config(dict(tasks=TASKS, model=dict(type='Model'), val_dataloader=several))
    share_tasks(cfg)
    assert cfg.val_dataloader.camvid.dataset.tasks == dict(parts=TASKS['parts'])
    assert cfg.val_dataloader.office.dataset.tasks == TASKS


def test_a_type_may_be_a_class_or_a_subclass():
    class Own(MultiTaskDataset):
        pass

    cfg = shared(train=dict(type=Own), val=dict(type='NYUv2MultiTaskDataset'))
    assert cfg.train_dataloader.dataset.tasks == TASKS
    assert cfg.val_dataloader.dataset.tasks == TASKS


@pytest.mark.parametrize('kind', ['ADE20KDataset', 'BaseSegDataset', 'NoSuchDataset', None])
def test_data_sets_that_take_no_tasks_are_left_alone(kind):
    cfg = shared(train=dict(type=kind, data_root='x'))
    assert cfg.train_dataloader.dataset == dict(type=kind, data_root='x')
    assert ALL_DATASETS.get('NoSuchDataset') is None


def test_names_alone_are_left_alone():
    cfg = shared(tasks=['seg', 'depth'], train=OURS)
    assert 'tasks' not in cfg.model
    assert cfg.train_dataloader.dataset == OURS


def test_a_config_without_tasks_or_without_the_rest_is_left_alone():
    for content in ({}, dict(tasks=TASKS), dict(model=dict(type='Model'), val_dataloader=None)):
        cfg = Config(dict(content))
        share_tasks(cfg)
        assert cfg.to_dict() == content
    cfg = Config(dict(tasks=TASKS, model=dict(type='Model'), train_dataloader=dict(batch_size=1)))
    share_tasks(cfg)
    assert cfg.train_dataloader == dict(batch_size=1)


def test_a_name_that_is_not_defined_is_named_with_its_place():
    inner = dict(type='ConcatDataset', datasets=[OURS, dict(OURS, tasks=['parts', 'egde'])])
    assert error_of(shared, train=dict(type='RepeatDataset', dataset=inner)) == (
        'train_dataloader.dataset.dataset.datasets.1.tasks: expected names of the tasks '
        "['parts', 'edge', 'depth'], found ['egde']; did you mean 'edge'?"
    )


def test_a_config_file_shares_its_tasks_when_it_is_loaded(tmp_path):
    for name, classes in (('one', ['head', 'body']), ('two', ['wing', 'tail', 'beak'])):
        (tmp_path / f'{name}.py').write_text(
            f"tasks = dict(parts=dict(type='ClassTask', classes={classes}))\n"
            "model = dict(type='MultiTaskSegmentor')\n"
            "train_dataloader = dict(dataset=dict(type='MultiTaskDataset'))\n"
        )
    one, two = (load_config(tmp_path / f'{name}.py') for name in ('one', 'two'))
    for cfg, classes in ((one, ['head', 'body']), (two, ['wing', 'tail', 'beak'])):
        parts = dict(parts=dict(type='ClassTask', classes=classes))
        assert cfg.model.tasks == cfg.train_dataloader.dataset.tasks == parts


def test_an_option_of_the_command_changes_the_tasks_of_all(tmp_path):
    (tmp_path / 'config.py').write_text(
        "tasks = dict(flow=dict(type='VectorTask', channels=2))\n"
        "model = dict(type='MultiTaskSegmentor')\n"
        "train_dataloader = dict(dataset=dict(type='MultiTaskDataset', tasks=['flow']))\n"
    )
    cfg = load_config(tmp_path / 'config.py', {'tasks.flow.channels': 3})
    assert cfg.model.tasks.flow.channels == 3
    assert cfg.train_dataloader.dataset.tasks.flow.channels == 3
