"""twarc2 as it is, but that it asks the server X_API_BASE_URL instead of X, whose address it has written in its code."""

import os

import requests

request = requests.Session.request


def elsewhere(self, method, url, *args, **kwargs):
    return request(self, method, url.replace("https://api.twitter.com", os.environ["X_API_BASE_URL"], 1), *args, **kwargs)


requests.Session.request = elsewhere

from twarc.command2 import twarc2  # noqa: E402

twarc2()
