"""The commands of ``python -m mmmtl_scenes``.

Each module has a ``DESCRIPTION``, ``add_arguments(parser)`` and ``run(args)``, which gives the
number of samples that were rendered.
"""
