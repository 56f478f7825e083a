"""The spreadsheet of appointments: who may do what where; unknown people get an account without a password."""

from collections import defaultdict

from django.conf import settings
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.core.exceptions import ValidationError
from django.db.models.functions import Lower
from django.utils.module_loading import import_string

from accounts.models import User
from core.sheets import CHANGED_ROW, NEW, UNCHANGED, Choice, Code, Column, Day, Row, Sheet, Text, in_parts, save_in_bulk
from core.vietnamese import person_name_key
from organizations.models import Appointment, Organization, Role
from organizations.resources.units import out_of_reach, reachable_units, units_by_code
from organizations.scoping import governed


class AppointmentSheet(Sheet):
    code = "appointments"
    label = "Phân công và tài khoản"
    lead = "Ai làm việc gì ở đơn vị nào. Người chưa có tài khoản được lập tài khoản mới, chưa đặt mật khẩu."
    permission = "organizations.add_appointment"
    key = ("username", "organization_code", "role", "from_date")
    columns = (
        Column("username", "Tên đăng nhập", Text(150), required=True),
        Column("full_name", "Họ và tên", Text(150)),
        Column("organization_code", "Mã đơn vị", Code(), required=True),
        Column("role", "Vai trò", Choice(Role), required=True),
        Column("from_date", "Từ ngày", Day()),
        Column("to_date", "Đến hết ngày", Day()),
    )

    def check(self, rows: list[Row]) -> None:
        rows = [row for row in rows if not row.is_refused]
        units = units_by_code(self.importer, self.permission)
        may_appoint = self.reach_of_roles({row.values["role"] for row in rows})
        self.governed = set(governed(self.importer.user, self.permission).order_by().values_list("pk", flat=True))
        people = self.people({row.values["username"] for row in rows})
        stored = {
            (each.user_id, each.organization_id, each.role, each.valid_from): each
            for part in in_parts([person.pk for person in people.values()])
            for each in Appointment.objects.filter(user__in=part).order_by()
        }
        # Of someone who holds nothing within the user's reach not even the full name is told.
        reach = {unit.pk for unit in units.values()}
        self.known_people = {each.user_id for each in stored.values() if each.organization_id in reach}
        for row in rows:
            unit = units.get(row.values["organization_code"])
            if unit is None:
                row.refuse("organization_code", out_of_reach(row.values["organization_code"]))
                continue
            role = row.values["role"]
            if unit.pk not in may_appoint[role]:
                row.refuse("role", f"Vai trò của ông/bà không được giao vai trò “{Role(role).label}” ở đơn vị này.")
                continue
            self.check_dates(row)
            person = self.person(row, people)
            if not row.is_refused:
                self.check_standing(row, person, unit)
            if not row.is_refused:
                key = (person.pk, unit.pk, role, row.values.get("from_date"))
                self.compare(row, person, unit, stored.get(key) if person.pk else None)

    def check_standing(self, row: Row, person: User, unit: Organization) -> None:
        """Nobody prolongs their own appointment, and managers of a unit are named from above it."""
        user = self.importer.user
        if user.is_superuser:
            return
        if person.pk == user.pk:
            row.refuse("username", "Ông/bà không tự phân công cho mình: cấp trên ghi dòng này.")
        elif person.is_superuser or person.is_staff:
            row.refuse("username", "Tài khoản này do người quản trị hệ thống phân công.")
        elif row.values["role"] == Role.MANAGER and unit.pk not in self.governed:
            row.refuse("role", "Người quản lý của đơn vị này do cấp trên phân công.")

    def reach_of_roles(self, roles: set[str]) -> dict[str, set[int]]:
        """Role → the units where the user may hand it out; a superuser may everywhere."""
        user = self.importer.user
        reach = reachable_units(self.importer, self.permission).order_by()
        if user.is_superuser:
            everywhere = set(reach.values_list("pk", flat=True))
            return dict.fromkeys(roles, everywhere)
        table = import_string(settings.MAY_APPOINT)
        own = Appointment.objects.in_force().filter(user=user)
        found = {}
        for role in roles:
            givers = [giver for giver, may in table.items() if role in may]
            at = Organization.objects.filter(appointments__in=own.filter(role__in=givers))
            found[role] = set(reach.within(at).values_list("pk", flat=True))
        return found

    def people(self, usernames: set[str]) -> dict[str, User]:
        """The accounts that the file names; ``lowered`` holds every one that differs in case at most."""
        lowered = {name.lower(): name for name in usernames}
        found = {
            person.username: person
            for part in in_parts(sorted(lowered))
            for person in User.objects.alias(lowered=Lower("username")).filter(lowered__in=part).order_by()
        }
        self.lowered = {username.lower() for username in found}
        return {username: person for username, person in found.items() if username in usernames}

    def check_dates(self, row: Row) -> None:
        start, end = row.values.get("from_date"), row.values.get("to_date")
        if start and end and end < start:
            row.refuse("to_date", "Ngày kết thúc phải từ ngày bắt đầu trở đi.")

    def person(self, row: Row, people: dict[str, User]) -> User | None:
        """The account of the row; a new one is shared by all rows that name it."""
        username, full_name = row.values["username"], row.values.get("full_name") or ""
        person = people.get(username)
        if person is None:
            try:
                ASCIIUsernameValidator()(username)
            except ValidationError:
                row.refuse("username", "Tên đăng nhập chỉ gồm chữ không dấu, số và @ . + - _, không có dấu cách.")
                return None
            if username.lower() in self.lowered:
                row.refuse("username", "Tên đăng nhập này chỉ khác một tài khoản đã có ở chữ hoa, chữ thường.")
                return None
            person = people[username] = User(
                username=username, full_name=full_name, sort_key=person_name_key(full_name)[:400]
            )
            person.set_unusable_password()
            row.warn("username", "Sẽ lập tài khoản mới, chưa đặt mật khẩu: người quản trị đặt mật khẩu rồi giao.")
        elif full_name and full_name != person.full_name and person.pk in self.known_people:
            row.warn("full_name", "Khác họ tên đã ghi ở tài khoản này; họ tên ở tài khoản được giữ nguyên.")
        return person

    def compare(self, row: Row, person: User, unit: Organization, stored: Appointment | None) -> None:
        end = row.values.get("to_date")
        if stored is None:
            row.status = NEW
            row.target = Appointment(
                user=person,
                organization=unit,
                role=row.values["role"],
                valid_from=row.values.get("from_date"),
                valid_to=end,
            )
            return
        row.status, row.target = UNCHANGED, stored
        if "to_date" in row.values and stored.valid_to != end:
            row.status = CHANGED_ROW
            row.change("to_date", stored.valid_to, end)
            stored.valid_to = end

    def write(self, rows: list[Row]) -> dict:
        people = defaultdict(list)
        for row in rows:
            if row.target.user.pk is None:
                people[row.target.user.username].append(row.target)
        newcomers = [appointments[0].user for appointments in people.values()]
        save_in_bulk(User, created=newcomers, changed=[], fields=[], importer=self.importer)
        keys = save_in_bulk(
            Appointment,
            created=[row.target for row in rows if row.status == NEW],
            changed=[row.target for row in rows if row.status == CHANGED_ROW],
            fields=["valid_to"],
            importer=self.importer,
        )
        return {Appointment: keys}
