"""How much may be dynamic, with stand-ins for tracing and checking."""

import pytest

import mmmtl.deployment.export as module
from mmmtl.deployment import DynamicAxes, ExportCheck, export_network

CHECK = ExportCheck(dict(seg=0.0), dict(seg=0.0), 0, 0, 0.0, {}, {}, 1.0, 1.0)


class Format:
    """A format for graphs that are not too dynamic; its content names what is."""

    name = 'somewhere'

    def write(self, program, tasks, description):
        if program is DynamicAxes.ALL:
            raise RuntimeError('no dynamic height here\nand a long explanation')
        return program.name.encode()

    def load(self, content):
        return content


class Network:
    dtype = None

    class segmentor:
        tasks = dict(seg=None)


@pytest.fixture
def checked(monkeypatch):
    """The contents and shapes that were checked."""
    calls = []

    def check(network, program, exported, shapes, tolerance):
        assert program.name.encode() in (exported, b'ALL')
        calls.append((exported, shapes))
        if tolerance == 0:
            raise ValueError('expected less, found more')
        return CHECK

    monkeypatch.setattr(module, 'check_reads_colors', lambda network, size: None)
    monkeypatch.setattr(module, 'trace_network', lambda network, size, axes: axes)
    monkeypatch.setattr(module, 'require_shapes', lambda *args: None)
    monkeypatch.setattr(module, 'describe_network', lambda *args: {})
    monkeypatch.setattr(module, 'check_export', check)
    return calls


def test_as_much_as_works(checked, monkeypatch):
    logged = []
    monkeypatch.setattr(module, 'print_log', lambda text, **kwargs: logged.append(text))
    export = export_network(Network, Format(), (32, 48), {})
    assert export.axes is DynamicAxes.BATCH
    assert export.content == b'BATCH'
    assert checked == [(b'BATCH', [(1, 32, 48), (2, 32, 48)])]
    assert logged == ['somewhere: not batch, height, width dynamic: no dynamic height here']


def test_other_sizes_are_checked_where_they_may_differ(checked, monkeypatch):
    monkeypatch.setattr(Format, 'write', lambda *args: b'')
    export = export_network(Network, Format(), (32, 48), {})
    assert export.axes is DynamicAxes.ALL
    assert checked == [(b'', [(1, 32, 48), (2, 32, 48), (1, 37, 55)])]


def test_what_is_asked_for_or_nothing(checked):
    assert export_network(Network, Format(), (32, 48), {}, DynamicAxes.NONE).content == b'NONE'
    assert checked == [(b'NONE', [(1, 32, 48)])]
    with pytest.raises(ValueError, match='exported for somewhere: no dynamic height here$'):
        export_network(Network, Format(), (32, 48), {}, DynamicAxes.ALL)


def test_a_failed_check_is_an_error(checked):
    with pytest.raises(ValueError, match='exported for somewhere: expected less, found more'):
        export_network(Network, Format(), (32, 48), {}, tolerance=0)
    assert len(checked) == 2
