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
from learning_models.models.decisions import (
    CODE_LENGTH,
    Certificate,
    Given,
    RecognitionDecision,
    ReviewMeeting,
    read_code,
    shown_code,
)
from learning_models.models.registrants import Rank, Registrant, UnitKind
from learning_models.models.registrations import Registration, RegistrationCount, Status

__all__ = [
    "CODE_LENGTH",
    "COUNTED_IN",
    "Area",
    "AreaOfUnit",
    "Assessment",
    "Certificate",
    "CriteriaSet",
    "Criterion",
    "Given",
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
    "read_code",
    "shown_code",
]
