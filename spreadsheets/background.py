"""What is done with large files beside the web server (`jobs`)."""

from jobs.models import Job
from jobs.registry import Progress, handles
from spreadsheets.models import ImportBatch
from spreadsheets.services import apply_batch, check_batch, undo_batch


@handles("spreadsheets.check")
def check(job: Job, progress: Progress) -> dict:
    batch = ImportBatch.objects.get(pk=job.arguments["batch"])
    batch = check_batch(batch=batch, progress=progress.at)
    return {"status": batch.status}


@handles("spreadsheets.apply")
def apply(job: Job, progress: Progress) -> dict:
    batch = ImportBatch.objects.get(pk=job.arguments["batch"])
    # Cut short after its last step, or begun twice: the batch says what became of it.
    if batch.status == ImportBatch.Status.CHECKED:
        progress.total = batch.rows_to_write
        batch = apply_batch(batch=batch, user=job.user, partial=job.arguments["partial"], progress=progress.at)
    return {"status": batch.status}


@handles("spreadsheets.undo")
def undo(job: Job, progress: Progress) -> dict:
    batch = ImportBatch.objects.get(pk=job.arguments["batch"])
    if batch.status == ImportBatch.Status.APPLIED:
        batch = undo_batch(batch=batch, user=job.user)
    return {"status": batch.status}
