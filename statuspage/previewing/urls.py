"""Where forms of the admin are previewed; before the admin's own addresses."""

from django.contrib import admin
from django.urls import path

from statuspage.previewing.views import preview

urlpatterns = [
    path("admin/preview/<str:model>/", admin.site.admin_view(preview), name="preview-new"),
    path("admin/preview/<str:model>/<int:pk>/", admin.site.admin_view(preview), name="preview"),
]
