"""The experiment of docs/loss_weighting.md is one: another weighting on the same network."""

from mmengine.config import Config

from tests.utils.doc_pages import write_configs


def test_the_experiment_takes_the_weighting_alone(tmp_path, repository):
    (path,) = write_configs('loss_weighting.md', tmp_path)
    base = Config.fromfile(repository / 'configs' / 'mtan_segnet_cityscapes7.py').model
    model = Config.fromfile(path).model
    assert model.pop('loss_weighting').type == 'FAMOWeighting'
    base.pop('loss_weighting')
    assert model == base
