"""The command: counts and errors in words, exit code 1 and nothing written for anything wrong."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command

from organizations.models import Organization
from organizations.soundness import find_faults
from spreadsheets.models import ImportBatch

DEMO = Path(project.BASE_DIR) / "khuyenhoc/demo"
GOOD = "code,name,level,parent_code\nA.D.9,Hội Khuyến học xã Mới,commune,A.D\n"
BAD = GOOD + "A.D.8,,commune,A.D\n"


@pytest.fixture
def run(cast, tmp_path, capsys):
    """run(text, *options) imports units and gives what was printed; CommandError passes through."""

    def run(text, *options, user="manager", kind="organizations"):
        path = tmp_path / "đơn vị.csv"
        path.write_text(text, encoding="utf-8")
        call_command("import_spreadsheet", kind, str(path), "--user", user, *options)
        return capsys.readouterr().out

    return run


def test_without_save_nothing_is_written(run):
    before = Organization.objects.count()
    assert "1 dòng, 1 mới, 0 thay đổi" in run(GOOD)
    assert (Organization.objects.count(), ImportBatch.objects.count()) == (before, 0)


def test_with_save_the_rows_and_one_batch_are_written(run):
    assert "Đã ghi." in run(GOOD, "--save")
    assert Organization.objects.filter(code="A.D.9").exists()
    batch = ImportBatch.objects.get()
    assert (batch.status, batch.original_name, batch.user.username) == ("applied", "đơn vị.csv", "manager")


@pytest.mark.parametrize("options", [[], ["--save"]])
def test_a_refused_row_stops_everything(run, capsys, options):
    before = Organization.objects.count()
    with pytest.raises(CommandError, match="1 dòng bị từ chối"):
        run(BAD, *options)
    assert "Lỗi: dòng 3, cột name: Ô này còn trống." in capsys.readouterr().out
    assert (Organization.objects.count(), ImportBatch.objects.count()) == (before, 0)


def test_json_is_one_document(run, capsys):
    answer = json.loads(run(GOOD, "--json", "--save"))
    assert answer.pop("file").endswith("đơn vị.csv")
    assert answer == {
        "kind": "organizations",
        "saved": True,
        "rows": 1,
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "refused": 0,
        "errors": [],
        "warnings": [],
    }
    with pytest.raises(CommandError):
        run(BAD, "--json", "--save")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["saved"], answer["refused"]) == (False, 1)
    assert answer["errors"] == [{"line": 3, "column": "name", "reason": "Ô này còn trống. Hãy điền rồi tải lại tệp."}]


def test_json_also_tells_about_a_file_that_cannot_be_read(run, capsys):
    with pytest.raises(CommandError, match="Thiếu cột bắt buộc"):
        run("code\nA\n", "--json")
    assert "Thiếu cột bắt buộc" in json.loads(capsys.readouterr().out)["errors"][0]["reason"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kind": "people"}, "Không có loại bảng"),
        ({"user": "nobody.here"}, "Không có tài khoản"),
        ({"user": "viewer"}, "không có quyền"),
    ],
)
def test_an_unknown_kind_or_user_is_a_clear_error(run, options, words):
    with pytest.raises(CommandError, match=words):
        run(GOOD, "--save", **options)
    assert not Organization.objects.filter(code="A.D.9").exists()


@pytest.mark.parametrize("code", ["B", "KHONG.CO"])
def test_an_unknown_unit_and_one_out_of_reach_read_the_same(run, code):
    with pytest.raises(CommandError, match=f"Không có đơn vị mã “{code}” trong phạm vi của ông/bà"):
        run(GOOD, "--organization", code)


def test_a_narrowed_import_refuses_the_rows_outside(run, capsys):
    with pytest.raises(CommandError):
        run(GOOD, "--organization", "A.T", "--save")
    assert "trong phạm vi" in capsys.readouterr().out
    assert "Đã ghi." in run(GOOD, "--organization", "A.D", "--save")


def test_a_missing_file_is_a_clear_error(cast, tmp_path):
    with pytest.raises(CommandError, match="Không mở được tệp"):
        call_command("import_spreadsheet", "organizations", str(tmp_path / "x.csv"), "--user", "manager")


def test_a_folder_is_a_clear_error(cast, tmp_path):
    with pytest.raises(CommandError, match="Không mở được tệp"):
        call_command("import_spreadsheet", "organizations", str(tmp_path), "--user", "manager")


def test_the_exit_code_is_1(tmp_path):
    command = [sys.executable, "manage.py", "import_spreadsheet", "no.such.kind", "x.csv", "--user", "x"]
    done = subprocess.run(command, cwd=project.BASE_DIR, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Không có loại bảng" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demonstration_files_load_and_load_again_unchanged(cast, capsys):
    for kind in ("organizations", "area_statistics", "appointments"):
        path = str(DEMO / f"{kind}.csv")
        call_command("import_spreadsheet", kind, path, "--user", "administrator", "--save")
        assert "0 bị từ chối" in capsys.readouterr().out
        call_command("import_spreadsheet", kind, path, "--user", "administrator")
        assert "0 mới, 0 thay đổi" in capsys.readouterr().out
    assert find_faults() == []
