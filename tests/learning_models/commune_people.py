"""The people of a commune's year at their screens: every step goes through the pages and commands that they use."""

import csv
import io
import json
import re
from pathlib import Path

from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from core.periods import Quarter
from core.vietnamese import date_to_text
from jobs.services import claim_job, run_job
from learning_models.models import RecognitionDecision
from organizations.models import Role
from tests.conftest import appoint, plant
from tests.learning_models.commune_year import (
    ASSESSED_ON,
    BRANCHES,
    ENTERED,
    FIRST,
    GONE_ON,
    HELD_ON,
    HOUSEHOLDS,
    LAST,
    LAST_DECIDED,
    LEFT_ON,
    LEFT_WHY,
    ROLLED_ON,
    SECOND,
    WITHDRAWN_ON,
    YEAR,
    CommuneYear,
    Family,
)
from tests.learning_models.views.test_assessments import inputs_of

COMMUNE, MODEL = "A.D.1", "family"
SUFFIXES = ("registered", "recognised", "succeeded", "registered_rate", "recognised_rate", "success_rate")


class Person:
    """Somebody signed in, who follows where the answers lead."""

    def __init__(self, user):
        self.user, self.client = user, Client()
        self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def open(self, url):
        response = self.client.get(url)
        assert response.status_code == 200, (url, response.status_code)
        return response

    def fetch_long_paper(self, url) -> bytes:
        """A paper with more than a thousand names: asked for at its page, made by the worker, then fetched."""
        self.client.post(self.client.get(url).url)
        run_job(claim_job(), beating=False)
        return self.open(url).getvalue()

    def send(self, url, data):
        """Send a form that is accepted; the page that it leads to."""
        response = self.client.post(url, data, follow=True)
        assert response.redirect_chain, faults_of(response)
        assert response.status_code == 200
        return response


def faults_of(response) -> str:
    form = response.context and response.context.get("form")
    return f"{form.errors.as_text()}" if form is not None else response.content.decode()[:500]


def words_of(response) -> str:
    main = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


def run(command, *arguments, **options) -> str:
    said = io.StringIO()
    call_command(command, *arguments, stdout=said, **options)
    return said.getvalue()


def page_of(name, branch) -> str:
    return reverse(f"learning_models:{name}", args=[branch, MODEL, YEAR])


class CommunePeople:
    """``cast``: the tree and its people; ``plan``: what they do; ``folder``: where their spreadsheets lie."""

    def __init__(self, cast, plan: CommuneYear, folder: Path):
        self.cast, self.plan, self.folder = cast, plan, folder
        for code in BRANCHES:
            plant(code, f"Chi hội bản {code[-1]}", "branch", cast.first, kind="village")
        self.secretary = Person(cast.secretary)
        self.reviewer = Person(appoint("district_reviewer", cast.east, Role.REVIEWER))
        branches = {branch.code: branch for branch in cast.first.children.all()}
        self.heads = {code: Person(appoint(f"head.{code}", branches[code], Role.SECRETARY)) for code in BRANCHES}

    # Before the year

    def load(self, kind: str, rows: list[list]) -> None:
        path = self.folder / f"{kind}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        run("import_spreadsheet", kind, str(path), user=self.cast.secretary.username, save=True)

    def bring_last_year(self) -> None:
        self.load(
            "area_statistics",
            [["organization_code", "year", "households"], *([COMMUNE, *row] for row in HOUSEHOLDS.items())],
        )
        heads = ["organization_code", "model", "year", "registrant", "address", "registered_on", "status", "score"]
        rows = [
            [each.branch, MODEL, LAST, each.name, each.address, each.registered[LAST], "recognised", 85, "7/QĐ-UBND"]
            + [LAST_DECIDED[each.branch]]
            for each in self.plan.families
            if LAST in each.registered
        ]
        self.load("registrations", [[*heads, "decision_number", "decision_date"], *rows])
        use = reverse("learning_models:register_use", args=[COMMUNE])
        self.secretary.send(use, {"used_from": f"01/01/{LAST}"})

    # January to June

    def roll_forward(self, branch: str) -> None:
        """The head of the branch goes through last year's list, page by page."""
        head = self.heads[branch]
        exceptions = {each.name: each for each in self.plan.exceptions if each.branch == branch}
        url = reverse("learning_models:roll_forward_unit", query={"unit": branch, "model": MODEL, "year": YEAR})
        while url:
            page = head.open(url)
            rows = list(page.context["page_obj"])
            ticks = {"registered_on": date_to_text(ROLLED_ON), "shown": [row.pk for row in rows]}
            ticks |= {"gone_on": page.context["form"]["gone_on"].value(), "following": page.context["following"]}
            odd = {row.pk: exceptions[row.name] for row in rows if row.name in exceptions}
            for name in ("skip", "gone"):
                ticks[name] = [key for key, each in odd.items() if each.exception == name]
            summary = head.client.post(url, ticks)
            assert f"{len(rows) - len(odd)} hộ được đăng ký lại" in words_of(summary)
            answered = {f"w{key}": each.why for key, each in odd.items()}
            done = head.send(url, ticks | answered | {"confirm": "1"})
            url = done.redirect_chain[-1][0] if ticks["following"] else ""
        assert ticks["gone_on"] == date_to_text(GONE_ON)

    def enter_new(self, kind: str) -> None:
        for branch, head in self.heads.items():
            rows = [each for each in self.plan.of(branch) if each.entered == kind]
            sent = {"registered_on": date_to_text(ENTERED[kind]), "rows": "10"}
            for number, each in enumerate(rows, start=1):
                sent |= {f"d{number}-name": each.name, f"d{number}-address": each.address, f"d{number}-people": "4"}
            url = reverse("learning_models:registration_enter", query={"unit": branch, "model": MODEL, "year": YEAR})
            done = head.send(url, sent)
            assert f"Đã đăng ký {len(rows)} hộ: {len(rows)} hộ mới vào sổ." in words_of(done)

    def registrant(self, family: Family):
        return self.cast.first.children.get(code=family.branch).registrants.get(name=family.name)

    def let_leave(self) -> None:
        for family in (each for each in self.plan.running if each.left):
            url = reverse("learning_models:registrant_leave", args=[self.registrant(family).pk])
            self.heads[family.branch].send(url, {"to_date": date_to_text(LEFT_ON), "reason": LEFT_WHY})

    def move_one(self) -> None:
        """A family moves to another branch of the commune: its year stays where it was registered."""
        url = reverse("learning_models:registrant_transfer", args=[self.registrant(self.plan.of(SECOND)[30]).pk])
        self.secretary.send(url, {"destination": FIRST})

    # The year's end

    def assess(self, branch: str) -> None:
        """Every criterion of every family, fifty lines at a time; what was not handed in stays empty."""
        points = {each.name: each.points for each in self.plan.of(branch) if each.points}
        url, head = page_of("assessment_grid", branch), self.heads[branch]
        page = head.open(url)
        while True:
            data = inputs_of(page) | {"on": date_to_text(ASSESSED_ON)}
            for line in page.context["form"].lines:
                names = page.context["form"].names_of(line.line)
                given = points.get(line.line.name, ())
                data |= {name: str(each) for name, each in zip(names, given, strict=bool(given))}
            has_next = page.context["grid"].page.has_next()
            page = head.send(url, data | ({"next": ""} if has_next else {"save": ""}))
            if not has_next:
                return
            url = page.redirect_chain[-1][0]

    def review(self, branch: str) -> None:
        """All as they assessed themselves by one tick, with the first page; then what the meeting said otherwise."""
        head, meant = self.heads[branch], {each.name: each.meeting for each in self.plan.of(branch) if each.meeting}
        facts = {"held_on": date_to_text(HELD_ON), "chair": "Lò Văn Chủ", "invited": "40", "present": "31"}
        page, rest = head.send(page_of("meeting_edit", branch), facts), {"everybody": "on"}
        url = page.redirect_chain[-1][0]
        while True:
            data = inputs_of(page) | rest
            for line in page.context["form"].lines:
                if line.line.name in meant:
                    score, reason = meant[line.line.name]
                    data |= {f"s{line.line.key}": str(score), f"r{line.line.key}": reason}
            has_next = page.context["grid"].page.has_next()
            page, rest = head.send(url, data | ({"next": ""} if has_next else {"save": ""})), {}
            if not has_next:
                return
            url = page.redirect_chain[-1][0]

    def refuse(self, branch: str) -> int:
        """Close those who failed, with the reason that the page offers; how many."""
        url = page_of("refusals", branch)
        rows = self.heads[branch].open(url).context["form"].lines
        ticks = {tick.html_name: "on" for _, tick, _, _ in rows}
        reasons = {reason.html_name: reason.value() for _, _, reason, _ in rows}
        self.heads[branch].send(url, ticks | reasons)
        return len(rows)

    def propose(self) -> RecognitionDecision:
        """The commune's list of everybody who passed, and the paper that goes with it."""
        facts = {"organization": COMMUNE, "model": MODEL, "year": str(YEAR)}
        page = self.secretary.send(reverse("learning_models:decision_create"), facts)
        self.secretary.send(page.redirect_chain[-1][0], {"all": "1"})
        decision = RecognitionDecision.objects.get()
        facts = {"proposal_number": "05/TTr-HKH", "proposed_on": date_to_text(HELD_ON)}
        self.secretary.send(reverse("learning_models:decision_propose", args=[decision.pk]), facts)
        return decision

    def issue(self, decision: RecognitionDecision, *, number: str, on) -> None:
        url = reverse("learning_models:decision_issue", args=[decision.pk])
        facts = {name: value or "" for name, value in self.secretary.open(url).context["form"].initial.items()}
        facts |= {"number": number, "decided_on": date_to_text(on), "confirmed": "on", "signing": "CHỦ TỊCH"}
        self.secretary.send(url, facts)

    def withdraw(self, decision: RecognitionDecision) -> None:
        url = reverse("learning_models:decision_withdraw", args=[decision.pk])
        page = self.secretary.send(url, {"grounds": "Vi phạm pháp luật"})
        names = {each.name: each.branch for each in self.plan.running if each.withdrawn}
        for name, branch in names.items():
            found = self.secretary.open(f"{page.redirect_chain[-1][0]}?branch={branch}&q={name.replace(' ', '+')}")
            (row,) = found.context["object_list"]
            self.secretary.send(page.redirect_chain[-1][0], {"registration": [row.pk]})
        self.issue(RecognitionDecision.objects.get(follows=decision), number="1/QĐ-UBND", on=WITHDRAWN_ON)

    def make_certificates(self, decision: RecognitionDecision) -> bytes:
        self.secretary.send(reverse("learning_models:decision_certificates", args=[decision.pk]), {"make": "1"})
        run_job(claim_job(), beating=False)
        response = self.secretary.client.get(reverse("learning_models:decision_certificates_file", args=[decision.pk]))
        return response.getvalue()

    # The quarter's report

    def tell(self, quarter: Quarter) -> dict[str, dict]:
        """What the form and the summary say of the quarter, by the last part of the indicator."""
        run("prepare_report", COMMUNE, quarter.code, user=self.cast.secretary.username)
        form = self.secretary.open(reverse("reports:report_form", args=[COMMUNE, quarter.code]))
        return {"form": form_numbers(form), "summary": self.summary(quarter)}

    def summary(self, quarter: Quarter) -> dict:
        found = json.loads(self.secretary.open(f"/reports/{COMMUNE}/{quarter.code}/summary.json").content)
        values = {figure["indicator"]: figure["value"] for figure in found["figures"]}
        return {name: values[code] for name in SUFFIXES if (code := f"learning_models.{MODEL}.{name}") in values}

    def hand_in_and_accept(self, quarter: Quarter) -> None:
        run("submit_report", COMMUNE, quarter.code, user=self.cast.secretary.username, confirm_warnings=True)
        run("accept_report", COMMUNE, quarter.code, user=self.reviewer.user.username)


def form_numbers(response) -> dict[str, int]:
    """What stands in the form beside "Theo sổ", as a person reads it."""
    numbers, content = {}, response.content.decode()
    for row in response.context["page"].rows:
        head, _, name = row.indicator.code.rpartition(".")
        if head != f"learning_models.{MODEL}":
            continue
        line = content.split(f'id="c-{row.pk}"', 1)[1].split("</tr>", 1)[0]
        cell = line.split('data-label="Theo sổ">', 1)[1].split("</td>", 1)[0]
        text = re.sub(r"<span.*?</span>|<[^>]*>", "", cell).strip()
        numbers[name] = int(text.replace(".", "")) if text else None
    return numbers
