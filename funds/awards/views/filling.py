"""For pages whose form takes rows out of Excel."""


class FillMixin:
    """A button named "fill" takes the rows into the lines, and writes nothing; put it before FormView."""

    @property
    def is_filling(self) -> bool:
        return self.request.method == "POST" and "fill" in self.request.POST

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        if self.is_filling:
            kwargs["initial"] = kwargs["initial"] | self.request.POST.dict()
            del kwargs["data"], kwargs["files"]
        return kwargs

    def post(self, request, *args, **kwargs):
        if self.is_filling:
            return self.render_to_response(self.get_context_data())
        return super().post(request, *args, **kwargs)
