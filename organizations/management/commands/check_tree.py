from django.core.management.base import BaseCommand, CommandError

from organizations.models import Organization, OrganizationSpell
from organizations.soundness import find_faults


class Command(BaseCommand):
    help = "Kiểm tra cây tổ chức hôm nay và các giai đoạn của đơn vị; mã thoát 1 khi có chỗ sai."

    def handle(self, *args, **options):
        if faults := find_faults():
            raise CommandError("\n".join(faults))
        units, spells = Organization.objects.count(), OrganizationSpell.objects.count()
        self.stdout.write(f"Cây tổ chức đúng: {units} đơn vị, {spells} giai đoạn.")
