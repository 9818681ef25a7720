from mmseg.registry import MODELS

from mmmtl_bench.speed.weightings import weighting_configs


def test_every_registered_weighting_is_measured():
    tasks = ('seg', 'depth', 'normal')
    configs = weighting_configs(tasks)
    types = {config['type'] for config in configs.values()}
    assert {'EqualWeighting', 'LearnableWeighting', 'GradNorm', 'GradientWeighting'} <= types
    for config in configs.values():
        assert MODELS.build({**config, 'tasks': tasks}).tasks == tasks
    assert 'Krum, features' in configs
    assert 'Krum, features' not in weighting_configs(tasks[:2])
