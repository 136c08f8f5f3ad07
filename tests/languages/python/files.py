import pulumi
import pulumi_files as files

from run import run


def program():
    file = files.File("note", name="note.txt", content="hello")
    pulumi.export("name", file.name)
    pulumi.export("size", file.size)


run(program)
