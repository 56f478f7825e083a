"""The permissions of this app, as views and panels ask for them."""

VIEW = "learning_models.view_registration"
CHANGE = "learning_models.change_registration"
DECIDE = "learning_models.change_recognitiondecision"
