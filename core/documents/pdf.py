"""PDF documents in the layout of Nghị định 30/2020/NĐ-CP, set with Typst: tagged, the fonts inside.

Data reach a template as JSON, never as markup: what they say comes out literally.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import typst
from django.conf import settings

from core.documents.content import clean, plain
from core.documents.glyphs import FONTS, printable

PDF_TYPE = "application/pdf"
# What archives keep (PDF/A-2a) and what screen readers read (PDF/UA-1), in one file.
STANDARDS = ["a-2a", "ua-1"]
TEMPLATES = settings.BASE_DIR / "templates"


def pdf_from_template(path: Path, context: Mapping, *, title: str, author: str, root: Path = TEMPLATES) -> bytes:
    """The template filled with plain data, which it finds as JSON in ``sys.inputs``; it reads no file outside ``root``.

    Raises typst.TypstError for a mistake in the template, TypeError for anything but plain data.
    """
    data = printable(json.dumps(plain(context), ensure_ascii=False))
    inputs = {"data": data, "title": clean(title), "author": clean(author)}
    compiler = typst.Compiler(path, root=root, font_paths=fonts(), ignore_system_fonts=True, sys_inputs=inputs)
    now = datetime.now(UTC).replace(microsecond=0)
    try:
        return compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=now)
    finally:
        forget()


@cache
def fonts() -> typst.Fonts:
    """The vendored faces alone, so that a document looks the same wherever it is made."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def forget() -> None:
    """Let go of what Typst keeps of a document until ten others were set: 60 MB for each report of a province."""
    for _ in range(11):
        typst.Compiler(b"", font_paths=fonts(), ignore_system_fonts=True).compile(format="pdf")
