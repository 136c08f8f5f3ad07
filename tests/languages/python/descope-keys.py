import pulumi
import pulumi_descope_keys as keys

from run import run


def program():
    key = keys.ManagementKey(
        "ci",
        name="CI",
        permitted_ips=["192.0.2.0/24"],
        rebac={"project_roles": [{"project_ids": ["P2abc"], "roles": ["project-read-only"]}]},
    )
    pulumi.export("name", key.name)
    pulumi.export("cleartext", key.cleartext)


run(program)
