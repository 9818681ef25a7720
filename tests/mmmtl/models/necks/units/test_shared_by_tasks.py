import torch
from torch import nn

from mmmtl.models.necks.units.shared_by_tasks import SharedByTasks, TaskBatchNorm

TASKS = ['seg', 'depth']
STATISTICS = ('running_mean', 'running_var', 'num_batches_tracked')


def test_evaluation_agrees_with_training_only_with_separate_statistics():
    features = {
        'seg': torch.randn(2, 3, 50, 50, dtype=torch.double),
        'depth': 3 + 5 * torch.randn(2, 3, 50, 50, dtype=torch.double),
    }
    for separate in (False, True):
        norm = nn.BatchNorm2d(3, momentum=None).double()  # the mean over all batches
        layers = SharedByTasks([nn.Sequential(norm)], TASKS, separate)
        trained = {task: layers.of(task)[0](x) for task, x in features.items()}
        layers.eval()
        for task, x in features.items():
            expected = (x - x.mean(dim=(0, 2, 3), keepdim=True)) / x.std(
                dim=(0, 2, 3), keepdim=True
            )
            torch.testing.assert_close(trained[task], expected, rtol=1e-3, atol=1e-3)
            error = (layers.of(task)[0](x) - expected).abs().max()
            assert error < 1e-3 if separate else error > 0.3


def test_other_normalisations_are_left_alone():
    layers = SharedByTasks([nn.Sequential(nn.GroupNorm(2, 4))], TASKS, separate_statistics=True)
    assert isinstance(layers.of('depth')[0][0], nn.GroupNorm)


def test_reduced_precision_is_kept():
    layers = SharedByTasks([nn.Sequential(nn.BatchNorm2d(3))], TASKS, separate_statistics=True)
    output = layers.of('seg')[0](torch.randn(2, 3, 8, 8, dtype=torch.bfloat16))
    assert output.dtype is torch.bfloat16


def shared(separate=True, momentum=0.1):
    torch.manual_seed(0)
    norm = nn.BatchNorm2d(3, momentum=momentum)
    nn.init.uniform_(norm.weight)
    nn.init.uniform_(norm.bias)
    return SharedByTasks([nn.Sequential(nn.Conv2d(3, 3, 1), norm)], TASKS, separate)


def test_the_statistics_are_those_of_the_task_that_was_turned_to():
    layers = shared(momentum=1.0).train()
    x, y = torch.randn(2, 3, 8, 8), 5 + torch.randn(2, 3, 8, 8)
    conv, norm = layers[0]
    assert isinstance(norm, TaskBatchNorm)
    for task, given in (('seg', x), ('depth', y)):
        assert layers.of(task) is layers
        layers[0](given)
    for task, given in (('seg', x), ('depth', y)):
        seen = conv(given)
        statistics = norm.statistics[task]
        torch.testing.assert_close(statistics.running_mean, seen.mean(dim=(0, 2, 3)))
        torch.testing.assert_close(statistics.running_var, seen.var(dim=(0, 2, 3)))
        assert statistics.num_batches_tracked == 1


def test_scale_and_shift_are_those_of_all_tasks_and_have_their_old_names():
    common, separate = shared(False), shared(True)
    names = ['0.0.weight', '0.0.bias', '0.1.weight', '0.1.bias']
    for layers in (common, separate):
        assert [name for name, _ in layers.named_parameters()] == names
    x = torch.randn(2, 3, 8, 8)
    for task in TASKS:
        separate.of(task)[0](x).square().sum().backward()
    (weight, bias) = (separate.get_parameter(name).grad for name in names[2:])
    common[0](x).square().sum().backward()
    torch.testing.assert_close(weight, 2 * common.get_parameter(names[2]).grad)
    torch.testing.assert_close(bias, 2 * common.get_parameter(names[3]).grad)


def test_the_statistics_are_saved_by_task():
    names = [f'0.1.statistics.{task}.{name}' for task in TASKS for name in STATISTICS]
    state = shared().state_dict()
    assert [name for name in state if 'statistics' in name] == names
    again = shared()
    again.load_state_dict(state)  # strictly


def test_common_statistics_are_given_to_every_task():
    common, separate = shared(False), shared(True)
    common[0](2 + torch.randn(2, 3, 8, 8))
    state = common.state_dict()
    separate.load_state_dict(state)
    for task in TASKS:
        for name in STATISTICS:
            found = separate.state_dict()[f'0.1.statistics.{task}.{name}']
            assert torch.equal(found, state[f'0.1.{name}'])
    x = torch.randn(2, 3, 8, 8)
    expected = common.eval()[0](x)
    for task in TASKS:
        torch.testing.assert_close(separate.eval().of(task)[0](x), expected)


def test_tasks_do_not_share_a_tensor_of_statistics():
    layers = shared()
    layers.load_state_dict(shared(False).state_dict())
    seg, depth = (layers[0][1].statistics[task] for task in TASKS)
    seg.running_mean.fill_(7)
    assert not depth.running_mean.any()


def test_without_separate_statistics_nothing_is_replaced():
    layers = shared(False)
    assert isinstance(layers[0][1], nn.BatchNorm2d)
    assert layers.of('depth') is layers


def test_features_of_other_dimensions_are_normalised_too():
    layers = SharedByTasks([nn.Sequential(nn.BatchNorm1d(3))], TASKS, separate_statistics=True)
    x = torch.randn(64, 3)
    output = layers.of('seg')[0](x)
    torch.testing.assert_close(output.mean(dim=0), torch.zeros(3), atol=1e-5, rtol=0)
