"""Django settings of a doccano for a team (compose.yaml): doccano's own, from the environment, and nothing sent out."""

from pathlib import Path

from config.settings.production import *  # noqa: F403
from config.settings.production import MEDIA_ROOT, MIDDLEWARE

MIDDLEWARE = ["own_pages.keep_pages_here", *MIDDLEWARE]
# the web process takes files in and the worker reads them: beside the media, on the volume that both have
DJANGO_DRF_FILEPOND_UPLOAD_TMP = str(Path(MEDIA_ROOT).parent / "uploads")
DJANGO_DRF_FILEPOND_ALLOW_EXTERNAL_UPLOAD_DIR = True
