"""Runs a program of the Automation API."""

import json

from pulumi import automation


def run(program):
    """Deploys a program, takes it down again, and prints its outputs as JSON: of a secret no more than how long it is."""
    stack = automation.create_stack(stack_name="dev", project_name="generated", program=program)
    outputs = stack.up().outputs
    stack.destroy()
    shown = {
        name: f"secret of {len(output.value)} characters" if output.secret else output.value
        for name, output in outputs.items()
    }
    print(json.dumps(shown))
