"""What is done beside the web server (`jobs`)."""

from funds import donor_papers, paper_files
from jobs.models import Job
from jobs.registry import Progress, handles


@handles(paper_files.KIND)
def write_paper(job: Job, progress: Progress) -> dict:
    return paper_files.write_paper(job.arguments, progress=progress)


@handles(donor_papers.KIND)
def write_donor_paper(job: Job, progress: Progress) -> dict:
    return donor_papers.write_paper(job.arguments, progress=progress)
