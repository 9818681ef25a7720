from mmmtl.models.decode_heads.depth_head import DepthHead

__all__ = ['DepthHead']
