import io
import json
import secrets
from datetime import date

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from core.history import CHANGED, CREATED, because, record_bulk
from core.periods import Quarter
from funds.closing import Counted, booked_on, close_month
from funds.models import Fund
from khuyenhoc import demo
from khuyenhoc.demo.campaigns import keep_promises, open_campaigns
from khuyenhoc.demo.criteria import install_criteria
from khuyenhoc.demo.handing_in import hand_in_past_year, hand_in_quarter
from members.models import Term
from members.terms import save_term
from organizations.administrative import units_below
from organizations.models import AdministrativeUnit, Level, Organization
from reports.models import Narrative, Report, ReportingRound
from reports.services import open_round
from spreadsheets.services import apply_spreadsheet

# What is there on opening the demonstration: five quarters, the last one published.
QUARTERS = [Quarter(2021, 1), Quarter(2021, 2), Quarter(2021, 3), Quarter(2021, 4), Quarter(2022, 1)]
NOTICE = "Bản trình diễn: chỉ một phần số liệu quý I/2022 là số đã công bố; mọi số liệu khác là số minh hoạ."
BEFORE_ROUNDS = ["organizations", "area_statistics", "appointments", "targets"]
# File → kind. People and money come after the reports: what was handed in keeps the figures that it had.
PEOPLE = {
    "branches": "organizations",
    "members": "members",
    "head_counts": "head_counts",
    "officers": "officers",
    "registrations": "registrations",
    "funds": "funds",
}
MONEY = ["fund_entries", "awards"]
# The books of these months are closed; what was counted is what they say.
CLOSED = (date(2022, 1, 31), date(2022, 2, 28))
MARK = " (minh hoạ)"
REASON = "Dữ liệu trình diễn"


class Command(BaseCommand):
    help = "Nạp dữ liệu trình diễn của Sơn La, quý I/2022 (số công bố, phần còn lại là số minh hoạ)."

    def add_arguments(self, parser):
        parser.add_argument("--if-empty", action="store_true", help="bỏ qua nếu đã có đơn vị")

    def handle(self, *args, if_empty, **options):
        if not settings.DEBUG:
            raise CommandError("Không nạp dữ liệu trình diễn khi DEBUG=0.")
        if if_empty and Organization.objects.exists():
            self.print_accounts()
            return
        if Organization.objects.exists():
            raise CommandError("Cơ sở dữ liệu đã có đơn vị: dữ liệu trình diễn chỉ nạp vào cơ sở dữ liệu trống.")
        with transaction.atomic():
            self.load()
        self.stdout.write("Đã nạp dữ liệu trình diễn của Sơn La, quý I/2022.")
        self.print_accounts()

    def load(self):
        loader = User(
            username=f"nap-du-lieu-{secrets.token_hex(4)}", full_name="Nạp dữ liệu trình diễn", is_superuser=True
        )
        loader.set_unusable_password()
        because(loader, user=None, reason=REASON).save()
        for kind in BEFORE_ROUNDS:
            self.import_kind(kind, loader)
        root = Organization.objects.get(parent=None)
        self.name_territories(root, loader)
        for quarter in QUARTERS:
            next_quarter = quarter.next.first_day
            open_round(root=root, quarter=quarter, due_on=date(next_quarter.year, next_quarter.month, 5), user=loader)
        self.import_kind("figures", loader)
        self.write_narratives()
        rounds = list(ReportingRound.objects.filter(root=root).order_by("quarter"))
        hand_in_past_year(rounds[:-1])
        hand_in_quarter(rounds[-1])
        self.write_terms(loader)
        install_criteria(user=loader, reason=REASON)
        for file, kind in PEOPLE.items():
            self.import_kind(kind, loader, file=file, mark=MARK)
        self.stdout.write(f"campaigns: {open_campaigns(user=loader, reason=REASON)} dòng{MARK}")
        for kind in MONEY:
            self.import_kind(kind, loader, mark=MARK)
        self.stdout.write(f"pledges: {keep_promises(user=loader, reason=REASON)} dòng{MARK}")
        self.close_books(loader)
        for username in demo.ACCOUNTS:
            user = User.objects.get(username=username)
            user.set_password(demo.PASSWORD)
            because(user, user=loader, reason=REASON).save()
        loader.is_superuser = loader.is_active = False
        because(loader, user=None, reason=f"{REASON}: khoá lại").save()

    def print_accounts(self):
        for label, username, password in demo.accounts():
            self.stdout.write(f"Tài khoản trình diễn: {username} / {password}  ({label})")

    def import_kind(self, kind, user, *, file="", mark=""):
        name = file or kind
        content = io.BytesIO(demo.spreadsheet(name))
        checked = apply_spreadsheet(kind=kind, file=content, name=f"{name}.csv", user=user)
        if checked.counts["refused"]:
            raise CommandError(f"{name}: {next(checked.errors())}")
        self.stdout.write(f"{name}: {checked.counts['rows']} dòng{mark}")

    def write_terms(self, user):
        """No spreadsheet brings terms in, and officers name them."""
        rows = demo.read("terms")
        for row in rows:
            code = row.pop("organization_code")
            days = {name: date.fromisoformat(row.pop(name)) for name in ("starts_on", "ends_on")}
            term = Term(organization=Organization.objects.get(code=code), **days, **row)
            save_term(term=term, user=user, reason=REASON)
        self.stdout.write(f"terms: {len(rows)} dòng{MARK}")

    def close_books(self, user):
        funds = list(Fund.objects.order_by("pk"))
        for fund in funds:
            for day in CLOSED:
                counted = {row.account.pk: Counted(row.balance) for row in booked_on(fund, day)}
                close_month(fund=fund, last_day=day, counted=counted, user=user)
        self.stdout.write(f"closings: {len(funds) * len(CLOSED)} lần khóa sổ{MARK}")

    def name_territories(self, root, user):
        """Codes of the State are used again with another meaning: units are found by name, below their district."""
        province = AdministrativeUnit.objects.carrying(demo.PROVINCE_CODE, QUARTERS[-1].last_day)
        found = {area.unit.name: area for area in units_below(province, QUARTERS[-1].last_day)}
        placed = [(root, province)]
        for district in Organization.objects.filter(parent=root, level=Level.DISTRICT):
            area = found[district.short_name]
            communes = {commune.unit.name: commune.unit for commune in area.below}
            placed.append((district, area.unit))
            placed += [(unit, communes[unit.short_name]) for unit in district.children.filter(level=Level.COMMUNE)]
        for unit, territory in placed:
            unit.territory = territory
        Organization.objects.bulk_update([unit for unit, _ in placed], ["territory"], batch_size=500)
        written = Organization.objects.filter(pk__in=[unit.pk for unit, _ in placed])
        record_bulk(written, kind=CHANGED, user=user, reason=REASON)

    def write_narratives(self):
        stories = json.loads((demo.FOLDER / "narrative.json").read_text(encoding="utf-8"))
        reports = Report.objects.all()
        notices = [Narrative(report=report, section=Narrative.Section.RESULTS, text=NOTICE) for report in reports]
        Narrative.objects.bulk_create(notices)
        record_bulk(Narrative.objects.all(), kind=CREATED, user=None, reason=REASON)
        for quarter, units in stories.items():
            for code, narrative in units.items():
                report = Report.objects.get(organization__code=code, round__quarter=Quarter.parse(quarter))
                for section, text in narrative.items():
                    words = text if section != Narrative.Section.RESULTS else f"{NOTICE}\n\n{text}"
                    Narrative.objects.update_or_create(report=report, section=section, defaults={"text": words})
