"""Addresses of the two forms, in both languages and in traditional characters."""

from django.urls import path

from statuspage.asking.views import ADDRESSES, only_me, report, thanks
from statuspage.public.languages import IN_ALL_SCRIPTS

urlpatterns = [
    path(f"{language.root}{ADDRESSES[name]}"[1:], view, {"language": language})
    for language in IN_ALL_SCRIPTS
    for name, view in (("only_me", only_me), ("report", report), ("thanks", thanks))
]
