import gc

from django.apps import AppConfig

# Python looks for cycles of dead objects after every 700 new ones. Files come and reports are built by hundreds of
# thousands of objects that all live, and a third of the time went into looking at them again and again.
NEW_OBJECTS = 50_000


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Nền chung"

    def ready(self):
        gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])
