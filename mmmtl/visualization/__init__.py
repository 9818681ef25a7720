from mmmtl.visualization.attention import collect_masks, find_masks, paint_mask, record_masks
from mmmtl.visualization.attention_sheet import draw_mask_sheet
from mmmtl.visualization.class_gain import draw_class_gain
from mmmtl.visualization.comparison import ComparisonRow, draw_comparison
from mmmtl.visualization.curves import draw_learning_curves, draw_task_weights
from mmmtl.visualization.local_visualizer import MultiTaskLocalVisualizer
from mmmtl.visualization.panel_row import PanelRow
from mmmtl.visualization.panels import draw_panels
from mmmtl.visualization.scalars import RunScalars, read_scalars

__all__ = [
    'ComparisonRow',
    'MultiTaskLocalVisualizer',
    'PanelRow',
    'RunScalars',
    'collect_masks',
    'draw_class_gain',
    'draw_comparison',
    'draw_learning_curves',
    'draw_mask_sheet',
    'draw_panels',
    'draw_task_weights',
    'find_masks',
    'paint_mask',
    'read_scalars',
    'record_masks',
]
