from django.apps import AppConfig


class KhuyenhocConfig(AppConfig):
    name = "khuyenhoc"
    verbose_name = "Khuyến học"
