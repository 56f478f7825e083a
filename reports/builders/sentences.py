"""The sentences of a summary, as the Word report and the page print them: `sections()` is the way in.

Only what has data is said, and who has none is named; zero is said as "chưa có", never for missing data. The
parts follow the provincial associations' own quarterly reports (reference/domain.md).
"""

import re
from dataclasses import dataclass

from core.periods import Quarter, Span
from reports.builders.summary import MISSING, NO_DATA, FigureLine, QuarterlySummary, UnitLabel, UnitValue
from reports.builders.wording import NAMED_AT_MOST, Talk, cap, count, join_and, number

MODELS = (
    ("family", "Gia đình học tập", "hộ gia đình"),
    ("clan", "Dòng họ học tập", "dòng họ"),
    ("community", "Cộng đồng học tập", "thôn, bản, tổ dân phố"),
    ("commune", "Cộng đồng học tập cấp xã", "đơn vị cấp xã"),
    ("unit", "Đơn vị học tập", "đơn vị"),
    ("citizen", "Công dân học tập", "người trưởng thành"),
)
REACH = (
    ("organizations.commune_coverage", "xã, phường, thị trấn"),
    ("organizations.agency_coverage", "cơ quan, đơn vị"),
    ("organizations.enterprise_coverage", "doanh nghiệp"),
)
# What a unit without reporting units below may lack, in words.
TOPICS = (("members.total", "hội viên"), ("funds.raised", "vận động quỹ"), ("activities.training.learners", "tập huấn"))
LEAD_TOGETHER = 3
LIST_MARK = re.compile(r"[-–+•*]\s|\(?[0-9a-zđ]{1,2}[.)]\s", re.IGNORECASE)


@dataclass(frozen=True)
class Section:
    """A heading with its paragraphs; ``level`` 1 or 2. The opening has no title, a heading over headings no text."""

    title: str
    paragraphs: tuple[str, ...]
    level: int = 2


def sections(summary: QuarterlySummary) -> tuple[Section, ...]:
    """The report in words: opening, I with its numbered parts, Thuận lợi, Khó khăn, II. Empty parts are left out."""
    talk = Talk(summary)
    parts = [(title, tuple(filter(None, write(talk)))) for title, write in PARTS]
    parts = [(title, paragraphs) for title, paragraphs in parts if paragraphs]
    found = [Section("", tuple(filter(None, opening(talk))), level=1)]
    tasks = own_words(summary, "next_tasks")
    if parts:
        found.append(Section(f"{'I. ' if tasks else ''}KẾT QUẢ CÔNG TÁC {summary.period.label.upper()}", (), level=1))
    found += [Section(f"{number}. {title}", part) for number, (title, part) in enumerate(parts, start=1)]
    for title, key in (("Thuận lợi", "advantages"), ("Khó khăn", "difficulties")):
        if words := own_words(summary, key):
            found.append(Section(title, listed(words)))
    if tasks:
        title = f"{'II. ' if parts else ''}NHIỆM VỤ TRỌNG TÂM {next_period(summary.period).label.upper()}"
        found.append(Section(title, listed(tasks, numbered=True), level=1))
    return tuple(found)


def next_period(period: Quarter | Span) -> Quarter | Span:
    """The period whose tasks are named: after nine months the fourth quarter."""
    if isinstance(period, Span) and period.kind == "9M":
        return Quarter(period.year, 4)
    return period.next


def own_words(summary: QuarterlySummary, key: str) -> list[str]:
    """What the unit wrote; every line is a paragraph, as it was typed."""
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in re.split(r"\r\n|\r|\n", summary.narrative.get(key, "")))
    return [line for line in lines if line]


def listed(words: list[str], *, numbered: bool = False) -> tuple[str, ...]:
    """Several paragraphs get dashes or numbers, unless the writer set marks."""
    if len(words) < 2 or any(LIST_MARK.match(text) for text in words):
        return tuple(words)
    return tuple(f"{number}. {text}" if numbered else f"- {text}" for number, text in enumerate(words, start=1))


def say(*clauses: str) -> str:
    """One sentence of the clauses that are not empty."""
    said = [clause for clause in clauses if clause]
    return f"{cap(', '.join(said))}." if said else ""


def joined(*sentences: str) -> str:
    """A paragraph of the sentences that are not empty."""
    return " ".join(filter(None, sentences))


def made_of(talk: Talk, base: str, *names: tuple[str, str]) -> str:
    """ "3.548 chi hội, 1.074 ban khuyến học": the parts that are known and not zero."""
    lines = [(talk.known(f"{base}.{what}"), name) for what, name in names]
    return ", ".join(f"{number(line)} {name}" for line, name in lines if line and line.value)


def in_brackets(*texts: str) -> str:
    said = "; ".join(text for text in texts if text)
    return f" ({said})" if said else ""


# The opening


def opening(talk: Talk) -> list[str]:
    """Whose figures these are, and who has not handed them in."""
    summary, done = talk.summary, talk.summary.completeness
    period = cap(summary.period.label)
    if not talk.below:
        return [f"{period}, {summary.organization.name} báo cáo kết quả công tác khuyến học như sau:"]
    missing = {unit.code for unit in done.missing}
    groups = talk.groups(UnitValue(unit, None, "") for unit in talk.below)
    of_whom = join_and([f"{len(group)} {word}" for word, group in groups])
    text = f"{period}, {summary.organization.name} tổng hợp số liệu của {of_whom}."
    if not missing:
        return [f"{text} Tất cả các đơn vị đã nộp báo cáo."]
    handed_in = join_and(
        [f"{sum(value.unit.code not in missing for value in group)}/{len(group)} {word}" for word, group in groups]
    )
    if done.submitted:
        text += f" Đã nộp báo cáo: {handed_in}; chưa nộp: {talk.units(done.missing)}."
    else:
        text += " Chưa có đơn vị nào nộp báo cáo chính thức."
    if talk.silent:
        text += f" Các tổng số dưới đây chưa có số liệu của {talk.units(talk.silent)}."
    return [text]


# I. The parts, in the order of the printed reports


def simple(talk: Talk, code: str, some: str, none: str = "") -> str:
    """A line that needs one sentence; ``some`` holds {who}, {number}, {until}, ``none`` what is said of zero."""
    line = talk.known(code)
    if line is None:
        return ""
    if not line.value:
        return say(f"{talk.during} {none}") if none else ""
    return say(some.format(who=talk.who(line), number=number(line), until=talk.until) + talk.split(line))


def documents(talk: Talk) -> list[str]:
    some = "{who} đã ban hành, tham mưu ban hành {number} văn bản về công tác khuyến học"
    text = simple(talk, "activities.documents", some, "chưa ban hành văn bản")
    return [joined(text, talk.gaps([("văn bản", "activities.documents")]))]


def honours(talk: Talk) -> list[str]:
    return [simple(talk, "activities.honours.doctors", "{who} đã vinh danh {number} tiến sĩ")]


def movement(talk: Talk) -> list[str]:
    gaps = [("chi hội, ban khuyến học", "organizations.branches"), ("hội viên", "members.total")]
    gaps += [("hội viên mới", "members.new"), ("cán bộ Hội", "officers.total")]
    gaps += [(f"tổ chức Hội ở {what}", code) for code, what in REACH]
    return [*models(talk), organization(talk), members(talk), officers(talk), talk.gaps(gaps)]


def models(talk: Talk) -> list[str]:
    """Registrations with rates and targets, who leads and who is last, titles in force, who has no figures."""
    lines = [text for key, name, of in MODELS if (text := model(talk, key, name, of))]
    if not lines:
        return [model_gaps(talk)]
    rates = [(name, line) for key, name, _ in MODELS if (line := talk.known(f"learning_models.{key}.registered_rate"))]
    years = sorted({year for _, line in rates for year in line.area_years})
    basis = f" (tỷ lệ tính theo số liệu địa bàn năm {', '.join(map(str, years))})" if years else ""
    return [
        f"Kết quả đăng ký xây dựng các mô hình học tập năm {talk.summary.period.year}{basis}:",
        *lines,
        joined(leaders(talk, rates, first=True), leaders(talk, rates, first=False)),
        titles(talk),
        succeeded(talk),
        model_gaps(talk),
    ]


def model(talk: Talk, key: str, name: str, of: str) -> str:
    registered = talk.known(f"learning_models.{key}.registered")
    rate = talk.known(f"learning_models.{key}.registered_rate")
    if rate is None and registered is None:
        return ""
    if not (rate.numerator if rate else registered.value):
        return f"- “{name}”: chưa có đăng ký."
    if rate is None:
        clauses = [f"{number(registered)} {of} đăng ký", talk.change(registered)]
    else:
        ratio = f"{number(rate.numerator)}/{number(rate.denominator)} {of} đăng ký"
        clauses = [ratio, f"đạt tỷ lệ {count(rate, rate.value)}", talk.change(rate), talk.against_target(rate)]
    return f"- “{name}”: {', '.join(filter(None, clauses))}."


def leaders(talk: Talk, rates: list[tuple[str, FigureLine]], *, first: bool) -> str:
    """Who leads, or is last, with the models in which it does: one mention of each unit."""
    by_units: dict[tuple[UnitLabel, ...], dict[str, list[str]]] = {}
    for name, line in rates:
        if found := talk.extremes(line):
            units, value = found[:2] if first else found[2:]
            if len(units) > LEAD_TOGETHER:
                continue
            by_units.setdefault(tuple(units), {}).setdefault(count(line, value), []).append(f"“{name}”")
    texts = []
    for units, values in by_units.items():
        said = [f"{', '.join(names)} {'cùng ' if len(names) > 1 else ''}{value}" for value, names in values.items()]
        texts.append(f"{talk.units(units)} ({'; '.join(said)})")
    return f"{'Đơn vị dẫn đầu là' if first else 'Thấp nhất là'} {'; '.join(texts)}." if texts else ""


def titles(talk: Talk) -> str:
    """The titles in force, with their share."""
    some, none = [], []
    for key, name, _ in MODELS:
        line, rate = (talk.known(f"learning_models.{key}.{what}") for what in ("recognised", "recognised_rate"))
        if line is not None and line.value:
            some.append(f"{number(line)} “{name}”{in_brackets(rate and count(rate, rate.value))}")
        elif line is not None:
            none.append(f"“{name}”")
    texts = [f"{talk.until}, danh hiệu còn hiệu lực gồm {', '.join(some)}"] if some else []
    texts += [f"chưa công nhận {', '.join(none)}"] if none else []
    return say("; ".join(texts))


def succeeded(talk: Talk) -> str:
    """Yearly: how many of the year's registrations were recognised."""
    some = []
    for key, name, _ in MODELS:
        line, rate = (talk.known(f"learning_models.{key}.{what}") for what in ("succeeded", "success_rate"))
        if line is not None:
            of = in_brackets(rate and f"{count(rate, rate.value)} số đăng ký")
            some.append(f"{number(line)} “{name}”{of}")
    return f"Trong số đăng ký của năm, được công nhận {', '.join(some)}." if some else ""


def model_gaps(talk: Talk) -> str:
    """Who has no figures for the models: named once where all of them are lacking."""
    topics = []
    for key, name, _ in MODELS:
        code = f"learning_models.{key}.registered"
        topics.append((f"“{name}”", f"{code}_rate" if talk.known(f"{code}_rate") else code))
    every = ", ".join(topic for topic, code in topics if talk.known(code)) or ", ".join(topic for topic, _ in topics)
    text = talk.gaps(topics, named=NAMED_AT_MOST)
    return text.replace(f"Số liệu về {every}:", "Số liệu về đăng ký mô hình học tập:")


def organization(talk: Talk) -> str:
    """What was founded, and how far the association reaches: branches, communes, agencies, enterprises."""
    founded, recruits = talk.known("organizations.branches.new"), talk.known("members.new")
    texts = [f"{number(founded)} chi hội, ban khuyến học"] if founded and founded.value else []
    if recruits and recruits.value:
        texts.append(f"{number(recruits)} hội viên{' mới' if texts else ''}{talk.earlier(recruits)}")
    texts = [f"Phát triển mới {'; '.join(texts)}."] if texts else []
    if recruits and not recruits.value:
        texts.append(say(f"{talk.during} chưa phát triển hội viên mới{talk.earlier(recruits)}"))
    branches = talk.known("organizations.branches")
    if branches and branches.value:
        among = in_brackets(made_of(talk, "organizations", ("chapters", "chi hội"), ("boards", "ban khuyến học")))
        texts.append(say(f"{talk.until}, {talk.whole} có {number(branches)} chi hội, ban khuyến học{among}"))
    return joined(*texts, reach(talk))


def reach(talk: Talk) -> str:
    texts = []
    for code, what in REACH:
        line = talk.known(code)
        if line is not None and line.numerator and line.coverage.with_data == line.coverage.expected:
            target = f", mục tiêu {count(line, line.target)}" if line.target and line.value < line.target else ""
            share = in_brackets(count(line, line.value) + target)
            texts.append(f"{number(line.numerator)}/{number(line.denominator)} {what}{share}")
    return f"Tổ chức Hội đã có ở {join_and(texts)}." if texts else ""


def members(talk: Talk) -> str:
    total, rate = talk.known("members.total"), talk.known("members.population_rate")
    if total is None:
        return ""
    texts = [say(f"{talk.until}, {talk.whole} có {number(total)} hội viên", talk.change(total))]
    if rate is not None:
        texts.append(say(f"tỷ lệ hội viên so với dân số đạt {count(rate, rate.value)}", talk.against_target(rate)))
        if found := talk.extremes(rate):
            highest, most, lowest, least = found
            top, bottom = f"{talk.units(highest)} ({count(rate, most)})", f"{talk.units(lowest)} ({count(rate, least)})"
            texts.append(f"Cao nhất là {top}; thấp nhất là {bottom}.")
    among = made_of(talk, "members", ("women", "nữ"), ("party", "đảng viên"), ("carded", "người có thẻ hội viên"))
    texts.append(f"Trong số hội viên có {among}." if among else "")
    left = talk.known("members.left")
    texts.append(say(f"{talk.during} giảm {number(left)} hội viên") if left and left.value else "")
    return joined(*texts)


def officers(talk: Talk) -> str:
    total = talk.known("officers.total")
    if total is None or not total.value:
        return ""
    parts = made_of(talk, "officers", ("full_time", "chuyên trách"), ("concurrent", "kiêm nhiệm"))
    return f"Đội ngũ cán bộ chủ chốt của Hội có {number(total)} người{in_brackets(parts)}."


def bulletin(talk: Talk) -> list[str]:
    some = "{who} đã phát hành {number} cuốn bản tin khuyến học"
    text = simple(talk, "activities.bulletin.copies", some)
    return [joined(text, talk.gaps([("bản tin", "activities.bulletin.copies")]))]


def programmes(talk: Talk) -> list[str]:
    some = "{until}, {who} đang thực hiện {number} chương trình phối hợp với các ngành, đoàn thể"
    text = simple(talk, "activities.programmes", some)
    return [joined(text, talk.gaps([("chương trình phối hợp", "activities.programmes")]))]


def raising(talk: Talk) -> list[str]:
    line = talk.known("funds.raised")
    if line is None:
        return []
    gap = talk.gaps([("vận động quỹ", "funds.raised")])
    if not line.value:
        return [joined(say(f"{talk.during} chưa có khoản vận động cho quỹ khuyến học{talk.earlier(line)}"), gap)]
    raised, parts = f"{count(line, line.value)}{talk.earlier(line)}", talk.parts(line)
    said = f"{talk.during}, {talk.whole} vận động cho quỹ khuyến học được {raised}"
    texts = [say(said, parts and f"trong đó {parts}")]
    found = talk.extremes(line)
    most = f"nhiều nhất là {talk.units(found[0], 3)} với {count(line, found[1])}" if found else ""
    if any(value.value for value in line.units_below):
        texts.append(say(f"{talk.of_how_many(line)} có khoản vận động", most))
    return [joined(*texts, gap)]


def follow_up(talk: Talk) -> list[str]:
    inspections, entrants = "activities.inspections", "activities.contests.entrants"
    return [
        simple(talk, inspections, "{who} đã kiểm tra, tư vấn cơ sở {number} lượt", "chưa kiểm tra, tư vấn cơ sở"),
        simple(talk, entrants, "có {number} lượt người tham gia cuộc thi tìm hiểu"),
        talk.gaps([("kiểm tra", inspections), ("cuộc thi tìm hiểu", entrants)]),
    ]


def training(talk: Talk) -> list[str]:
    classes, learners = talk.known("activities.training.classes"), talk.known("activities.training.learners")
    main = learners or classes
    if main is None:
        return []
    gap = talk.gaps([("tập huấn", main.indicator)])
    if not main.value:
        return [joined(say(f"{talk.during} chưa mở lớp tập huấn"), gap)]
    what = f"mở {number(classes)} lớp tập huấn" if classes and classes.value else "tập huấn"
    who = f" cho {number(learners)} lượt học viên" if learners and learners.value else ""
    texts = [say(f"{talk.who(main)} đã {what} nghiệp vụ{who}", talk.change(main), talk.against_target(main))]
    held = [value.unit for value in main.units_below if value.value]
    if held:
        names = f": {talk.units(held, 12)}" if len(held) <= 12 else ""
        texts.append(say(f"{talk.of_how_many(main)} có mở lớp{names}"))
    rate = talk.known("officers.trained_rate")
    if rate is not None:
        texts.append(f"Tỷ lệ cán bộ, hội viên được tập huấn trong năm là {count(rate, rate.value)}.")
    return [joined(*texts, gap)]


def learning_centres(talk: Talk) -> list[str]:
    base = "activities.learning_centers"
    total, coverage, visits = (talk.known(f"{base}.{what}") for what in ("total", "coverage", "attendances"))
    texts = []
    if total and total.value:
        wide = coverage and talk.summary.organization.level != "commune"
        share = f"đạt {count(coverage, coverage.value)} số xã, phường, thị trấn" if wide else ""
        texts.append(say(f"{talk.whole} có {number(total)} trung tâm học tập cộng đồng", share))
    if visits and visits.value:
        texts.append(say(f"{talk.during} có {number(visits)} lượt người học tại trung tâm"))
    names = (("rated_good", "tốt"), ("rated_fair", "khá"), ("rated_average", "trung bình"), ("rated_weak", "yếu"))
    ratings = made_of(talk, base, *names)
    texts.append(f"Xếp loại trung tâm: {ratings}." if ratings else "")
    gaps = [("trung tâm học tập cộng đồng", f"{base}.total"), ("lượt người học", f"{base}.attendances")]
    gaps += [("xếp loại trung tâm", f"{base}.rated_good"), ("xoá mù chữ", "activities.literacy.classes")]
    return [joined(*texts), literacy(talk), talk.gaps(gaps)]


def literacy(talk: Talk) -> str:
    classes, learners = talk.known("activities.literacy.classes"), talk.known("activities.literacy.learners")
    if classes is None:
        return ""
    if not classes.value:
        return say(f"{talk.during} chưa mở lớp xoá mù chữ")

    def held(value: int, people: int | None) -> str:
        return f"{number(value)} lớp{f', {number(people)} học viên' if people else ''}"

    people = {value.unit: value.value for value in learners.units_below} if learners else {}
    shown = []
    for _, group in talk.groups(value for value in classes.units_below if value.value):
        apart = "riêng " if shown else ""
        shown += [f"{apart}{talk.units([value.unit])} {held(value.value, people.get(value.unit))}" for value in group]
    with_learners = f" với {number(learners)} học viên" if learners and learners.value else ""
    text = f"{talk.who(classes)} đã mở {number(classes)} lớp xoá mù chữ{with_learners}"
    return say(f"{text}: {'; '.join(shown)}" if 0 < len(shown) <= 6 else text)


def funds(talk: Talk) -> list[str]:
    spent, balance, dues = (talk.known(f"funds.{what}") for what in ("spent", "balance", "dues"))
    texts = []
    if balance:
        per_head = talk.known("funds.per_capita")
        said = (f"bình quân {count(per_head, per_head.value)}", talk.against_target(per_head)) if per_head else ()
        texts.append(say(f"{talk.until}, số dư quỹ khuyến học là {count(balance, balance.value)}", *said))
    if spent and spent.value:
        texts.append(say(f"{talk.during} đã chi {count(spent, spent.value)}{talk.split(spent)}"))
    if dues and dues.value:
        texts.append(f"Hội phí thu được {count(dues, dues.value)}.")
    gaps = [("quỹ khuyến học", "funds.balance"), ("chi quỹ", "funds.spent"), ("hội phí", "funds.dues")]
    gaps += [("khen thưởng", "funds.awards.students"), ("tiền khen thưởng", "funds.awards.amount")]
    gaps.append(("học bổng", "funds.scholarships.count"))
    return [joined(*texts), awards(talk), scholarships(talk), talk.gaps(gaps)]


def awards(talk: Talk) -> str:
    texts, lines = [], []
    for what, who in (
        ("students", "học sinh, sinh viên"),
        ("teachers", "giáo viên"),
        ("adults", "người lớn tự học"),
        ("collectives", "tập thể"),
    ):
        if line := talk.known(f"funds.awards.{what}"):
            lines.append(line)
            texts += [f"{number(line)} suất cho {who}{talk.split(line)}"] if line.value else []
    amount = talk.known("funds.awards.amount")
    if not texts:
        return say(f"{talk.during} chưa tổ chức khen thưởng") if lines else ""
    money = f"tổng số tiền {count(amount, amount.value)}{talk.split(amount)}" if amount and amount.value else ""
    return say(f"{talk.during}, {talk.who(*lines)} đã khen thưởng {'; '.join(filter(None, [*texts, money]))}")


def scholarships(talk: Talk) -> str:
    line, amount = talk.known("funds.scholarships.count"), talk.known("funds.scholarships.amount")
    if line is None or not line.value:
        return say(f"{talk.during} chưa trao học bổng") if line is not None else ""
    text = f"{talk.who(line)} đã trao {number(line)} suất học bổng{talk.split(line)}"
    if amount is None or not amount.value:
        return say(text)
    valued = {value.unit for value in amount.units if value.value is not None}
    unvalued = [value.unit for value in line.units_below if value.value and value.unit not in valued]
    without = f" (chưa gồm {talk.units(unvalued)} vì chưa thống kê được số tiền)" if unvalued else ""
    return say(text, f"số tiền {count(amount, amount.value)}{without}")


def results(talk: Talk) -> list[str]:
    return own_words(talk.summary, "results")


def lacking(talk: Talk) -> list[str]:
    """A unit without reporting units below says itself what it could not count and what it has not reported."""
    if talk.below:
        return []
    return [
        say(f"đơn vị chưa thống kê được số liệu về {', '.join(none)}") if (none := without(talk, NO_DATA)) else "",
        say(f"đơn vị chưa báo cáo số liệu về {', '.join(silent)}") if (silent := without(talk, MISSING)) else "",
    ]


def without(talk: Talk, source: str) -> list[str]:
    """Topics for which the unit's own line is empty in that way."""

    def own_source(code: str) -> str:
        line = talk.summary.figure(code)
        if line is None or not (line.is_asked and line.own_line):
            return ""
        return "known" if line.value is not None else line.own_line.source

    topics = [topic for code, topic in TOPICS if own_source(code) == source]
    asked = {name: own for key, name, _ in MODELS if (own := own_source(f"learning_models.{key}.registered"))}
    names = [f"“{name}”" for name, own in asked.items() if own == source]
    if names:
        topics.append("đăng ký mô hình học tập" if len(names) == len(asked) else f"đăng ký {', '.join(names)}")
    return topics


PARTS = (
    ("Tham mưu, ban hành văn bản", documents),
    ("Tôn vinh, thi đua", honours),
    ("Xây dựng mô hình học tập; phát triển tổ chức Hội, hội viên", movement),
    ("Bản tin, tuyên truyền", bulletin),
    ("Phối hợp với các ngành, đoàn thể", programmes),
    ("Vận động quỹ khuyến học", raising),
    ("Kiểm tra, cuộc thi tìm hiểu", follow_up),
    ("Tập huấn nghiệp vụ", training),
    ("Trung tâm học tập cộng đồng, xoá mù chữ", learning_centres),
    ("Quỹ khuyến học, khen thưởng, học bổng", funds),
    ("Một số kết quả nổi bật", results),
    ("Số liệu chưa có", lacking),
)
