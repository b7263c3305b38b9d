"""The documentation site: ``sphinx-build -W --keep-going -n docs build/site``."""

import sys
from pathlib import Path

import dedup

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

project = "dedup"
author = "the authors of dedup"
copyright = author
release = version = dedup.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc", "reference", "console"]
exclude_patterns = ["extensions", "install.txt"]
nitpicky = True
smartquotes_action = "q"  # no dashes: help texts name options, such as --min-words
# Types of other packages: no inventory is downloaded, so that the site builds without a network.
nitpick_ignore_regex = [
    ("py:.*", r"(numpy|np|collections|datasketch|datetime|os|pathlib|pyarrow|pyspark)\..*"),
    # Aliases, and classes of datasketch and nanoarrow.
    ("py:.*", r"(NDArray|LeanMinHash|MinHash|Array|Key|Ints|Measure|Linkage|Listed|.*\.Bands)"),
]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "separated"
python_use_unqualified_type_names = True
numpydoc_show_class_members = False

html_theme = "furo"
html_title = f"dedup {release}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_theme_options = {"navigation_with_keys": True}
pygments_style = "default"
pygments_dark_style = "github-dark"
