from django.db import migrations

from core.search import WordIndex


class Migration(migrations.Migration):
    dependencies = [("members", "0001_members")]

    operations = [WordIndex("member"), WordIndex("officer")]
