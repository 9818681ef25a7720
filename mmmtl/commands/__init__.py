"""The commands of ``python -m mmmtl``: a module each.

A command's module says in its docstring what it does, which is what ``--help`` prints, and has
``add_arguments(parser)`` and ``run(args)``, which gives the exit code. One that can go on after it
was interrupted says in ``GOES_ON`` how.
:mod:`mmmtl.commands.program` makes programs of them.
"""
