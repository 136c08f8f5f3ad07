import * as files from "pulumi-files";

import { run } from "./run";

run(async () => {
    const file = new files.File("note", { name: "note.txt", content: "hello" });
    return { name: file.name, size: file.size };
});
