from learning_models.models.assessments import Assessment
from learning_models.models.criteria import (
    COUNTED_IN,
    Area,
    AreaOfUnit,
    CriteriaSet,
    Criterion,
    LearningModel,
    PassMark,
    RecognisingAuthority,
)
from learning_models.models.decisions import Certificate, RecognitionDecision, ReviewMeeting
from learning_models.models.registrants import Rank, Registrant, UnitKind
from learning_models.models.registrations import Registration, RegistrationCount, Status

__all__ = [
    "COUNTED_IN",
    "Area",
    "AreaOfUnit",
    "Assessment",
    "Certificate",
    "CriteriaSet",
    "Criterion",
    "LearningModel",
    "PassMark",
    "Rank",
    "RecognisingAuthority",
    "RecognitionDecision",
    "Registrant",
    "Registration",
    "RegistrationCount",
    "ReviewMeeting",
    "Status",
    "UnitKind",
]
