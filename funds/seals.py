"""Each entry is sealed together with all entries of its fund before it: SHA-256 over the row and the seal before.

Whoever changes, removes or slips in a row past the application breaks the chain from there on, and whoever seals the
whole chain anew contradicts the seals that stand on the printed papers of closed months.
"""

import hashlib
import json

# In this order; what an entry says, but neither its key nor who wrote it when.
SEALED = (
    "fund_id",
    "sequence",
    "account_id",
    "direction",
    "date",
    "year",
    "number",
    "external_number",
    "category_id",
    "amount",
    "is_principal",
    "party_id",
    "purpose",
    "campaign_id",
    "pledge_id",
    "dues_id",
    "reverses_id",
    "paired_with_id",
    "overdraft_reason",
)


def seal_of(values: tuple, before: str) -> str:
    """64 hexadecimal digits; ``values`` in the order of SEALED, ``before`` the seal of the row before ("" at first)."""
    text = json.dumps([before, *values], ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def seal_entry(entry, before: str) -> str:
    """Seal the entry and return its seal."""
    entry.seal = seal_of(tuple(getattr(entry, name) for name in SEALED), before)
    return entry.seal
