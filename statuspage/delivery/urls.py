"""Addresses by which a page's script asks to be told, in both languages."""

from django.urls import path

from statuspage.delivery.views import start, stop
from statuspage.public.languages import LANGUAGES

urlpatterns = [
    path(f"{language.root}{address}"[1:], view, {"language": language})
    for language in LANGUAGES
    for address, view in (("push/", start), ("push/stop/", stop))
]
