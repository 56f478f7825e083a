from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from organizations.models import Organization, OrganizationSpell


def test_a_sound_tree_is_counted(tree):
    output = StringIO()
    call_command("check_tree", stdout=output)
    assert output.getvalue() == "Cây tổ chức đúng: 10 đơn vị, 10 giai đoạn.\n"


def test_every_fault_is_on_its_own_line(tree):
    OrganizationSpell.objects.filter(organization=tree.police).delete()
    Organization.objects.filter(pk=tree.first.pk).update(parent=tree.west)
    with pytest.raises(CommandError) as refusal:
        call_command("check_tree", stdout=StringIO())
    lines = str(refusal.value).splitlines()
    assert "A.CA: không có giai đoạn nào." in lines
    assert "A.D.1: không nằm trong đơn vị cấp trên của mình." in lines
    assert refusal.value.returncode == 1


def test_an_empty_province_is_sound(db):
    output = StringIO()
    call_command("check_tree", stdout=output)
    assert output.getvalue() == "Cây tổ chức đúng: 0 đơn vị, 0 giai đoạn.\n"
