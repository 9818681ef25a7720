"""Labels are pinned with their images; that pinning works needs a GPU, which is not looked at."""

import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch.utils.data._utils.pin_memory import pin_memory


def test_a_loader_that_pins_finds_the_tensors_of_data_samples(monkeypatch):
    monkeypatch.setattr(torch.Tensor, 'pin_memory', lambda self: self + 100)
    sample = SegDataSample(metainfo=dict(img_path='a.png'), names=['road'])
    sample.gt_sem_seg = PixelData(data=torch.tensor([[[3]]]), scale=torch.tensor([[[2]]]))
    batch = dict(inputs=[torch.tensor([1])], data_samples=[sample])
    found = pin_memory(batch)
    assert found['inputs'][0].tolist() == [101]
    (pinned,) = found['data_samples']
    assert pinned.img_path == 'a.png'
    assert pinned.names == ['road']
    assert pinned.gt_sem_seg.data.tolist() == [[[103]]]
    assert pinned.gt_sem_seg.scale.tolist() == [[[102]]]
    assert sample.gt_sem_seg.data.tolist() == [[[3]]]  # as it was
