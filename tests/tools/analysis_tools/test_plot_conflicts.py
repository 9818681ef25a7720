from mmengine.visualization import LocalVisBackend

from tests.utils.logged_runs import TIME, log_weights


def test_plot_conflicts(tool, tmp_path):
    backend = LocalVisBackend(str(tmp_path / 'a' / TIME / 'vis_data'))
    for step in (1, 51):
        backend.add_scalars({'cosine/seg-depth': -0.1, 'epoch': 1, 'iter': step}, step=step)
    out = tmp_path / 'conflicts.svg'
    assert tool('plot_conflicts', tmp_path / 'a', '--names', 'equal', '--out', out) == (
        0,
        f'{out}: gradient conflicts of 1 run(s)\n',
    )
    assert '<!-- conflicts: 100 % -->' in out.read_text()


def test_plot_conflicts_of_a_run_without_the_hook(tool, tmp_path):
    code, printed = tool('plot_conflicts', log_weights(tmp_path / 'a'))
    assert code == 1
    assert printed.startswith('error: run_dirs: expected cosine/<task>-<task> in the logs')
