"""Installs mmmtl. ``pip install -e ".[stack]"`` brings the tested stack along."""

import runpy
import shutil
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent

# torch, mmengine, mmcv and mmseg are no hard requirements: whoever has a stack of their own
# (compiled mmcv, stock mmsegmentation) must be able to install mmmtl without pip replacing it.
# `import mmmtl` checks what is there.
STACK = [
    'torch>=2.6',
    'mmengine>=0.10.7,<1',
    'mmcv-lite>=2.2.0,<3',
    'onedl-mmsegmentation>=1.4.2,<2',
    'setuptools<81',  # mmengine 0.10.7 imports pkg_resources
    'safetensors>=0.8',  # weights without pickle
]
BENCH = [  # benchmarks: suite files and reports
    'jinja2>=3.1',
    'pydantic>=2.7',
]
NYUV2 = ['h5py>=3.8']  # to convert the official file
JD = ['torchjd[full]>=0.18,<0.19']  # weightings by gradients
EXPORT = ['onnx>=1.16', 'onnxruntime>=1.18', 'onnxscript>=0.3']
DEMO = ['gradio>=6']
HF = [  # backbones of transformers
    'transformers>=5.24,<6',
    'peft>=0.21.2',
]
SLURM = ['submitit>=1.5.4']  # benchmarks as jobs
DOCS = [  # the site
    'furo>=2024.8.6',
    'latex2mathml>=3.77',
    'myst-parser>=4.0.1',
    'sphinx>=8.1.3',
    'sphinx-copybutton>=0.5.2',
    'sphinx-design>=0.6.1',
]
TEST = [
    *NYUV2,
    *JD,
    *EXPORT,
    *DEMO,
    *HF,
    *BENCH,
    *SLURM,
    *DOCS,
    'bandit[toml]>=1.7.5',
    'hypothesis>=6.100',
    'mypy>=1.10',
    'playwright>=1.45',  # drives the browser that is installed, if there is one
    'pytest>=8',
    'pytest-timeout>=2.3',
    'pytest-xdist>=3.5',
    'ruff>=0.6',
]
DEV = ['codespell>=2.3', 'pre-commit>=3.5', 'tensorboard>=2.16']


class BuildWithConfigs(build_py):
    """Brings what OpenMMLab's tools look for in ``mmmtl/.mim``: configs, suites and tools.

    An editable install has them in the repository, where ``mmmtl/shipped_files.py`` looks too.
    """

    SHIPPED = ('configs', 'suites', 'tools', 'model-index.yml')

    def run(self):
        """Builds the packages, and copies what belongs to them."""
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib, 'mmmtl', '.mim')
        shutil.rmtree(target, ignore_errors=True)  # of an earlier build
        for name in self.SHIPPED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, target / name, ignore=shutil.ignore_patterns('__pycache__'))
            else:
                shutil.copy(source, target / name)


setup(
    name='mmmtl',
    version=runpy.run_path(str(ROOT / 'mmmtl' / 'version.py'))['__version__'],
    description='Multi-task dense prediction (segmentation, depth, normals) for MMSegmentation',
    long_description=(ROOT / 'README.md').read_text(encoding='utf-8'),
    long_description_content_type='text/markdown',
    license='Apache-2.0',
    packages=find_packages(include=['mmmtl*']),
    cmdclass={'build_py': BuildWithConfigs},
    entry_points={'console_scripts': ['mmmtl = mmmtl.__main__:main']},
    package_data={
        **{package: ['py.typed'] for package in ('mmmtl', 'mmmtl_bench', 'mmmtl_scenes')},
        'mmmtl_bench.results': ['*.csv'],
        'mmmtl_bench.report': ['templates/*'],
    },
    project_urls={'Paper': 'https://arxiv.org/abs/1803.10704'},
    classifiers=[
        'Development Status :: 4 - Beta',
        'Intended Audience :: Science/Research',
        'Operating System :: POSIX :: Linux',
        'Programming Language :: Python :: 3.10',
        'Programming Language :: Python :: 3.11',
        'Programming Language :: Python :: 3.12',
        'Topic :: Scientific/Engineering :: Artificial Intelligence',
        'Typing :: Typed',
    ],
    python_requires='>=3.10',
    install_requires=['packaging>=20'],  # the rest (numpy, matplotlib, rich, ...) is the stack's
    extras_require={
        'stack': [*STACK, *BENCH],
        'bench': BENCH,
        'nyuv2': NYUV2,
        'jd': JD,
        'export': EXPORT,
        'demo': DEMO,
        'hf': HF,
        'slurm': SLURM,
        'test': TEST,
        'docs': DOCS,
        'dev': [*STACK, *TEST, *DEV],
    },
)
