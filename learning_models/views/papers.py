"""Papers as files: a short one at once, a long one by a job, which is asked for on a page of its own."""

from django.http import FileResponse, Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from core.numbers import number_to_text
from jobs.kept_files import KeptFile, ask_for_file, latest_job, path_of
from jobs.kept_pages import KeptFileMixin, attachment
from learning_models.documents import Paper
from learning_models.paper_files import AT_ONCE, KIND, WRITERS, about


class PaperMixin:
    """One paper in one format; ``names`` are on its list, ``source`` says to a job which paper it is."""

    page_address = file_address = ""

    source: dict
    names: int
    # "tờ trình", the name of the file without its ending, and what one name is called.
    paper_name: str
    stem: str
    counted_in: str

    def build(self) -> Paper:
        raise NotImplementedError

    @cached_property
    def paper(self) -> Paper:
        return self.build()

    @property
    def ending(self) -> str:
        if self.kwargs["ending"] not in WRITERS:
            raise Http404
        return self.kwargs["ending"]

    @property
    def about(self) -> dict:
        return about(self.source, self.ending, self.paper)

    def url(self, address: str) -> str:
        return reverse(address, kwargs=self.kwargs)


class PaperFileView(PaperMixin, View):
    def get(self, request, **kwargs):
        write, content_type = WRITERS[self.ending]
        name = f"{self.stem}.{self.ending}"
        if self.names <= AT_ONCE:
            return attachment(write(self.paper), content_type, name)
        path = path_of(latest_job(KIND, self.about))
        if path is None:
            return redirect(self.url(self.page_address))
        return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=content_type)


class PaperPageView(PaperMixin, KeptFileMixin, TemplateView):
    template_name = "jobs/long_paper.html"

    def ask(self):
        ask_for_file(kind=KIND, about=self.about, user=self.request.user)

    def get_kept_file(self):
        names, name = number_to_text(self.names), f"{self.paper_name} ({self.ending.upper()})"
        return KeptFile(
            job=latest_job(KIND, self.about),
            name=name,
            counted="tên",
            why=f"Danh sách có {names} {self.counted_in}",
            whole=name,
            holds=f"{name} kèm danh sách {names} {self.counted_in}. Danh sách thay đổi thì làm lại tệp",
            url=self.url(self.file_address),
        )
