"""Proof that the tree and the spells are sound: `manage.py check_tree` prints what this finds."""

from collections import defaultdict
from datetime import timedelta

from core.vietnamese import date_to_text
from organizations.models import Organization, OrganizationSpell
from organizations.tree import IN_TIME


def find_faults() -> list[str]:
    """Every fault of the tree and of the spells, in words; an empty list means sound. Linear in the units."""
    return [*projection_faults(), *spell_faults()]


def projection_faults() -> list[str]:
    """Walk each tree once by ``lft``: numbers must nest without gaps and agree with the parents."""
    faults, line, expected, roots = [], [], 0, {}
    rows = Organization.objects.order_by("tree_id", "lft").values_list(
        "pk", "code", "parent_id", "tree_id", "lft", "rght", "depth"
    )
    sizes = defaultdict(int)
    for pk, code, parent_id, tree_id, left, right, depth in rows:
        while line and (line[-1][1] != tree_id or line[-1][2] < left):
            line.pop()
        if not line:
            expected = 0
            if tree_id in roots:
                faults.append(f"{code}: cây {tree_id} đã có gốc là {roots[tree_id]}, hoặc đơn vị nằm ngoài cây.")
            roots.setdefault(tree_id, code)
        above = line[-1] if line else None
        if parent_id != (above[0] if above else None):
            faults.append(f"{code}: không nằm trong đơn vị cấp trên của mình.")
        if depth != len(line):
            faults.append(f"{code}: độ sâu ghi {depth}, đúng ra là {len(line)}.")
        if left < expected + 1 or right <= left or (right - left) % 2 == 0:
            faults.append(f"{code}: số trái {left} và phải {right} không hợp lệ.")
        if above and right > above[2]:
            faults.append(f"{code}: lồng ra ngoài đơn vị cấp trên.")
        expected = left
        sizes[tree_id] += 1
        line.append((pk, tree_id, right))
    whole = Organization.objects.filter(parent=None).values_list("code", "tree_id", "lft", "rght")
    for code, tree_id, left, right in whole:
        if (left, right) != (1, 2 * sizes[tree_id]):
            faults.append(f"{code}: gốc có số {left}–{right}, cây có {sizes[tree_id]} đơn vị.")
    return faults


def spell_faults() -> list[str]:
    """A unit's spells must follow each other without gap from its founding to its end; the last is today's."""
    spells = defaultdict(list)
    fields = [f"{name}_id" if name == "parent" else name for name in IN_TIME]
    for row in OrganizationSpell.objects.values("organization_id", "valid_from", "valid_to", *fields):
        spells[row["organization_id"]].append(row)
    faults = []
    for unit in Organization.objects.values("pk", "code", "established_on", "dissolved_on", *fields):
        faults.extend(f"{unit['code']}: {fault}" for fault in life_faults(unit, spells[unit["pk"]], fields))
    return faults


def life_faults(unit: dict, spells: list[dict], fields: list[str]) -> list[str]:
    """Faults in the spells of one unit, without its code."""
    if not spells:
        return ["không có giai đoạn nào."]
    spells.sort(key=lambda spell: (spell["valid_from"] is not None, spell["valid_from"]))
    faults = []
    if spells[0]["valid_from"] != unit["established_on"]:
        faults.append("giai đoạn đầu không bắt đầu từ ngày thành lập.")
    if spells[-1]["valid_to"] != unit["dissolved_on"]:
        faults.append("giai đoạn cuối không kết thúc vào ngày cuối cùng hoạt động.")
    for earlier, later in zip(spells, spells[1:], strict=False):
        if earlier["valid_to"] is None or later["valid_from"] != earlier["valid_to"] + timedelta(days=1):
            start = date_to_text(later["valid_from"]) if later["valid_from"] else "?"
            faults.append(f"giai đoạn từ {start} không nối liền giai đoạn trước.")
    if any(spells[-1][field] != unit[field] for field in fields):
        faults.append("cây hôm nay khác giai đoạn cuối.")
    return faults
