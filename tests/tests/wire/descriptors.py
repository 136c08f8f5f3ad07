"""Writes the protocol's descriptors as Pulumi's Python package ships them: a serialized FileDescriptorSet."""

import sys

from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.rpc import status_pb2
from pulumi.runtime.proto import engine_pb2, errors_pb2, plugin_pb2, provider_pb2

files = FileDescriptorSet()
seen = set()


def add(file):
    if file.name not in seen:
        seen.add(file.name)
        for dependency in file.dependencies:
            add(dependency)
        file.CopyToProto(files.file.add())


for module in (engine_pb2, errors_pb2, plugin_pb2, provider_pb2, status_pb2):
    add(module.DESCRIPTOR)

sys.stdout.buffer.write(files.SerializeToString(deterministic=True))
