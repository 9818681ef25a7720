import shutil

from mmseg.registry import DATASETS

from mmmtl.apis.launch import load_config
from mmmtl.checks.set_facts import read_set_facts
from tests.utils.own_folders import write_own_folder


def test_every_sample_is_read_in_this_process_and_in_others(tmp_path):
    cfg = load_config(str(write_own_folder(tmp_path)))
    shutil.copy(tmp_path / 'images/0.png', tmp_path / 'images/1.png')
    (tmp_path / 'images/1.JPG').unlink()
    dataset = DATASETS.build(cfg.train_dataloader.dataset)
    steps = []
    alone = read_set_facts('train', dataset, advance=lambda: steps.append(1))
    others = read_set_facts('train', dataset, workers=1)

    assert len(steps) == 2
    assert alone.sizes == others.sizes == {(4, 6): 2}
    assert alone.paths == others.paths
    assert alone.labels['depth'].low == 1
    assert alone.labels['depth'].images == 2
    assert [tuple(path[-5:] for path in pair) for pair in alone.twice] == [('0.png', '1.png')]


def test_what_cannot_be_read_is_a_line(tmp_path):
    cfg = load_config(str(write_own_folder(tmp_path)))
    (tmp_path / 'depth/1.png').write_bytes(b'')
    facts = read_set_facts('train', DATASETS.build(cfg.train_dataloader.dataset))

    assert facts.sizes.total() == 1
    assert len(facts.errors) == 1
    assert 'depth/1.png' in facts.errors[0]
