"""`manage.py import_spreadsheet KIND FILE --user NAME`: checks a spreadsheet; writes only with ``--save``."""

import json
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError

from core.sheets import Mode
from spreadsheets.kinds import find_kind
from spreadsheets.services import check_spreadsheet, find_organization, import_file
from spreadsheets.services.running import Found

LABELS = {
    "rows": "dòng",
    "new": "mới",
    "changed": "thay đổi",
    "unchanged": "không đổi",
    "refused": "bị từ chối",
}


class Command(BaseCommand):
    help = "Kiểm tra một tệp CSV hoặc XLSX; chỉ ghi khi có --save và không dòng nào bị từ chối."

    def add_arguments(self, parser):
        parser.add_argument("kind", help="loại bảng, ví dụ organizations")
        parser.add_argument("file", help="tệp CSV hoặc XLSX")
        parser.add_argument("--user", required=True, help="tên đăng nhập của người nhập")
        parser.add_argument("--organization", help="chỉ nhận dòng của đơn vị này và cấp dưới")
        parser.add_argument("--mode", choices=Mode.values, default=Mode.UPDATE, help="làm gì với dòng đã có")
        parser.add_argument("--save", action="store_true", help="ghi vào cơ sở dữ liệu")
        parser.add_argument("--json", action="store_true", help="in kết quả dạng JSON")

    def handle(self, *, kind, file, user, organization, mode, save, **options):
        self.answer = {"kind": kind, "file": file, "saved": False}
        try:
            checked = self.run(kind=kind, path=Path(file), user=user, code=organization, mode=mode, save=save)
        except ValidationError as error:
            if options["json"]:
                errors = [{"line": None, "column": None, "reason": message} for message in error.messages]
                self.print_json({"errors": errors, "warnings": []})
            raise CommandError("\n".join(error.messages)) from error
        refused = checked.counts["refused"]
        self.answer["saved"] = save and not refused
        if options["json"]:
            counts = {name: checked.counts[name] for name in LABELS}
            self.print_json(counts | {"errors": list(checked.errors()), "warnings": list(checked.warnings())})
        else:
            self.print_text(checked, save=save)
        if refused:
            raise CommandError(f"{refused} dòng bị từ chối, không ghi gì. Hãy sửa tệp rồi chạy lại.")

    def run(self, *, kind: str, path: Path, user: str, code: str | None, mode: str, save: bool) -> Found:
        sheet = find_kind(kind)
        person = get_user_model().objects.filter(username=user, is_active=True).first()
        if person is None:
            raise ValidationError(f"Không có tài khoản “{user}” đang hoạt động.")
        unit = find_organization(code, user=person, kind=sheet) if code else None
        scope = {"user": person, "organization": unit, "mode": mode}
        try:
            stream = path.open("rb")
        except OSError as error:
            raise ValidationError(f"Không mở được tệp “{path}”: {error.strerror}.") from error
        with stream:
            if not save:
                return check_spreadsheet(kind=kind, file=stream, name=path.name, **scope)
            return import_file(kind=kind, file=File(stream), name=path.name, **scope)

    def print_json(self, parts: dict) -> None:
        self.stdout.write(json.dumps(self.answer | parts, ensure_ascii=False, indent=2))

    def print_text(self, checked: Found, *, save: bool) -> None:
        counts = checked.counts
        self.stdout.write(", ".join(f"{counts[name]} {label}" for name, label in LABELS.items()) + ".")
        for title, findings in (("Lỗi", checked.errors()), ("Lưu ý", checked.warnings())):
            for finding in findings:
                place = f"dòng {finding['line']}, " if finding["line"] else ""
                self.stdout.write(f"{title}: {place}cột {finding['column'] or '?'}: {finding['reason']}")
        if not counts["refused"]:
            self.stdout.write("Đã ghi." if save else "Chưa ghi gì; thêm --save để ghi.")
