import { LocalWorkspace, type PulumiFn } from "@pulumi/pulumi/automation";

/** Deploys a program, takes it down again, and prints its outputs as JSON: of a secret no more than how long it is. */
export async function run(program: PulumiFn): Promise<void> {
    const quiet = { onOutput: () => {} };
    const stack = await LocalWorkspace.createStack({ stackName: "dev", projectName: "generated", program });
    const { outputs } = await stack.up(quiet);
    await stack.destroy(quiet);
    const shown = Object.entries(outputs).map(([name, { value, secret }]) => [
        name,
        secret ? `secret of ${value.length} characters` : value,
    ]);
    console.log(JSON.stringify(Object.fromEntries(shown)));
}
