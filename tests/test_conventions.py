"""House rules that a reader would otherwise have to remember."""

import importlib
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import get_resolver
from django.views import View

from organizations.scoping import ScopedMixin

ROOT = Path(settings.BASE_DIR)
OURS = [
    "khuyenhoc",
    "core",
    "accounts",
    "jobs",
    "organizations",
    "spreadsheets",
    "members",
    "learning_models",
    "funds",
    "activities",
    "reports",
]
SOURCES = [path for app in OURS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MODELS = [model for app in OURS if apps.is_installed(app) for model in apps.get_app_config(app).get_models()]
TREE_WORDS = re.compile(r"\b(lft|rght|tree_id|get_descendants|get_ancestors)\b")
HIDDEN_IMPORT = re.compile(rf"^[ \t]+(?:from|import)[ \t]+(?:{'|'.join(OURS)})\b", re.MULTILINE)
# These say which unit a person works for or who they are; none of them reads a unit's rows.
# Written once, or by the machine alone (Job, Holding): they are their own history.
UNCHANGING = {
    "Revision",
    "RevisionFigure",
    "SavedEdit",
    "SavedForm",
    "GuidanceReading",
    "SentReminder",
    "ExportLog",
    "IdNumberReading",
    "Certificate",
    "Entry",
    "Closing",
    "ClosingBalance",
    "Job",
    "Holding",
    "RequestCount",
}
UNSCOPED = {"SignInView", "SignOutView", "PasswordChange", "PasswordChangeDone", "FirstRunView"}


def relative(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=relative)
def test_no_python_file_is_longer_than_500_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500


def test_settings_stay_within_200_lines():
    assert len((ROOT / "khuyenhoc/settings.py").read_text(encoding="utf-8").splitlines()) <= 200


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_a_template_names_its_context_and_stays_short(path):
    text = path.read_text(encoding="utf-8")
    head = re.sub(r"\A\s*{% extends [^%]+%}\s*", "", text)
    assert head.startswith("{% comment %}"), "the first thing is a comment"
    assert "Context:" in head.split("{% endcomment %}")[0]
    assert len(text.splitlines()) <= 120


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_no_template_carries_inline_script_or_style(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)|javascript:", text)


def test_every_template_is_used():
    code = "\n".join(path.read_text(encoding="utf-8") for path in [*SOURCES, *TEMPLATES])
    # Django itself renders these by name.
    code += "400.html 403.html 403_csrf.html 404.html 500.html"
    code += "accounts/password_change_form.html accounts/password_change_done.html"
    names = [str(path.relative_to(ROOT / "templates")) for path in TEMPLATES]
    assert [name for name in names if name not in code] == []


@pytest.mark.parametrize(
    "path",
    [path for path in SOURCES if "organizations" not in path.parts],
    ids=relative,
)
def test_only_organizations_knows_how_the_tree_is_stored(path):
    assert TREE_WORDS.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_no_import_of_ours_hides_in_a_function(path):
    assert HIDDEN_IMPORT.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_names_of_models_and_fields_begin_in_lower_case(model):
    historical = model.__name__.startswith("Historical")
    names = [] if historical else [model._meta.verbose_name, model._meta.verbose_name_plural]
    names += [
        field.verbose_name
        for field in model._meta.local_fields
        if not historical and field.name not in ("id",) and field.model is model
    ]
    assert [str(name) for name in names if str(name)[:1] != str(name)[:1].lower()] == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_model_is_in_the_admin_and_keeps_its_history(model):
    if model.__name__.startswith("Historical"):
        return
    if model.__name__ not in UNCHANGING:
        assert hasattr(model, "history"), "add HistoricalRecords()"
    registered = {entry._meta.label for entry in admin_models()}
    assert model._meta.label in registered


def admin_models():
    from django.contrib import admin  # noqa: PLC0415 (the registry is filled once apps are ready)

    return admin.site._registry


def views(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            if pattern.namespace != "admin":
                yield from views(pattern.url_patterns)
        else:
            yield pattern.callback


def test_every_class_view_is_scoped_and_declares_its_permission():
    classes = [view.view_class for view in views(get_resolver().url_patterns) if hasattr(view, "view_class")]
    assert classes
    for view in classes:
        assert issubclass(view, View)
        if view.__name__ in UNSCOPED:
            continue
        assert issubclass(view, ScopedMixin), view
        assert view.permission_required, view


@pytest.mark.parametrize(
    "path", [path for path in TESTS if path.parent.name == "benchmark"], ids=lambda path: path.stem
)
def test_benchmarks_find_what_they_measure(path):
    """Nothing else runs them from day to day."""
    importlib.import_module(f"tests.benchmark.{path.stem}")


def test_psycopg_3_is_kept_out():
    locked = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
    assert "psycopg2-binary==" in locked
    assert not re.search(r"^psycopg(==|\[)", locked, re.MULTILINE)


def test_lock_files_carry_hashes_and_name_no_registry():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        pinned = re.findall(r"^[a-z0-9-]+==", text, re.MULTILINE)
        assert pinned
        assert text.count("--hash=sha256:") >= len(pinned)
        assert not re.search(r"https?://|--index|--find-links", text)
