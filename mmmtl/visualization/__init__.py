from mmmtl.visualization.attention import collect_masks, find_masks, paint_mask, record_masks
from mmmtl.visualization.attention_sheet import draw_mask_sheet
from mmmtl.visualization.class_count import draw_gain_by_classes
from mmmtl.visualization.class_gain import draw_class_gain
from mmmtl.visualization.comparison import ComparisonRow, draw_comparison
from mmmtl.visualization.curves import draw_learning_curves
from mmmtl.visualization.local_visualizer import MultiTaskLocalVisualizer
from mmmtl.visualization.panel_row import PanelRow
from mmmtl.visualization.panels import draw_panels
from mmmtl.visualization.scalars import RunScalars, read_scalars
from mmmtl.visualization.task_weights import draw_task_weights
from mmmtl.visualization.weighting_curves import draw_weighting_curves
from mmmtl.visualization.weighting_spread import draw_weighting_spread

__all__ = [
    'ComparisonRow',
    'MultiTaskLocalVisualizer',
    'PanelRow',
    'RunScalars',
    'collect_masks',
    'draw_class_gain',
    'draw_comparison',
    'draw_gain_by_classes',
    'draw_learning_curves',
    'draw_mask_sheet',
    'draw_panels',
    'draw_task_weights',
    'draw_weighting_curves',
    'draw_weighting_spread',
    'find_masks',
    'paint_mask',
    'read_scalars',
    'record_masks',
]
