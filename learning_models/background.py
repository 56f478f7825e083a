"""What is done beside the web server (`jobs`)."""

from jobs.models import Job
from jobs.registry import Progress, handles
from learning_models import certificates, paper_files
from learning_models.models import RecognitionDecision


@handles(certificates.KIND)
def write_certificates(job: Job, progress: Progress) -> dict:
    decision = RecognitionDecision.objects.select_related("organization").get(pk=job.arguments["decision"])
    return certificates.write_certificates(decision, site=job.arguments["site"], progress=progress)


@handles(paper_files.KIND)
def write_paper(job: Job, progress: Progress) -> dict:
    return paper_files.write_paper(job.arguments, progress=progress)
