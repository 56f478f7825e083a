"""PDF documents opened again, to be read."""

import re
from io import BytesIO

from pypdf import PdfReader

from core.documents import text_width


def open_pdf(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content))


def page_texts(reader) -> list[str]:
    """The text of every page, its lines joined."""
    return [one_line(page.extract_text()) for page in reader.pages]


def whole_text(reader) -> str:
    return " ".join(page_texts(reader))


def body_text(reader) -> str:
    """The text between the upper and lower margins: without page numbers and feet."""
    pieces = []
    for page in reader.pages:
        top = float(page.mediabox.height) * 25.4 / 72 - 20
        pieces += [text for _, _, height, text in places(page) if 20 < height < top]
    return " ".join(pieces)


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def letters(text: str) -> str:
    """The text without its spaces, for what may be broken over lines."""
    return re.sub(r"\s+", "", text)


def page_sizes(reader) -> list[tuple[int, int]]:
    """Widths and heights in millimetres."""
    return [(round(page.mediabox.width * 25.4 / 72), round(page.mediabox.height * 25.4 / 72)) for page in reader.pages]


def font_files(reader) -> dict[str, object]:
    """{name of a font: the file in the document, None if it is not there}."""
    found = {}
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            for descendant in font.get_object()["/DescendantFonts"]:
                descriptor = descendant.get_object()["/FontDescriptor"]
                files = [descriptor[key] for key in descriptor if "FontFile" in key]
                found[descriptor["/FontName"]] = files[0] if files else None
    return found


def tags(reader) -> list[str]:
    """The roles of the structure tree in reading order: "H1", "P", "TH" …"""
    return [element["/S"][1:] for element in elements(reader.trailer["/Root"]["/StructTreeRoot"])]


def elements(above):
    children = above.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        found = child.get_object()
        if isinstance(found, dict) and "/S" in found:
            yield found
            yield from elements(found)


def outline(entries, level: int = 1) -> list[tuple[int, str]]:
    """(level, title) of every bookmark."""
    found = []
    for entry in entries:
        found += outline(entry, level + 1) if isinstance(entry, list) else [(level, one_line(entry.title))]
    return found


def places(page) -> list[tuple[float, float, float, str]]:
    """(left, right, height, text) of every piece of text, in millimetres from the left and the lower edge."""
    found = []

    def visit(text, transformation, matrix, font, size):
        if text.strip():
            x = matrix[4] * transformation[0] + matrix[5] * transformation[2] + transformation[4]
            y = matrix[4] * transformation[1] + matrix[5] * transformation[3] + transformation[5]
            left = round(float(x) * 25.4 / 72, 1)
            # Letters differ: at least so wide.
            right = left + 0.85 * text_width(text.strip(), size)
            found.append((left, right, round(float(y) * 25.4 / 72, 1), text.strip()))

    page.extract_text(visitor_text=visit)
    return found
