"""Makes the calls it reads from standard input with the official Python client, and prints what came of each.

Input is an array of calls: `{"call": "create", "name": "ci", …}`. A key is named by its id, or by the name under
which an earlier call made it. `as` makes the call with the secret of such a key, or with one that nobody knows.
DESCOPE_PROJECT_ID, DESCOPE_MANAGEMENT_KEY and DESCOPE_BASE_URI say where to call, and as whom.

Output is one object, `{"version", "outcomes"}`. An outcome is `{"reply"}` (a key, an array of keys, or the reply as it
came), `{"status", "error"}` or, when the client refuses to send, `{"unsent"}`. `retryAfter`, in seconds, stands in
`error`. Secrets are cut to their first two letters.
"""

import json
import os
import sys
from importlib.metadata import version

from descope import AuthException, DescopeClient, RateLimitException
from descope.management.common import MgmtKeyProjectRole, MgmtKeyReBac, MgmtKeyStatus, MgmtKeyTagRole

UNKNOWN_SECRET = "K2" + "0" * 48

ids = {}
secrets = {}


def connect(secret=None):
    # For its management part, the client does not read the project id from the environment.
    return DescopeClient(project_id=os.environ["DESCOPE_PROJECT_ID"], management_key=secret)


own = connect()


def rebac(value):
    if value is None:
        return None
    projects = value.get("projectRoles")
    tags = value.get("tagRoles")
    return MgmtKeyReBac(
        value.get("companyRoles"),
        projects and [MgmtKeyProjectRole(grant["projectIds"], grant["roles"]) for grant in projects],
        tags and [MgmtKeyTagRole(grant["tags"], grant["roles"]) for grant in tags],
    )


def create(keys, call):
    reply = keys.create(
        call["name"],
        rebac(call.get("reBac")),
        call.get("description"),
        call.get("expiresIn", 0),
        call.get("permittedIps"),
    )
    ids[call["name"]] = reply["key"]["id"]
    secrets[call["name"]] = reply["cleartext"]
    return {**reply, "cleartext": reply["cleartext"][:2]}


def update(keys, call):
    status = call.get("status")
    reply = keys.update(
        ids.get(call["id"], call["id"]),
        call["name"],
        call["description"],
        call.get("permittedIps"),
        status and MgmtKeyStatus(status),
    )
    return reply["key"]


CALLS = {
    "create": create,
    "update": update,
    "load": lambda keys, call: keys.load(ids.get(call["id"], call["id"]))["key"],
    "delete": lambda keys, call: keys.delete([ids.get(name, name) for name in call["ids"]]),
    "search": lambda keys, call: keys.search()["keys"],
}


def outcome(call):
    client = connect(secrets.get(call["as"], UNKNOWN_SECRET)) if "as" in call else own
    try:
        return {"reply": CALLS[call["call"]](client.mgmt.management_key, call)}
    except AuthException as error:
        return {"status": error.status_code, "error": json.loads(error.error_message)}
    except RateLimitException as error:
        # Its `status_code` is the error code of the reply.
        told = {
            "errorCode": error.status_code,
            "errorDescription": error.error_description,
            "errorMessage": error.error_message,
            "retryAfter": error.rate_limit_parameters["Retry-After"],
        }
        return {"status": 429, "error": told}
    except ValueError as error:
        return {"unsent": str(error)}


outcomes = [outcome(call) for call in json.load(sys.stdin)]
json.dump({"version": version("descope"), "outcomes": outcomes}, sys.stdout)
