"""The one place that states the version; setup.py and the package read it."""

__version__ = '0.2.0'
"""The version of mmmtl, mmmtl_bench and mmmtl_scenes."""
