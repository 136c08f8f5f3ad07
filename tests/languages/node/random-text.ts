import * as random from "pulumi-random-text";

import { run } from "./run";

run(async () => {
    const provider = new random.Provider("letters", { alphabet: "abc" });
    const text = new random.Text("motto", { label: "a motto", length: 12 }, { provider });
    const counted = random.countCharactersOutput({ text: text.label }, { provider });
    return { label: text.label, result: text.result, count: counted.count };
});
