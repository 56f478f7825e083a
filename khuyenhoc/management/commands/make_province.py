from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from core.numbers import number_to_text
from core.periods import Quarter
from khuyenhoc.synthetic import make_province
from organizations.models import Organization


class Command(BaseCommand):
    help = "Tạo một tỉnh giả với số đơn vị tuỳ ý để đo tốc độ; cùng --seed thì cùng kết quả."

    def add_arguments(self, parser):
        parser.add_argument("--units", type=int, default=3517, help="tổng số đơn vị, kể cả tỉnh")
        parser.add_argument("--members", type=int, default=350_000, help="khoảng bao nhiêu hội viên trong số liệu")
        parser.add_argument("--families", type=int, default=0, help="bao nhiêu gia đình đăng ký học tập, có tên")
        parser.add_argument("--years", type=int, default=5, help="đăng ký và bút toán trong mấy năm gần nhất")
        parser.add_argument("--entries", type=int, default=0, help="bao nhiêu bút toán trong sổ quỹ các đơn vị")
        parser.add_argument("--quarters", type=int, default=1, help="số quý có số liệu")
        parser.add_argument("--until", default="2022-Q1", help="quý cuối cùng")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--code", default="GIA")
        parser.add_argument("--name", default="Hội Khuyến học tỉnh Giả Định")

    def handle(self, *args, units, members, quarters, until, code, **options):
        if min(units, quarters, options["years"]) < 1 or min(members, options["families"], options["entries"]) < 0:
            raise CommandError(
                "--units, --quarters và --years phải từ 1; --members, --families và --entries từ 0 trở lên."
            )
        if Organization.objects.filter(code=code).exists():
            raise CommandError(f"Đã có đơn vị mã “{code}”: hãy nêu --code khác.")
        try:
            written = make_province(
                units=units,
                members=members,
                families=options["families"],
                years=options["years"],
                entries=options["entries"],
                quarters=quarters,
                until=Quarter.parse(until),
                seed=options["seed"],
                code=code,
                name=options["name"],
            )
        except (ValueError, ValidationError) as error:
            raise CommandError(" ".join(getattr(error, "messages", [str(error)]))) from error
        self.stdout.write(", ".join(f"{number_to_text(number)} {what}" for what, number in written.items()) + ".")
