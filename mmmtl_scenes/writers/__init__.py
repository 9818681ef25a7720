"""Scenes as data sets, in the layouts and file formats of the real ones."""
