"""What gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skolefleks.settings")

application = get_wsgi_application()

# Django is set up by the line above, and the examination asks its models.
from skolefleks.operations import start  # noqa: E402

start.of_the_site()

# What is loaded stays. Looking through it for garbage again and again took a
# tenth of the time of each page.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 50, 100)
