"""Addresses that are not answered from the snapshot."""

from django.contrib import admin
from django.urls import path

from statuspage.public.views import metrics

urlpatterns = [path("admin/", admin.site.urls), path("metrics", metrics)]
