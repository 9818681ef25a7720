import pytest
from mmengine.config import Config
from mmseg.registry import DATASETS, MODELS, TRANSFORMS

from mmmtl.apis.command_errors import run_command
from mmmtl.apis.config_mistakes import check_optimizer, config_mistake


@pytest.mark.parametrize(
    ('registry', 'config', 'message'),
    [
        (
            MODELS,
            dict(type='MultitaskSegmentor'),
            "type: 'MultitaskSegmentor' is not in the registry mmseg::model; did you mean "
            "'MultiTaskSegmentor'?",
        ),
        (
            MODELS,
            dict(type='xyzzy.SegNet'),
            "type: 'xyzzy.SegNet' is not in the registry mmseg::model; "
            'no package xyzzy is installed.',
        ),
        (
            TRANSFORMS,
            dict(type='ReduceResolution', sise=3),
            "ReduceResolution has no argument 'sise'; did you mean 'size'?",
        ),
        (
            DATASETS,
            dict(type='CityscapesMultiTaskDataset', data_rot='x'),
            "CityscapesMultiTaskDataset has no argument 'data_rot'; did you mean 'data_root'?",
        ),
    ],
)
def test_a_misspelt_name_is_one_line(registry, config, message, capsys):
    with pytest.raises((KeyError, TypeError)) as error:
        registry.build(config)
    assert config_mistake(error.value) == message
    assert run_command(lambda: registry.build(config)) == 1
    assert capsys.readouterr().err.startswith(f'error: {message}\n(')


def fail_inside(kind):
    class Part:
        def __init__(self):
            self.fill()

        def fill(self):
            raise kind('unexpected')

    return Part


@pytest.mark.parametrize('kind', [KeyError, TypeError])
def test_errors_of_the_code_stay_what_they_are(kind):
    with pytest.raises(kind) as error:
        MODELS.build(dict(type=fail_inside(kind)))
    assert config_mistake(error.value) is None
    assert config_mistake(kind('elsewhere')) is None
    with pytest.raises(kind):
        run_command(lambda: MODELS.build(dict(type=fail_inside(kind))))


def test_an_optimizer_that_is_none_is_named():
    check_optimizer(Config(dict(optim_wrapper=dict(optimizer=dict(type='Adam')))))
    check_optimizer(Config(dict()))
    with pytest.raises(
        ValueError, match=r"optimizer\.type: .* 'Adamm'; did you mean 'Adamax'|Adam"
    ):
        check_optimizer(Config(dict(optim_wrapper=dict(optimizer=dict(type='Adamm')))))
