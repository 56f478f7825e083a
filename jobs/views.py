"""Files that are handed out: short ones at once, long ones from a page where a job is asked for."""

from django.http import HttpResponse
from django.shortcuts import redirect

from jobs.kept_files import KeptFile


def attachment(content: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)


class KeptFileMixin:
    """For a page about one `KeptFile`: a POST asks for it, htmx asks how far it is."""

    def get_kept_file(self) -> KeptFile:
        raise NotImplementedError

    def ask(self) -> None:
        raise NotImplementedError

    def post(self, request, *args, **kwargs):
        self.ask()
        return redirect(request.get_full_path())

    def get_template_names(self):
        partial = self.request.htmx and not self.request.htmx.history_restore_request
        return ["jobs/partials/kept_file.html" if partial else self.template_name]

    def get_context_data(self, **kwargs):
        return super().get_context_data(kept_file=self.get_kept_file(), **kwargs)
