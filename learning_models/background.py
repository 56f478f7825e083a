"""What is done beside the web server (`jobs`)."""

from jobs.models import Job
from jobs.registry import Progress, handles
from learning_models.certificates import KIND, write_certificates
from learning_models.models import RecognitionDecision


@handles(KIND)
def certificates(job: Job, progress: Progress) -> dict:
    decision = RecognitionDecision.objects.select_related("organization").get(pk=job.arguments["decision"])
    return write_certificates(decision, site=job.arguments["site"], progress=progress)
