import pytest
import torch

from mmmtl.models.half_precision import check_dtype, in_dtype
from tests.utils import small_segmentor
from tests.utils.random_weights import randomise
from tests.utils.small_segmentor import IMAGES


@pytest.mark.parametrize(
    ('dtype', 'device', 'message'),
    [
        ('bfloat', None, r"found 'bfloat'; did you mean 'bfloat16'\?$"),
        ('int8', None, r"^dtype: expected one of \('float32', 'bfloat16', .*\), found 'int8'"),
        (16, 'cuda', r'^dtype: expected one of .*, found 16'),
        ('float16', 'cpu', r"^dtype: expected .* 'bfloat16' on a CPU, found 'float16'\.$"),
    ],
)  # fmt: skip
def test_precisions_that_there_are_not(dtype, device, message):
    with pytest.raises(ValueError, match=message):
        check_dtype(dtype, device)


def test_precisions_that_there_are():
    assert check_dtype('float16', 'cuda:1') == check_dtype('float16') == 'float16'
    assert check_dtype('bfloat16', 'cpu') == 'bfloat16'


def test_products_are_in_half_precision_and_outputs_are_not():
    a, b = torch.tensor([[1.0 + 2**-9]]), torch.tensor([[1.0]])  # bfloat16 has 8 binary digits

    def run(x, factor):
        product = x @ factor
        return dict(seg=product, depth=x * factor)

    outputs = in_dtype(run, 'bfloat16')(a, b)
    assert {output.dtype for output in outputs.values()} == {torch.float32}
    assert (outputs['seg'].item(), outputs['depth'].item()) == (1.0, 1 + 2**-9)
    assert in_dtype(run, 'float32') is run
    with pytest.raises(ValueError, match='on a CPU'):
        in_dtype(run, 'float16')(a, b)


@pytest.mark.parametrize('mode', ['whole', 'slide'])
def test_a_segmentor_predicts_in_the_precision_of_its_test_cfg(mode):
    windows = dict(mode='slide', crop_size=(16, 16), stride=(16, 8)) if mode == 'slide' else {}
    half = small_segmentor.build(test_cfg=dict(dtype='bfloat16', **windows)).eval()
    whole = small_segmentor.build(test_cfg=windows or None).eval()
    randomise(half)
    randomise(whole)
    computed = []
    half.decode_head['depth'].conv_seg.register_forward_hook(
        lambda *arguments: computed.append(arguments[-1].dtype)
    )
    with torch.no_grad():
        found, expected = (m.predict(IMAGES)[0] for m in (half, whole))
        assert set(computed) == {torch.bfloat16}
        assert len(computed) == (2 if windows else 1)
        for name in ('seg_logits', 'pred_depth_map'):
            a, b = getattr(found, name).data, getattr(expected, name).data
            assert a.dtype == torch.float32
            assert 0 < (a - b).abs().mean() < 0.1 * b.abs().mean()
        computed.clear()
        half(IMAGES, mode='tensor')  # what is exported
        assert computed == [torch.float32]


def test_a_segmentor_of_another_precision_is_refused():
    with pytest.raises(ValueError, match="dtype: expected one of .* found 'half'"):
        small_segmentor.build(test_cfg=dict(dtype='half'))
