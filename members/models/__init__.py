from members.models.dues import DuesCollection, DuesLine, DuesRate
from members.models.duplicates import DifferentPeople, Merging
from members.models.head_counts import HeadCount
from members.models.id_numbers import IdNumberReading
from members.models.members import ID_PURPOSE, Member, Membership, Occupation, Sex
from members.models.officers import (
    RANK,
    Body,
    Officer,
    OutsidePost,
    OutsidePostKind,
    Post,
    Term,
)

__all__ = [
    "ID_PURPOSE",
    "RANK",
    "Body",
    "DifferentPeople",
    "DuesCollection",
    "DuesLine",
    "DuesRate",
    "HeadCount",
    "IdNumberReading",
    "Member",
    "Membership",
    "Merging",
    "Occupation",
    "Officer",
    "OutsidePost",
    "OutsidePostKind",
    "Post",
    "Sex",
    "Term",
]
