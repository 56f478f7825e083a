"""From which day a unit keeps the register of learning models."""

from learning_models.permissions import CHANGE
from learning_models.views.places import model_tabs
from organizations.models import RegisterUse
from organizations.views.registers import KeptRegister, RegisterListView, RegisterUseView

LEARNING_MODELS = KeptRegister(
    RegisterUse.Register.LEARNING_MODELS,
    "mô hình học tập",
    "báo cáo quý lấy số đăng ký, số được công nhận từ sổ",
    "mọi lượt đăng ký của đơn vị đều có trong sổ, theo tên hoặc theo số đếm",
    "learning_models:register_list",
    "learning_models:register_use",
)


class ModelRegisterListView(RegisterListView):
    permission_required = CHANGE
    kept = LEARNING_MODELS

    def get_tabs(self):
        return model_tabs(self.request)


class ModelRegisterUseView(RegisterUseView):
    permission_required = CHANGE
    kept = LEARNING_MODELS
