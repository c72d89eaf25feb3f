"""A first spec for a data file: what its columns seem to be, and what in them a person should know of.

Everything is judged by the first rows; what the file itself is at fault for is said as of any spec.
"""

from specrun.compiler.draft.dialect import Given
from specrun.compiler.draft.drafting import columns_of, draft_spec

__all__ = ["Given", "columns_of", "draft_spec"]
