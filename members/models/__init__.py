from members.models.dues import DuesCollection, DuesLine, DuesRate
from members.models.duplicates import DifferentPeople, Merging
from members.models.head_counts import HeadCount
from members.models.id_numbers import IdNumberReading
from members.models.members import ID_PURPOSE, Member, Membership, Occupation, Sex
from members.models.officers import (
    BRANCH_POSTS,
    KEY_POSTS,
    RANK,
    REQUIRED_POSTS,
    SINGLE_POSTS,
    USUAL_BODY,
    Body,
    Officer,
    OutsidePost,
    OutsidePostKind,
    Post,
    Term,
)

__all__ = [
    "BRANCH_POSTS",
    "ID_PURPOSE",
    "KEY_POSTS",
    "RANK",
    "REQUIRED_POSTS",
    "SINGLE_POSTS",
    "USUAL_BODY",
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
