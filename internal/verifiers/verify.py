"""Verifies webhooks with the library for Python: one in each line, as JSON."""

import base64
import json
import sys

from standardwebhooks import Webhook, WebhookVerificationError

for line in sys.stdin:
    attempt = json.loads(line)
    body = base64.b64decode(attempt["body"] or "")
    try:
        Webhook(attempt["secret"]).verify(body, attempt["headers"], json_parse=False)
    except WebhookVerificationError as error:
        print(error, flush=True)
    else:
        print("ok", flush=True)
