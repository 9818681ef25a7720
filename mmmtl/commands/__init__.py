"""The commands of ``python -m mmmtl``, one module each.

The docstring of a command's module is what ``--help`` prints. The module has
``add_arguments(parser)`` and ``run(args)``, which returns the exit code. If the command can go on
after an interruption, ``GOES_ON`` says how. :mod:`mmmtl.commands.program` makes programs of them.
"""
