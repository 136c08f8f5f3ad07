import * as keys from "pulumi-descope-keys";

import { run } from "./run";

run(async () => {
    const key = new keys.ManagementKey("ci", {
        name: "CI",
        permittedIps: ["192.0.2.0/24"],
        rebac: { projectRoles: [{ projectIds: ["P2abc"], roles: ["project-read-only"] }] },
    });
    return { name: key.name, cleartext: key.cleartext };
});
