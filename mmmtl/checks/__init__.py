"""What is wrong with a config, all of it at once, before anything runs."""

from mmmtl.checks.config_check import ConfigProblems, check_config, refuse_problems

__all__ = ['ConfigProblems', 'check_config', 'refuse_problems']
