from __future__ import annotations

from io import BytesIO
from typing import Any

from mmengine import fileio
from scipy.io import loadmat


def get_content(path: str, backend_args: dict | None = None) -> bytes:
    """Reads a file as it is.

    Args:
        path: The file.
        backend_args: Arguments of mmengine's file backend. Defaults to None: by the path.

    Returns:
        Its bytes.

    Raises:
        FileNotFoundError: If there is no such file.
    """
    try:
        content: bytes = fileio.get(path, backend_args=backend_args)
    except FileNotFoundError:
        raise FileNotFoundError(f'{path}: no such file.') from None
    return content


def read_mat(path: str, key: str, backend_args: dict | None = None) -> Any:
    """Reads one variable of a MATLAB file, of version 7 or older.

    Args:
        path: The file.
        key: Name of the variable.
        backend_args: Arguments of mmengine's file backend. Defaults to None: by the path.

    Returns:
        See :func:`decode_mat`.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: See :func:`decode_mat`.
    """
    return decode_mat(get_content(path, backend_args), path, key)


def decode_mat(content: bytes, path: str, key: str) -> Any:
    """Reads one variable of the content of a MATLAB file, of version 7 or older.

    Args:
        content: The file.
        path: What errors call it.
        key: Name of the variable.

    Returns:
        An array, or for a struct a dict; arrays of structs are lists of them, and one of a single
        struct is that struct.

    Raises:
        ValueError: If the file is cut short or no such file, or has no such variable.
    """
    try:
        variables = loadmat(BytesIO(content), variable_names=[key], simplify_cells=True)
    except Exception as error:  # whatever SciPy stumbles over in a broken file, even a NameError
        raise ValueError(
            f'{path}: truncated or broken, expected a MATLAB file of version 7 or older ({error}).'
        ) from error
    if key not in variables:
        raise ValueError(f'{path}: expected the variable {key!r}, which is not there.')
    return variables[key]


def as_list(structs: Any) -> list[Any]:
    """Gives an array of structs as a list, whether it had one, several or none.

    Args:
        structs: What :func:`read_mat` gives for it.

    Returns:
        The structs.
    """
    return [structs] if isinstance(structs, dict) else list(structs)
