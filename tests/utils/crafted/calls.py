"""Checkpoints that call a function which does harm, by the function's name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.utils.crafted.pickles import Make, archive, as_value, call, text


def _calls() -> dict[str, Callable[[Path], bytes]]:
    """Functions that do harm, called with what harms."""

    def opening(canary: Path) -> bytes:
        return text(f'open({str(canary)!r}, "w").close()')

    def command(canary: Path) -> bytes:
        return text(f'touch {canary}')

    def words(canary: Path) -> bytes:
        return b'(' + text('touch') + text(str(canary)) + b'l'

    def nothing(canary: Path) -> bytes:
        return text('x')

    one = {
        'posix.system': command,
        'os.system': command,
        'os.popen': command,
        'subprocess.getoutput': command,
        'subprocess.Popen': words,
        'subprocess.call': words,
        'subprocess.check_output': words,
        'pty.spawn': words,
        'builtins.eval': opening,
        'builtins.exec': opening,
        'timeit.timeit': opening,
        'pdb.run': nothing,
        'cProfile.run': opening,
        'torch.jit.unsupported_tensor_ops.execWrapper': opening,
        'torch._dynamo.guards.GuardBuilder.get': opening,
        'torch._inductor.codecache.compile_file': nothing,
        'torch.load': nothing,
        'torch.jit.load': nothing,
        'torch.hub.load': nothing,
        'torch.classes.load_library': nothing,
        'torch.ops.load_library': nothing,
        'torch.package.PackageImporter': nothing,
        'torch.storage._load_from_bytes': nothing,
        'torch.utils.cpp_extension.load': nothing,
        'torch.UntypedStorage.from_file': nothing,
        'numpy.load': nothing,
        'numpy.fromfile': nothing,
        'numpy.memmap': nothing,
        'numpy.testing._private.utils.runstring': opening,
        'numpy.f2py.crackfortran.getlincoef': opening,
        'mmengine.Config.fromfile': nothing,
        'mmengine.config.config.Config.fromstring': opening,
        'mmengine.fileio.load': nothing,
        'mmengine.utils.import_modules_from_strings': nothing,
        'mmengine.registry.build_from_cfg': nothing,
        'mmmtl.apis.MultiTaskInferencer': nothing,
        'importlib.import_module': nothing,
        'builtins.__import__': nothing,
        'builtins.open': nothing,
        'builtins.compile': opening,
        'builtins.setattr': nothing,
        'builtins.type': nothing,
        'builtins.map': nothing,
        'operator.attrgetter': nothing,
        'operator.methodcaller': nothing,
        'functools.partial': nothing,
        'types.FunctionType': nothing,
        'types.CodeType': nothing,
        'marshal.loads': nothing,
        'pickle.loads': nothing,
        'yaml.unsafe_load': nothing,
        'runpy.run_path': nothing,
        'shutil.rmtree': nothing,
        'os.remove': nothing,
        'os.execv': words,
        'socket.create_connection': nothing,
        'urllib.request.urlopen': nothing,
        'webbrowser.open': nothing,
        'ctypes.CDLL': nothing,
        'signal.signal': nothing,
        'atexit.register': nothing,
        'multiprocessing.util.spawnv_passfds': nothing,
        'pip.main': words,
    }
    return {
        name: lambda canary, name=name, argument=argument: call(name, argument(canary))
        for name, argument in one.items()
    }


RUNNING = (
    'posix.system',
    'os.system',
    'subprocess.getoutput',
    'subprocess.call',
    'subprocess.check_output',
    'builtins.eval',
    'builtins.exec',
    'cProfile.run',
)
"""Calls that run what they are given at once where a file is read without restriction."""

CALLS: dict[str, Make] = {
    name: lambda canary, packed=packed: archive(as_value(packed(canary)))
    for name, packed in _calls().items()
}
"""A file that calls a function, by its name."""
