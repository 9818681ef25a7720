from mmengine.visualization import LocalVisBackend


def log_losses(work_dir, loss):
    backend = LocalVisBackend(str(work_dir / '20250101_000000' / 'vis_data'))
    for epoch in (1, 2):
        entry = {'loss': loss, 'seg/loss': loss / epoch, 'epoch': epoch, 'iter': epoch}
        backend.add_scalars(entry, step=epoch)
        backend.add_scalars({'seg/mIoU': 10.0 * epoch}, step=epoch)
    return work_dir


def test_draw_curves(tool, tmp_path):
    runs = [log_losses(tmp_path / name, loss) for name, loss in (('a', 1.0), ('b', 2.0))]
    out = tmp_path / 'curves.svg'
    options = ('--names', 'first', 'second', '--keys', 'seg/loss', 'seg/mIoU', '--out', out)
    code, printed = tool('draw_curves', *runs, *options)
    assert code == 0, printed
    titles = [line.strip() for line in out.read_text().splitlines() if line.startswith('    <!--')]
    assert '<!-- seg/loss, training -->' in titles
    assert '<!-- loss, training -->' not in titles
    assert {'<!-- first -->', '<!-- second -->'} <= set(titles)

    code, printed = tool('draw_curves', *runs, '--keys', 'depth/loss')
    assert code == 1
    assert (
        "keys: expected some of ['seg/loss', 'loss', 'seg/mIoU'], found ['depth/loss']" in printed
    )
