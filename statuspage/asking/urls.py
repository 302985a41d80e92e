"""Addresses of the two forms, in both languages."""

from django.urls import path

from statuspage.asking.views import ROOTS, only_me, report, thanks

urlpatterns = [
    path(f"{root}{name}/"[1:], view, {"language": language})
    for language, root in ROOTS.items()
    for name, view in (("only-me", only_me), ("report", report), ("report/thanks", thanks))
]
