"""Campaigns: opened and corrected. What came of one is counted (`funds.gifts`), never typed."""

from django.db import transaction

from core.history import because
from funds.ledger import lock_funds
from funds.models import Campaign

OPENED, CHANGED = "Mở đợt vận động", "Sửa đợt vận động"


@transaction.atomic
def save_campaign(*, campaign: Campaign, user, reason: str = "") -> Campaign:
    """A new one, or a changed one. Raises ValidationError."""
    lock_funds([campaign.fund_id])
    campaign.full_clean()
    because(campaign, user=user, reason=reason or (CHANGED if campaign.pk else OPENED)).save()
    return campaign
