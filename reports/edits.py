"""What a page sends, as edits: from a form without JavaScript, and as JSON from an open page."""

from django.http import QueryDict

from reports.form_page import FormPage, FormRow, original_of
from reports.services import Edit
from reports.services.entering import Answer, clean_text

TEXTS = ("value", "reason", "total", "total_reason", "text")
MOST_EDITS = 500


def edits_from_json(data: list[dict]) -> list[Edit]:
    """Raises ValueError, KeyError or TypeError for what no page of ours sends."""
    if not isinstance(data, list) or len(data) > MOST_EDITS:
        raise ValueError("edits")
    return [edit_from_json(each) for each in data]


def edit_from_json(data: dict) -> Edit:
    texts = {name: data[name] for name in TEXTS if data.get(name) is not None}
    no_data = data.get("no_data")
    names = data.get("indicator", ""), data.get("section", "")
    if not all(isinstance(text, str) for text in (*texts.values(), *names)) or not any(names):
        raise TypeError("text")
    if no_data is not None and not isinstance(no_data, bool):
        raise TypeError("no_data")
    version = data.get("version", 0)
    if not isinstance(version, int) or isinstance(version, bool):
        raise TypeError("version")
    return Edit(indicator=names[0], section=names[1], version=version, no_data=no_data, **texts)


def edits_from_form(page: FormPage, sent: QueryDict) -> list[Edit]:
    """The cells and sections that were touched; a button "như quý trước" fills one cell or the blanks of a group."""
    copied = {row.pk for row in rows_to_copy(page, sent.get("copy", ""))}
    edits = [cell_edit(row, sent, copied=row.pk in copied) for row in page.rows if f"v-{row.pk}" in sent]
    edits += [section_edit(section.code, sent) for section in page.sections if f"text-{section.code}" in sent]
    return [edit for edit in edits if edit is not None]


def rows_to_copy(page: FormPage, wanted: str) -> list[FormRow]:
    group = next((group for group in page.groups if group.anchor == wanted), None)
    if group is not None:
        return [row for row in group.rows if row.cell.is_blank and row.previous]
    return [row for row in page.rows if f"c-{row.pk}" == wanted and row.previous]


def cell_edit(row: FormRow, sent: QueryDict, *, copied: bool) -> Edit | None:
    value, reason = (clean_text(sent.get(f"{name}-{row.pk}", "")) for name in ("v", "r"))
    total, total_reason = (clean_text(sent.get(f"{name}-{row.pk}", "")) for name in ("t", "tr"))
    no_data = f"n-{row.pk}" in sent
    if copied and not value:
        value, no_data = row.previous, False
    if original_of(value, no_data, reason, total, total_reason) == sent.get(f"o-{row.pk}"):
        return None
    return Edit(
        indicator=row.indicator.code,
        version=version_of(sent.get(f"w-{row.pk}")),
        value=value,
        no_data=no_data,
        reason=reason,
        total=total if row.line else None,
        total_reason=total_reason if row.line else None,
    )


def section_edit(code: str, sent: QueryDict) -> Edit | None:
    text = clean_text(sent[f"text-{code}"])
    if text == clean_text(sent.get(f"original-{code}", "")):
        return None
    return Edit(section=code, text=text, version=version_of(sent.get(f"version-{code}")))


def version_of(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def keep_typed(page: FormPage, edits: list[Edit], failed: list[Answer]) -> None:
    """Show again what was typed where it could not be saved, with the reason beside it."""
    problems = {answer["target"]: answer for answer in failed}
    typed = {edit.target: edit for edit in edits}
    for row in page.rows:
        code = row.indicator.code
        if code in problems:
            edit = typed[code]
            row.problem = problems[code]["message"]
            row.typed = {
                "value": edit.value or "",
                "no_data": "1" if edit.no_data else "",
                "reason": edit.reason or "",
                "total": edit.total or "",
                "total_reason": edit.total_reason or "",
            }
    for section in page.sections:
        if section.code in problems:
            section.problem, section.typed = problems[section.code]["message"], typed[section.code].text
