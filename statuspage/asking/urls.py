"""Addresses of the two forms, in both languages."""

from django.urls import path

from statuspage.asking.views import only_me, report, thanks
from statuspage.public.languages import LANGUAGES

urlpatterns = [
    path(f"{language.root}{name}/"[1:], view, {"language": language.code})
    for language in LANGUAGES
    for name, view in (("only-me", only_me), ("report", report), ("report/thanks", thanks))
]
