"""Pages with one form that hands its work to a service."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.generic import FormView

from organizations.scoping import ScopedMixin


class ServiceFormView(ScopedMixin, FormView):
    """A subclass says the form, the words, what to tell when it is done (``tell``) and where to go on."""

    template_name = "generic/form.html"
    title = submit_label = ""

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"reach": self.get_queryset(), "user": self.request.user}

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, self.tell(form))
        return redirect(self.get_success_url())

    def get_context_data(self, **kwargs):
        words = {"title": self.title, "submit_label": self.submit_label}
        return super().get_context_data(**words | kwargs)
