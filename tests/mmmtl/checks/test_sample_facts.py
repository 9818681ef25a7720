import cv2
import torch
from mmseg.registry import DATASETS

from mmmtl.apis.launch import load_config
from mmmtl.checks.sample_facts import SampleFactsDataset, one_thread
from tests.utils.own_folders import write_own_folder


def samples(root):
    cfg = load_config(str(write_own_folder(root)))
    return SampleFactsDataset(DATASETS.build(cfg.train_dataloader.dataset))


def test_a_sample_is_told(tmp_path):
    found = samples(tmp_path)
    first, second = found[0], found[1]

    assert len(found) == 2
    assert first.size == (4, 6)
    assert first.path.endswith('images/0.png')
    assert first.labels['seg'].counts.tolist() == [6, 6, 6, 6]
    assert first.labels['depth'].valid == 18
    assert len(first.content) == 16
    assert first.content != second.content


def test_the_same_pixels_have_one_hash(tmp_path):
    found = samples(tmp_path)
    before = found[0].content
    image = found.read(0)['img']
    (tmp_path / 'images' / '0.png').unlink()
    cv2.imwrite(str(tmp_path / 'images' / '0.png'), image, [cv2.IMWRITE_PNG_COMPRESSION, 0])
    assert found[0].content == before


def test_a_broken_file_is_told(tmp_path):
    found = samples(tmp_path)
    (tmp_path / 'masks' / '1.png').write_bytes(b'no picture')

    assert found[1].size is None
    assert 'masks/1.png' in found[1].error


def test_a_worker_keeps_to_one_core(monkeypatch):
    calls = []
    monkeypatch.setattr(torch, 'set_num_threads', calls.append)
    one_thread(3)

    assert calls == [1]
