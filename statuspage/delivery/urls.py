"""Addresses by which a page's script asks to be told, in both languages."""

from django.urls import path

from statuspage.delivery.views import start, stop
from statuspage.public.languages import IN_ALL_SCRIPTS

urlpatterns = [
    path(f"{language.root}{address}"[1:], view, {"language": language})
    for language in IN_ALL_SCRIPTS
    for address, view in (("push/", start), ("push/stop/", stop))
]
