"""Networks as files that run without mmmtl: ONNX and PyTorch's exported programs."""

from mmmtl.deployment.check import ExportCheck, check_export
from mmmtl.deployment.description import describe_network
from mmmtl.deployment.export import Export, export_network
from mmmtl.deployment.network import DeployedNetwork
from mmmtl.deployment.onnx_format import OnnxFormat
from mmmtl.deployment.program_format import ProgramFormat
from mmmtl.deployment.tracing import DynamicAxes, trace_network

__all__ = [
    'DeployedNetwork',
    'DynamicAxes',
    'Export',
    'ExportCheck',
    'OnnxFormat',
    'ProgramFormat',
    'check_export',
    'describe_network',
    'export_network',
    'trace_network',
]
