"""Statistics of a network, estimated anew by the command."""

import pytest
import torch
from mmengine.config import Config
from mmengine.runner import CheckpointLoader
from mmseg.registry import DATASETS, MODELS

from mmmtl.__main__ import main
from mmmtl.compat.scope import registry_scope
from tests.utils.toy.toy_runs import TOY, toy_runner

ONE_SET = TOY / 'weighting_config.py'
SEVERAL = TOY / 'several_config.py'
BN = dict(type='BN')
GN = dict(type='GN', num_groups=2)
SETS = dict(streets=range(3), office=range(3, 10))
STATISTICS = dict(set_statistics=list(SETS))


@pytest.fixture
def user(tmp_path):
    """Somebody with a checkpoint, who calls the command."""
    return User(tmp_path)


class User:
    def __init__(self, folder):
        self.folder, self.config = folder, folder / 'config.py'
        self.checkpoint, self.out = folder / 'old.pth', folder / 'out' / 'new.pth'

    def has(self, base, norm=BN, stored=None, **model):
        """Writes a config, and a checkpoint of its network with ``stored`` options."""
        self.cfg = Config.fromfile(base)
        weighting = dict(type='UncertaintyWeighting')
        self.cfg.merge_from_dict(
            dict(
                model=dict(loss_weighting=weighting, **model),
                train_dataloader=dict(batch_size=16),
            )
        )
        self.cfg.model.backbone.norm_cfg = self.cfg.model.neck.norm_cfg = norm
        self.cfg.dump(self.config)
        torch.manual_seed(0)
        with registry_scope():
            self.model = MODELS.build({**self.cfg.model, **(stored or {})})
            self.dataset = DATASETS.build(self.cfg.train_dataloader.dataset)
        self.old = self.model.state_dict()
        meta = dict(epoch=4)
        torch.save(dict(meta=meta, state_dict=self.old, optimizer={}), self.checkpoint)
        return self

    def calls(self, *options):
        paths = [str(self.config), str(self.checkpoint), '--out', str(self.out)]
        return main(['estimate-statistics', *paths, '--device', 'cpu', *options])

    @property
    def new(self):
        content = CheckpointLoader.load_checkpoint(str(self.out))
        assert set(content) == {'meta', 'state_dict'}
        assert content['meta'] == dict(epoch=4)
        return content['state_dict']

    def first_inputs(self, indices):
        """What the first normalisation reads of some images in one batch."""
        items = [self.dataset[index] for index in indices]
        batch = {key: [item[key] for item in items] for key in items[0]}
        images = self.model.data_preprocessor(batch, training=True)['inputs']
        convolutions = (m for m in self.model.backbone.modules() if isinstance(m, torch.nn.Conv2d))
        with torch.no_grad():
            return next(convolutions)(images)


def assert_first_statistics(weights, values, key=''):
    """Compares the first normalisation of the backbone, of one data set, with its inputs."""
    ending = f'{key and f"statistics.{key}."}running_mean'
    name = next(n for n in weights if n.startswith('backbone') and n.endswith(ending))
    torch.testing.assert_close(weights[name], values.mean(dim=(0, 2, 3)))
    variance = weights[name.replace('running_mean', 'running_var')]
    torch.testing.assert_close(variance, values.var(dim=(0, 2, 3)))


def assert_same_parameters(user):
    for name, _ in user.model.named_parameters():
        if name.startswith('loss_weighting'):
            assert name not in user.new  # the state of a training is none of a test's
        else:
            assert torch.equal(user.new[name], user.old[name]), name


def test_of_a_dense_network_with_one_data_set(user, capsys):
    assert user.has(ONE_SET).calls() == 0
    assert_first_statistics(user.new, user.first_inputs(range(6)))
    assert_same_parameters(user)
    printed = capsys.readouterr().out
    assert 'all: 6 images' in printed
    assert 'batch normalisations estimated.' in printed
    assert [path.name for path in user.out.parent.iterdir()] == ['new.pth']
    first = user.new
    user.calls()
    assert all(torch.equal(value, first[name]) for name, value in user.new.items())


def test_batches_are_averaged(user):
    user.has(ONE_SET).calls('--cfg-options', 'train_dataloader.batch_size=5')  # 3 and 3 images
    name = next(n for n in user.new if n.startswith('backbone') and n.endswith('running_mean'))
    expected = user.first_inputs(range(6)).mean(dim=(0, 2, 3))
    torch.testing.assert_close(user.new[name], expected)
    assert user.new[name.replace('running_mean', 'num_batches_tracked')] == 2


@pytest.mark.parametrize('stored', [{}, dict(set_statistics=None)], ids=['with', 'without'])
def test_of_each_data_set(user, stored):
    """From a checkpoint with statistics of each, and from one with a single estimate."""
    assert user.has(SEVERAL, stored=stored, **STATISTICS).calls() == 0
    for name, indices in SETS.items():
        assert_first_statistics(user.new, user.first_inputs(indices), name)
    assert_same_parameters(user)
    runner = toy_runner(user.folder / 'test', user.config, load_from=str(user.out))
    assert {'streets/seg/mIoU', 'office/depth/abs_err'} <= set(runner.test())


def test_of_one_of_several_data_sets(user):
    assert user.has(SEVERAL).calls('--data-set', 'office') == 0
    assert_first_statistics(user.new, user.first_inputs(SETS['office']))


def test_the_others_keep_theirs(user, capsys):
    assert user.has(SEVERAL, **STATISTICS).calls('--data-set', 'streets') == 0
    assert_first_statistics(user.new, user.first_inputs(SETS['streets']), 'streets')
    office = [name for name in user.new if 'office.running' in name]
    assert office
    assert all(torch.equal(user.new[name], user.old[name]) for name in office)
    assert f'{len(office) // 2} kept theirs' in capsys.readouterr().out


@pytest.mark.parametrize(
    ('base', 'model', 'options', 'message'),
    [
        (SEVERAL, {}, (), "--data-set: expected one of ['office', 'streets'], or model.set_stat"),
        (
            SEVERAL,
            {},
            ('--data-set', 'ofice'),
            "--data-set: expected one of ['office', 'streets'], found 'ofice'; did you mean 'off",
        ),
        (ONE_SET, {}, ('--data-set', 'office'), "--data-set: expected one of ['0', '1'], found"),
        (ONE_SET, dict(norm=GN), (), 'expected a batch normalisation'),
        (
            SEVERAL,
            dict(stored=dict(set_statistics=['rooms'])),
            ('--data-set', 'office'),
            'old.pth: expected the weights of the model of this config, found others: ',
        ),
        (ONE_SET, {}, ('--cfg-options', 'model.backbon.widths=3'), "no argument 'backbon'"),
    ],
    ids=['none', 'misspelt', 'by number', 'no norm', 'other weights', 'option'],
)
def test_mistakes_are_a_line(user, capsys, base, model, options, message):
    assert user.has(base, **model).calls(*options) == 1
    assert message in capsys.readouterr().err
    assert not user.out.exists()


def test_a_missing_checkpoint_is_named(user, capsys):
    user.has(ONE_SET).checkpoint.unlink()
    assert user.calls() == 1
    assert 'There is no checkpoint file' in capsys.readouterr().err
