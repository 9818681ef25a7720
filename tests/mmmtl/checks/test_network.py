from mmmtl.checks.network import build_network
from mmmtl.checks.problems import Problems
from mmmtl.compat.scope import registry_scope
from tests.utils.checked_config import right_config


def build(tmp_path, **changes):
    problems = Problems()
    config = {**right_config(tmp_path).model.to_dict(), **changes}
    with registry_scope():
        return build_network(config, problems), problems.lines()


def test_a_right_network_is_whole_and_has_no_numbers(tmp_path):
    network, lines = build(tmp_path)
    assert lines == []
    assert network.whole
    assert list(network.heads) == ['seg', 'depth']
    assert list(network.auxiliary) == ['auxiliary_head.seg.0']
    assert all(parameter.is_meta for parameter in network.model.parameters())


def test_each_part_tells_what_is_wrong_with_it(tmp_path):
    network, lines = build(tmp_path, backbone='a', loss_weighting='b', test_cfg=dict(mode='c'))
    assert network.model is None
    assert [line.partition(':')[0] for line in lines] == [
        'model.test_cfg.mode',
        'model.backbone',
        'model.loss_weighting',
    ]
    assert list(network.heads) == ['seg', 'depth']


def test_a_wrapper_is_opened(tmp_path):
    problems = Problems()
    inner = right_config(tmp_path).model.to_dict()
    with registry_scope():
        network = build_network(dict(type='MultiTaskTTAModel', module=inner), problems)
    assert network.whole
    assert problems.lines() == []
