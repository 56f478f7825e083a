"""Which promise an entry may keep: asked by the ledger under the fund's lock, so that none is kept twice over."""

from django.core.exceptions import ValidationError

from funds.models import Category, Direction, Entry, Pledge


def check_tie(entry: Entry) -> None:
    """A gift to the pledge's fund and campaign, as long as something is waited for; a reversal frees it again.

    Raises ValidationError. One query for an entry that names a pledge, none for any other.
    """
    if entry.pledge_id is None or entry.reverses_id:
        return
    pledge = Pledge.objects.with_given().get(pk=entry.pledge_id)
    if pledge.fund_id != entry.fund_id:
        raise ValidationError({"pledge": "Lời hứa này là của quỹ khác."})
    if entry.direction != Direction.IN or entry.category.nature != Category.Nature.DONATION:
        raise ValidationError({"pledge": "Chỉ khoản vận động, ủng hộ mới theo lời hứa."})
    if pledge.campaign_id != entry.campaign_id:
        raise ValidationError({"pledge": "Lời hứa này không thuộc đợt vận động đã chọn."})
    if pledge.given_up_on is not None:
        raise ValidationError({"pledge": "Lời hứa này đã thôi chờ. Hãy mở lời hứa, bấm “Chờ lại” rồi ghi."})
    if pledge.given >= pledge.amount:
        raise ValidationError({"pledge": "Lời hứa này đã nhận đủ. Khoản này hãy ghi không theo lời hứa nào."})
