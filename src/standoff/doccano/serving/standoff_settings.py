"""Django settings of a doccano of one's own, read in its environment: loopback, SQLite, no worker, nothing sent out.

They stand on doccano's own production settings; the folder of the state is STANDOFF_DOCCANO_HOME.
"""

import os
from pathlib import Path

from config.settings.production import *  # noqa: F403
from config.settings.production import MIDDLEWARE

_HOME = Path(os.environ["STANDOFF_DOCCANO_HOME"])

SECRET_KEY = (_HOME / "secret_key").read_text().strip()
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
MIDDLEWARE = ["own_pages.keep_pages_here", *MIDDLEWARE]
DATABASES = {
    "default": {
        "ENGINE": "sqlite_immediate",
        "NAME": str(_HOME / "db.sqlite3"),
        "OPTIONS": {"timeout": 120},  # seconds that a writer waits for another; a large import is one transaction
        "CONN_MAX_AGE": None,
    }
}
MEDIA_ROOT = DJANGO_DRF_FILEPOND_FILE_STORE_PATH = str(_HOME / "media")
DJANGO_DRF_FILEPOND_UPLOAD_TMP = str(_HOME / "uploads")  # by default inside the installed package
DJANGO_DRF_FILEPOND_ALLOW_EXTERNAL_UPLOAD_DIR = True
# import and export run inside the request that asks for them
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_STORE_EAGER_RESULT = True
