"""The document's Python listings, with their indentation restored, the host an argument, and, where `requests` is not
installed, the standard library in its place. `get_voter_status` is listed in Ruby only: it is put into Python here.

Usage: document_clients.py URL FUNCTION ARGUMENT... ; prints what the function returns.
"""

import base64
import hashlib
import hmac
import json
import sys
import time
import urllib.request
from urllib.parse import urlencode

try:
    import requests
except ImportError:

    class requests:
        @staticmethod
        def get(uri):
            return Response(urllib.request.urlopen(uri))

        @staticmethod
        def post(uri, data, headers):
            return Response(urllib.request.urlopen(urllib.request.Request(uri, data.encode(), headers)))

    class Response:
        def __init__(self, response):
            self.content = response.read()


HOST = sys.argv[1]


def get_election_list(oid, identifier, secret_token):
    url = HOST + '/integrations/v2/elections'
    query_values = {
        'exp': int(time.time()),
        'identifier': identifier,
        'oid': oid
    }
    message = urlencode(query_values)
    signature = base64.urlsafe_b64encode(
        hmac.new(secret_token.encode(), message.encode(), hashlib.sha256).digest()
    ).decode()
    query_values['signature'] = signature
    message = urlencode(query_values)
    uri = url + '?' + message
    return requests.get(uri).content


def generate_vote_anchor(secret_key, eid, mid):
    url = HOST + '/integrations/v1/sso'
    query_values = {
        'eid': eid,
        'exp': int(time.time()),
        'mid': mid
    }
    message = urlencode(query_values)
    signature = base64.urlsafe_b64encode(
        hmac.new(secret_key.encode(), message.encode(), hashlib.sha256).digest()
    ).decode()
    query_values['signature'] = signature
    message = urlencode(query_values)
    uri = url + '?' + message
    return "<a href='" + uri + "' class='electionbuddy-vote-button'>Vote now</a>"


def get_voter_status(path, query_values, secret):
    message = urlencode(query_values)
    signature = base64.urlsafe_b64encode(
        hmac.new(secret.encode(), message.encode(), hashlib.sha256).digest()
    ).decode()
    query_values['signature'] = signature
    headers = {'Accept': 'application/json', 'Content-Type': 'application/x-www-form-urlencoded'}
    return requests.post(HOST + path, data=urlencode(query_values), headers=headers).content


def get_voter_status_v2(oid, identifier, secret_token):
    query_values = {'exp': int(time.time()), 'identifier': identifier, 'oid': oid}
    return get_voter_status('/integrations/v2/elections', query_values, secret_token)


def get_voter_status_v1(secret_key, eid, mid):
    query_values = {'eid': eid, 'exp': int(time.time()), 'mid': mid}
    return get_voter_status('/sso', query_values, secret_key)


returned = globals()[sys.argv[2]](*sys.argv[3:])
sys.stdout.buffer.write(returned if isinstance(returned, bytes) else returned.encode())
