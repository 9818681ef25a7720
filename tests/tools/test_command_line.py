"""The command lines of tools/train.py and tools/test.py, without starting processes."""

import importlib.util
import os
import sys

import pytest
import torch
from mmengine.config import Config

from tests.utils.paths import REPOSITORY, TOOLS
from tests.utils.toy.toy_runs import CONFIG, run


class Stop(Exception):
    pass


@pytest.fixture
def checkpoint(tmp_path):
    torch.save(dict(state_dict={}), tmp_path / 'weights.pth')
    return str(tmp_path / 'weights.pth')


@pytest.fixture
def tool(monkeypatch):
    """Runs a tool up to the point where it would build the runner, and gives the config."""

    def run_until_build(name, *args):
        spec = importlib.util.spec_from_file_location(f'tools_{name}', TOOLS / f'{name}.py')
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        built = []

        def stop(cfg):
            built.append(cfg)
            raise Stop

        monkeypatch.setattr(module, 'build_runner', stop)
        monkeypatch.setattr(sys, 'argv', [name, *map(str, args)])
        monkeypatch.setenv('LOCAL_RANK', '0')
        with pytest.raises(Stop):
            module.main()
        return built[0]

    return run_until_build


def test_train_defaults(tool):
    cfg = tool('train', CONFIG)
    assert cfg.launcher == 'none'
    assert cfg.work_dir == os.path.join('work_dirs', 'toy_config')
    assert not cfg.get('resume')
    assert cfg.optim_wrapper.type == 'OptimWrapper'


def test_train_options(tool, tmp_path):
    options = ('--cfg-options', 'train_cfg.max_epochs=7', 'model.sizes=[(1,2),(3,4)]')
    cfg = tool('train', CONFIG, '--work-dir', tmp_path, '--amp', '--launcher', 'pytorch', *options)
    assert cfg.work_dir == str(tmp_path)
    assert cfg.launcher == 'pytorch'
    assert cfg.optim_wrapper.type == 'AmpOptimWrapper'
    assert cfg.train_cfg.max_epochs == 7
    assert cfg.model.sizes == [(1, 2), (3, 4)]


def test_resume_without_a_file(tool):
    cfg = tool('train', CONFIG, '--resume')
    assert cfg.resume
    assert cfg.load_from is None


def test_resume_from_a_file(tool, checkpoint):
    cfg = tool('train', CONFIG, '--resume', checkpoint)
    assert cfg.resume
    assert cfg.load_from == checkpoint


def test_resume_of_the_config_is_kept(tool):
    assert tool('train', CONFIG, '--cfg-options', 'resume=True').resume


def test_test_defaults(tool, checkpoint):
    cfg = tool('test', CONFIG, checkpoint, '--cfg-options', 'resume=True')
    assert cfg.load_from == checkpoint
    assert not cfg.resume


@pytest.mark.parametrize(
    ('name', 'args', 'message'),
    [
        ('train', ['nowhere.py'], r"no config file 'nowhere\.py'"),
        ('train', [CONFIG, '--resume', 'nowhere.pth'], r"no checkpoint file 'nowhere\.pth'"),
        ('test', [CONFIG, 'nowhere.pth'], r"no checkpoint file 'nowhere\.pth'"),
    ],
)
def test_missing_files(tool, name, args, message):
    with pytest.raises(FileNotFoundError, match=message):
        tool(name, *args)


EVALUATORS = """
_base_ = {base!r}
test_evaluator = {evaluator}
"""


def out_config(tmp_path, evaluator):
    path = tmp_path / 'config.py'
    path.write_text(EVALUATORS.format(base=str(CONFIG), evaluator=evaluator))
    return path


def test_out_with_a_list_of_evaluators(tool, checkpoint, tmp_path):
    evaluators = (
        "[dict(type='IoUMetric', prefix='seg'), dict(type='IoUMetric'), dict(type='IoUMetric'), "
        "dict(type='CityscapesMetric', output_dir='x'), dict(type='mmengine.DumpResults')]"
    )
    cfg = tool('test', out_config(tmp_path, evaluators), checkpoint, '--out', 'out')
    folders = [evaluator.get('output_dir') for evaluator in cfg.test_evaluator]
    assert folders == ['out/seg', 'out/IoUMetric', 'out/IoUMetric_', 'out/CityscapesMetric', None]
    assert cfg.test_evaluator[3].keep_results
    assert 'keep_results' not in cfg.test_evaluator[0]


@pytest.mark.parametrize(
    'evaluator',
    [
        "dict(_delete_=True, type='IoUMetric')",
        "dict(_delete_=True, metrics=[dict(type='IoUMetric')])",
    ],
)
def test_out_with_a_dict(tool, checkpoint, tmp_path, evaluator):
    cfg = tool('test', out_config(tmp_path, evaluator), checkpoint, '--out', 'out')
    metric = cfg.test_evaluator.get('metrics', [cfg.test_evaluator])[0]
    assert metric.output_dir == 'out/IoUMetric'


HOOK = 'default_hooks.visualization.type=SegVisualizationHook'
VISUALIZER = 'visualizer.type=SegLocalVisualizer'


def test_show_dir(tool, checkpoint, tmp_path):
    cfg = tool(
        'test', CONFIG, checkpoint, '--show-dir', tmp_path, '--cfg-options', HOOK, VISUALIZER
    )
    assert cfg.default_hooks.visualization.draw
    assert 'show' not in cfg.default_hooks.visualization
    assert cfg.visualizer.save_dir == str(tmp_path)


def test_show(tool, checkpoint, monkeypatch):
    monkeypatch.setenv('DISPLAY', ':0')
    args = ('--show', '--wait-time', '0.5', '--cfg-options', HOOK, VISUALIZER)
    cfg = tool('test', CONFIG, checkpoint, *args)
    assert cfg.default_hooks.visualization.show
    assert cfg.default_hooks.visualization.wait_time == 0.5
    assert 'save_dir' not in cfg.visualizer


@pytest.mark.skipif(not sys.platform.startswith('linux'), reason='needs no DISPLAY')
def test_show_without_a_display(tool, checkpoint, monkeypatch):
    monkeypatch.delenv('DISPLAY', raising=False)
    monkeypatch.delenv('WAYLAND_DISPLAY', raising=False)
    with pytest.raises(ValueError, match='--show needs a display'):
        tool('test', CONFIG, checkpoint, '--show', '--cfg-options', HOOK, VISUALIZER)


def test_show_dir_without_a_hook(tool, checkpoint):
    with pytest.raises(ValueError, match='need a visualizer and default_hooks.visualization'):
        tool('test', CONFIG, checkpoint, '--show-dir', 'out')


def test_tta(tool, checkpoint, tmp_path):
    config = tmp_path / 'config.py'
    config.write_text(
        f"_base_ = {str(CONFIG)!r}\ntta_model = dict(type='SegTTAModel')\n"
        "tta_pipeline = [dict(type='TestTimeAug')]\n"
    )
    cfg = tool('test', config, checkpoint, '--tta')
    assert cfg.model.type == 'SegTTAModel'
    assert cfg.model.module.type == 'ToySegmentor'
    assert cfg.test_dataloader.dataset.pipeline == [dict(type='TestTimeAug')]


def test_tta_that_is_not_configured(tool, checkpoint):
    with pytest.raises(ValueError, match='--tta needs tta_model in the config'):
        tool('test', CONFIG, checkpoint, '--tta')


def test_the_toy_config_is_a_config():
    assert Config.fromfile(CONFIG).model.type == 'ToySegmentor'


# The scripts, as far as they go without starting python


@pytest.mark.parametrize('name', ['dist_train', 'dist_test', 'slurm_train', 'slurm_test'])
def test_scripts_say_how_they_are_used(name, tmp_path):
    done = run(TOOLS / f'{name}.sh', 'config.py', cwd=tmp_path)
    assert done.returncode == 2
    assert f'tools/{name}.sh ' in done.stderr
    assert '#' not in done.stderr.split('tools/')[0]


@pytest.mark.parametrize('count', ['0', '-1', 'two', '2x', ''])
def test_number_of_processes(count):
    done = run(TOOLS / 'dist_train.sh', 'config.py', count)
    assert done.returncode == 2
    assert 'CONFIG NPROC' in done.stderr


@pytest.fixture
def recorded(tmp_path):
    """A command that writes down its arguments instead of doing anything."""

    def make(name):
        command = tmp_path / name
        # the free port is asked for with -c
        command.write_text(
            '#!/usr/bin/env bash\nif [[ $1 == -c ]]; then echo 4242; exit; fi\n'
            f'printf "%s\\n" "$@" "threads=$OMP_NUM_THREADS" >{tmp_path}/arguments\n'
        )
        command.chmod(0o755)
        return command

    make.arguments = lambda: (tmp_path / 'arguments').read_text().splitlines()
    return make


def test_dist_train_passes_arguments_on_as_they_are(recorded, tmp_path):
    python = recorded('python')
    done = run(
        TOOLS / 'dist_train.sh', 'a config.py', '3', '--cfg-options', 'a="b c"', cwd=tmp_path,
        PYTHON=str(python), OMP_NUM_THREADS='5',
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert recorded.arguments() == [
        '-m',
        'torch.distributed.run',
        '--nnodes=1',
        '--node_rank=0',
        '--master_addr=127.0.0.1',
        '--nproc_per_node=3',
        '--master_port=4242',
        str(REPOSITORY / 'tools' / 'train.py'),
        'a config.py',
        '--cfg-options',
        'a="b c"',
        '--launcher',
        'pytorch',
        'threads=5',
    ]


def test_dist_test_on_several_nodes(recorded):
    nodes = dict(NNODES='2', NODE_RANK='1', MASTER_ADDR='10.0.0.1')
    run(TOOLS / 'dist_test.sh', 'c.py', 'w.pth', '4', PYTHON=str(recorded('python')), **nodes)
    arguments = recorded.arguments()
    assert arguments[2:7] == [
        '--nnodes=2',
        '--node_rank=1',
        '--master_addr=10.0.0.1',
        '--nproc_per_node=4',
        '--master_port=29500',
    ]
    assert arguments[7:10] == [str(TOOLS / 'test.py'), 'c.py', 'w.pth']
    assert arguments[-1].startswith('threads=')
    assert int(arguments[-1].removeprefix('threads=')) >= 1


@pytest.mark.parametrize('gres', [None, ''])
def test_slurm_options(recorded, tmp_path, gres):
    srun = recorded('srun')
    variables = dict(GPUS='8', GPUS_PER_NODE='4', SRUN_ARGS='--time=10 --mem=1G', PYTHON='py')
    variables |= {} if gres is None else dict(GRES=gres)
    done = run(
        TOOLS / 'slurm_test.sh', 'part', 'a job', 'c.py', 'w.pth', '--out', 'a b',
        PATH=f'{srun.parent}:{os.environ["PATH"]}', **variables,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert recorded.arguments()[:-1] == [
        '-p',
        'part',
        '--job-name=a job',
        *(['--gres=gpu:4'] if gres is None else []),
        '--ntasks=8',
        '--ntasks-per-node=4',
        '--cpus-per-task=5',
        '--kill-on-bad-exit=1',
        '--time=10',
        '--mem=1G',
        'py',
        '-u',
        str(TOOLS / 'test.py'),
        'c.py',
        'w.pth',
        '--out',
        'a b',
        '--launcher',
        'slurm',
    ]
