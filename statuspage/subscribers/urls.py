"""Addresses of the pages on which mails are asked for and stopped, in both languages and all characters."""

from django.urls import path

from statuspage.public.languages import IN_ALL_SCRIPTS
from statuspage.subscribers.views import (
    BASE,
    confirm_page,
    manage_page,
    sent_page,
    stop_page,
    subscribe_page,
)

PAGES = (
    ("", subscribe_page),
    ("sent/", sent_page),
    ("confirm/<slug:token>/", confirm_page),
    ("manage/<slug:token>/", manage_page),
    ("stop/<slug:token>/", stop_page),
)
urlpatterns = [
    path(f"{language.root}{BASE}{address}"[1:], view, {"language": language})
    for language in IN_ALL_SCRIPTS
    for address, view in PAGES
]
