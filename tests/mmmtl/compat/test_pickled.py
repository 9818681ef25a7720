"""What a checkpoint may hold, and what comes out of it."""

import pickle
from collections import OrderedDict

import numpy as np
import pytest
import torch
from mmengine.logging import HistoryBuffer
from mmengine.optim.scheduler.param_scheduler import OneCycleParamScheduler

from mmmtl.compat.checkpoint import UnsafeCheckpointError, load_from_local, read_checkpoint
from mmmtl.compat.pickled import (
    DTYPES,
    NotPlainDataError,
    PickledDtype,
    PickledHistoryBuffer,
    PickledMethod,
    PickledOneCycle,
    pickled_scalar,
    to_plain,
)
from tests.utils.toy.crafted_files import Call

SCALAR = np.float64(0).__reduce__()[0]  # numpy's private constructor of numbers
RECONSTRUCT = np.zeros(1).__reduce__()[0]


def save(path, value, **options):
    torch.save(dict(value=value), path, **options)
    return str(path)


def reload(path, value):
    return load_from_local(save(path, value))['value']


@pytest.fixture
def file(tmp_path):
    return tmp_path / 'file.pth'


# What must load


@pytest.mark.parametrize('code', sorted(DTYPES))
def test_numbers_and_arrays_of_every_allowed_dtype(file, code):
    array = np.arange(6).reshape(2, 3).astype(code)
    for value in (array, np.asfortranarray(array), array[:, ::2], array[:0], np.array(array[0, 1])):
        loaded = reload(file, value)
        np.testing.assert_array_equal(loaded, value)
        assert type(loaded) is np.ndarray
        assert loaded.dtype == value.dtype
        assert loaded.flags.writeable
    number = array[1, 1]
    assert reload(file, number) == number
    assert type(reload(file, number)) is type(number)
    assert reload(file, array.dtype) == array.dtype


def test_byte_order_is_kept(file):
    array = np.arange(3, dtype='>i4')
    loaded = reload(file, array)
    np.testing.assert_array_equal(loaded, array)
    assert loaded.dtype == array.dtype


def test_history_buffer_is_restored(file):
    buffer = HistoryBuffer([1.0, 3.0], [1, 1])
    loaded = reload(file, buffer)
    assert type(loaded) is HistoryBuffer
    assert loaded.statistics('mean') == 2
    assert loaded.max_length == buffer.max_length
    loaded.update(5.0)
    assert loaded.current() == 5


def test_a_restored_buffer_can_be_saved_again(file):
    assert reload(file, reload(file, HistoryBuffer([1.0], [1]))).mean() == 1


def test_containers_keep_type_sharing_and_attributes(file):
    weights = OrderedDict(a=torch.ones(2))
    weights._metadata = OrderedDict({'': dict(version=2)})
    shared = [np.float32(1), (np.arange(2), None, True)]
    cyclic = [shared, shared]
    cyclic.append(cyclic)
    loaded = reload(file, dict(weights=weights, cyclic=cyclic, size=torch.Size([1, 2]), tags={'x'}))
    assert type(loaded['weights']) is OrderedDict
    assert loaded['weights']._metadata == weights._metadata
    assert loaded['cyclic'][0] is loaded['cyclic'][1]
    assert loaded['cyclic'][2] is loaded['cyclic']
    assert type(loaded['size']) is torch.Size
    assert loaded['tags'] == {'x'}


def test_files_of_numpy_1_are_read(file):
    save(file, [np.float64(2), np.arange(3)], _use_new_zipfile_serialization=False)
    old = file.read_bytes().replace(b'numpy._core.multiarray', b'numpy.core.multiarray')
    file.write_bytes(old)
    assert b'numpy.core' in old
    number, array = load_from_local(str(file))['value']
    assert number == 2
    np.testing.assert_array_equal(array, np.arange(3))


# What must be refused


CRAFTED = {
    'eval': Call(eval, '1'),
    'any getattr': Call(getattr, OrderedDict, 'fromkeys'),
    'private attribute of HistoryBuffer': Call(getattr, HistoryBuffer, '_statistics_methods'),
    'call of an allowed method': Call(HistoryBuffer.mean, HistoryBuffer([1], [1])),
    'method as a value': HistoryBuffer.mean,
    'function as a value': torch._utils._rebuild_tensor,
    'class as a value': OrderedDict,
    'class as a key': {OrderedDict: 1},
    'array of objects': np.array([{}], dtype=object),
    'dtype of objects': np.dtype('O'),
    'number of objects': Call(SCALAR, np.dtype('O'), b''),
    'record dtype': np.dtype([('a', 'f8')]),
    'record number': Call(SCALAR, np.dtype([('a', 'O')]), np.zeros(1)),
    'text array': np.array(['a']),
    'dtype with fields': Call(
        np.dtype, 'f8', state=(3, '<', None, ('a',), {'a': (np.dtype('i4'), 0)}, -1, -1, 0)
    ),
    'dtype with a subarray': Call(
        np.dtype, 'f8', state=(3, '<', (np.dtype('i4'), (2,)), None, None, -1, -1, 0)
    ),
    'array of a crafted class': Call(RECONSTRUCT, OrderedDict, (0,), b'b'),
    'array larger than its bytes': Call(
        RECONSTRUCT, np.ndarray, (0,), b'b', state=(1, (100,), np.dtype('f8'), False, b'12345678')
    ),
    'array of negative size': Call(
        RECONSTRUCT, np.ndarray, (0,), b'b', state=(1, (-1,), np.dtype('f8'), False, b'')
    ),
    'array from a list': Call(
        RECONSTRUCT, np.ndarray, (0,), b'b', state=(1, (1,), np.dtype('f8'), False, [1.0])
    ),
    'number larger than its bytes': Call(SCALAR, np.dtype('f8'), b'1'),
    'buffer with functions': Call(
        HistoryBuffer, state=dict(statistics_methods=dict(mean=OrderedDict))
    ),
    'buffer with exchanged functions': Call(
        HistoryBuffer, state=dict(statistics_methods=dict(mean=HistoryBuffer.min))
    ),
    'buffer with attributes': Call(HistoryBuffer, state=dict(mean=1)),
    'buffer without numbers': Call(
        HistoryBuffer, state=dict(max_length=1, _log_history=[], _count_history=[])
    ),
}


@pytest.mark.parametrize('name', CRAFTED)
def test_crafted_values_are_refused(file, name):
    statistics = dict(HistoryBuffer()._statistics_methods)
    with pytest.raises(UnsafeCheckpointError, match=r'file\.pth'):
        reload(file, CRAFTED[name])
    assert HistoryBuffer()._statistics_methods == statistics


def test_attributes_of_a_tensor_are_looked_at(file):
    tensor = torch.zeros(1)
    tensor.cpu = OrderedDict
    with pytest.raises(UnsafeCheckpointError):
        reload(file, tensor)


class Crafted:
    def __init__(self, *reduced):
        self.reduced = reduced

    def __reduce__(self):
        return self.reduced


@pytest.mark.parametrize(
    ('value', 'reason'),
    [
        (Crafted(getattr, (OneCycleParamScheduler, 'load_state_dict')), 'asks for getattr'),
        (Crafted(getattr, (OneCycleParamScheduler, '__init__')), 'asks for getattr'),
        (Crafted(getattr, ([], 'append')), 'asks for getattr'),
        (Crafted(OneCycleParamScheduler, ()), 'holds a scheduler'),
        (OneCycleParamScheduler, 'as a value'),
        ([OneCycleParamScheduler._annealing_cos], 'as a value'),
    ],
)
def test_nothing_else_of_a_scheduler_is_answered(tmp_path, value, reason):
    path = tmp_path / 'crafted.pth'
    torch.save(dict(value=value), path, pickle_module=pickle)
    with pytest.raises(UnsafeCheckpointError, match=reason):
        read_checkpoint(path)


# Without a file


def test_stand_ins_become_the_values_that_they_stand_for():
    dtype = PickledDtype('f8')
    number = pickled_scalar(dtype, np.float64(2.5).tobytes())
    shared = [dtype, number]
    plain = to_plain(dict(first=shared, second=(shared, 'text', None)))
    assert plain['first'] == [np.dtype('f8'), 2.5]
    assert plain['second'] == (plain['first'], 'text', None)
    assert plain['second'][0] is plain['first']


def test_the_annealing_function_of_a_scheduler_is_left_out():
    state = dict(eta_max=1.0, anneal_func=PickledMethod(PickledOneCycle, '_annealing_cos'))
    assert to_plain(dict(scheduler=state)) == dict(scheduler=dict(eta_max=1.0))


@pytest.mark.parametrize(
    ('value', 'reason'),
    [
        (len, 'holds <built-in function len> as a value'),
        ({len: 1}, 'holds <built-in function len> as a value'),
        ({dict}, "holds <class 'dict'> as a value"),
        ([(1, [].append)], 'holds <built-in method append of list .* as a value'),
        (PickledMethod(PickledHistoryBuffer, 'mean'), 'holds HistoryBuffer.mean as a value'),
        (PickledHistoryBuffer(), 'holds a HistoryBuffer that is no record of numbers'),
    ],
)
def test_functions_and_classes_are_no_plain_values(value, reason):
    with pytest.raises(NotPlainDataError, match=reason):
        to_plain(dict(value=value))


def test_long_values_are_cut_in_messages():
    with pytest.raises(NotPlainDataError, match=r'type \'x{79}\.\.\.$'):
        PickledDtype('x' * 200)
