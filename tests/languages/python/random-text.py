import pulumi
import pulumi_random_text as random_text

from run import run


def program():
    provider = random_text.Provider("letters", alphabet="abc")
    text = random_text.Text("motto", label="a motto", length=12, opts=pulumi.ResourceOptions(provider=provider))
    counted = random_text.count_characters_output(text=text.label, opts=pulumi.InvokeOptions(provider=provider))
    pulumi.export("label", text.label)
    pulumi.export("result", text.result)
    pulumi.export("count", counted.count)


run(program)
