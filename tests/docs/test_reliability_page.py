from mmengine.config import Config

from mmmtl.models.checkpoints.fitting import is_in
from tests.utils.doc_pages import read_blocks


def test_a_partial_start_is_a_config():
    block = read_blocks('reliability.md')[0]
    cfg = Config.fromstring(block.code, '.py')
    assert is_in('decode_head.seg.conv_seg.weight', cfg.load_partial)
    assert not is_in('decode_head.seg.convs.0.weight', cfg.load_partial)
    assert cfg.load_from.endswith('.pth')
