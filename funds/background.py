"""What is done beside the web server (`jobs`)."""

from funds import donor_papers
from jobs.models import Job
from jobs.registry import Progress, handles


@handles(donor_papers.KIND)
def write_donor_paper(job: Job, progress: Progress) -> dict:
    return donor_papers.write_paper(job.arguments, progress=progress)
