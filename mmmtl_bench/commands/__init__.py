"""The commands of benchmarks, as :mod:`mmmtl.commands` has those of the plugin."""
