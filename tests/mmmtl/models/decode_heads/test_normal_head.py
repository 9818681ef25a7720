import numpy as np
import pytest
import torch
from mmseg.registry import MODELS

from mmmtl.models.decode_heads import NormalHead
from mmmtl.models.losses import masked_cosine
from mmmtl.tasks import NORMAL
from tests.utils.head_samples import head_samples


@pytest.fixture
def head():
    torch.manual_seed(0)
    head = NormalHead(in_channels=4, channels=4)
    head.init_weights()
    return head


def features(*shape, seed=1):
    return (torch.randn(*shape, generator=torch.Generator().manual_seed(seed)),)


def test_the_output_is_of_unit_length(head):
    output = head(features(2, 4, 6, 8))
    assert output.shape == (2, 3, 6, 8)
    torch.testing.assert_close(output.norm(dim=1), torch.ones(2, 6, 8))


def test_the_number_of_parameters_is_that_of_the_paper():
    with torch.device('meta'):
        backbone = MODELS.build(dict(type='SegNet'))
        head = MODELS.build(dict(type='NormalHead', in_channels=64, channels=64))
    parameters = [*backbone.parameters(), *head.parameters()]
    assert sum(parameter.numel() for parameter in parameters) == 24_980_419


@pytest.mark.parametrize('length', [0.0, 1e-30, 1e-6, 1.0])
def test_gradients_are_finite_down_to_the_zero_vector(head, length):
    torch.nn.init.zeros_(head.conv_seg.weight)
    head.conv_seg.bias.data = torch.tensor([0.0, 0.6, -0.8]) * length
    output = head(features(1, 4, 2, 2))
    label = torch.tensor([1.0, 0.0, 0.0]).view(1, 3, 1, 1).expand_as(output)
    masked_cosine(output, label, NORMAL.valid_mask(label)).backward()
    gradient = head.conv_seg.bias.grad
    assert gradient.isfinite().all()
    # The way to the label is to the right, by 1 / length, but no more than 1 / 1e-4.
    assert gradient.tolist() == pytest.approx([-1 / max(length, 1e-4), 0, 0], rel=1e-4, abs=1e-6)


def test_gradients_of_a_resized_zero_are_bounded_too(head):
    output = torch.tensor([1.0, -1.0]).view(1, 1, 1, 2) * torch.eye(3)[0].view(1, 3, 1, 1)
    output.requires_grad_()
    resized = head.resize_output(output, (1, 3))  # opposite neighbours cancel in the middle
    assert resized[0, 0, 0].tolist() == [1, 0, -1]
    resized[0, 1, 0, 1].backward()
    assert output.grad[0, 1, 0].tolist() == pytest.approx([0.5e4, 0.5e4])


def test_gradients_agree_with_differences_at_the_zero_vector():
    head = NormalHead(in_channels=3, channels=3, num_convs=0).double()
    head.conv_seg.weight.data = torch.eye(3).view(3, 3, 1, 1).double()
    torch.nn.init.zeros_(head.conv_seg.bias)
    vectors = torch.tensor([[0.0, 0, 0], [1e-6, 0, -1e-6], [0.3, -0.5, 0.7]], dtype=torch.float64)
    inputs = vectors.T.reshape(1, 3, 1, 3).clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda maps: head((maps,)), (inputs,), eps=1e-8, atol=1e-4)


@pytest.mark.parametrize('dtype', [torch.bfloat16, torch.float16])
def test_half_precision_is_normalised_in_full(head, dtype):
    output = head.to(dtype)((features(1, 4, 5, 5)[0].to(dtype),))
    assert output.dtype == torch.float32
    torch.testing.assert_close(output.norm(dim=1), torch.ones(1, 5, 5))


def test_predictions_have_the_image_s_size_and_unit_length(head):
    inputs = features(1, 4, 4, 6)
    resized = head.predict(inputs, [dict(img_shape=(8, 12))], {})
    prediction = NORMAL.normalise(resized)  # by the task, once, on the way out
    assert prediction.shape == (1, 3, 8, 12)
    torch.testing.assert_close(prediction.norm(dim=1), torch.ones(1, 8, 12))
    blended = torch.nn.functional.interpolate(head(inputs), size=(8, 12), mode='bilinear')
    assert blended.norm(dim=1).min() < 0.99  # what the second normalisation is for
    torch.testing.assert_close(resized, blended)
    torch.testing.assert_close(prediction, blended / blended.norm(dim=1, keepdim=True))


def test_the_loss_is_that_of_the_valid_pixels(head):
    inputs = features(2, 4, 4, 6)
    label = torch.nn.functional.normalize(features(2, 3, 4, 6, seed=2)[0], dim=1)
    label[0, :, :2] = 0
    losses = head.loss(inputs, head_samples(NORMAL, label), {})
    assert list(losses) == ['loss_cosine']
    cosine = (head(inputs) * label).sum(dim=1).detach().numpy()
    valid = np.linalg.norm(label.numpy(), axis=1) > 0
    assert losses['loss_cosine'].item() == pytest.approx(1 - cosine[valid].mean(), rel=1e-5)


def test_the_loss_of_a_larger_label_is_that_of_resized_unit_vectors(head):
    inputs = features(1, 4, 3, 4)
    label = torch.nn.functional.normalize(features(1, 3, 6, 8, seed=2)[0], dim=1)
    loss = head.loss(inputs, head_samples(NORMAL, label), {})['loss_cosine']
    prediction = NORMAL.normalise(head.predict(inputs, [dict(img_shape=(6, 8))], {}))
    torch.testing.assert_close(loss, masked_cosine(prediction, label, NORMAL.valid_mask(label)))
