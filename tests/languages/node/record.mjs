// A program that passes every kind of value to the provider `mirror`, through the whole life of its resources.
//
//     node record.mjs
//
// The log named by PULUMI_DEBUG_GRPC then holds how the engine encodes these values. All secrets are made up. Started in a
// folder of its own, as assets are named by relative paths so that the log names no folder of this machine.

import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";

import * as pulumi from "@pulumi/pulumi";
import * as automation from "@pulumi/pulumi/automation/index.js";

writeFileSync("asset.txt", "the text of a file\n");
// Two empty blocks are an empty tar archive.
const archive = gzipSync(Buffer.alloc(1024));
writeFileSync("archive.tar.gz", archive);
const elsewhere = createServer((request, reply) => reply.end(request.url.endsWith(".gz") ? archive : "from elsewhere"));
await new Promise((ready) => elsewhere.listen(0, "127.0.0.1", ready));
const url = `http://127.0.0.1:${elsewhere.address().port}`;

/** A resource whose property `value` comes back as it was given. */
class Mirror extends pulumi.CustomResource {
    constructor(name, value, options) {
        super("mirror:index:Mirror", name, { value }, options);
    }
}

const { asset } = pulumi;

/** Values that need no other resource; `edition` changes some of them. */
const plain = (edition) => ({
    edition,
    null: null,
    yes: true,
    no: false,
    numbers: [0, -0, 1, -1.5, 0.1, 1e-7, 1e300, 2 ** 53, -(2 ** 53), 5e-324],
    texts: ["", " ", "ä€😀", "line\nline", "\u0000", "\"quoted\"", "a".repeat(300)],
    lists: [[], [[]], [null, [null]], [1, "two", false]],
    objects: { empty: {}, "a.b": { "c[0]": 1 }, "": "no name", 'with "quotes"': 2, __inside: 3 },
    secret: pulumi.secret("a made-up secret"),
    secrets: {
        number: pulumi.secret(7),
        null: pulumi.secret(null),
        list: pulumi.secret(["made up", "too"]),
        inList: ["plain", pulumi.secret("made up in a list")],
        object: pulumi.secret({ inner: pulumi.secret("made up twice"), outer: 1 }),
        deep: { a: [{ b: { c: pulumi.secret({ d: [edition] }) } }] },
    },
    assets: {
        text: new asset.StringAsset("the text of an asset"),
        file: new asset.FileAsset("./asset.txt"),
        remote: new asset.RemoteAsset(`${url}/asset.txt`),
        secret: pulumi.secret(new asset.StringAsset("a made-up secret text")),
    },
    archives: {
        file: new asset.FileArchive("./archive.tar.gz"),
        remote: new asset.RemoteArchive(`${url}/archive.tar.gz`),
        members: new asset.AssetArchive({
            "a.txt": new asset.StringAsset("a"),
            "b/c.txt": new asset.FileAsset("./asset.txt"),
            inner: new asset.AssetArchive({ "d.txt": new asset.StringAsset(`${edition}`) }),
            packed: new asset.FileArchive("./archive.tar.gz"),
        }),
        empty: new asset.AssetArchive({}),
    },
});

const program = (edition) => async () => {
    const provider = new pulumi.ProviderResource("mirror", "configured", {
        text: "plain",
        key: pulumi.secret("a made-up calling key"),
        nested: pulumi.output({ list: [1, pulumi.secret("made up in the configuration")] }).apply(JSON.stringify),
    });
    const first = new Mirror("first", plain(edition), { provider });
    const second = new Mirror(
        "second",
        {
            id: first.id,
            urn: first.urn,
            value: first.value,
            text: pulumi.interpolate`after ${first.id}`,
            secret: pulumi.secret(first.id),
            list: [first.id, { deep: pulumi.secret(first.urn) }],
            resource: first,
            resources: [first, pulumi.secret(first)],
            provider,
        },
        { provider },
    );
    const looked = pulumi.runtime.invoke(
        "mirror:index:mirror",
        { plain: 1, secret: pulumi.secret("made up for a function"), of: second.id },
        { provider },
    );
    const called = pulumi.runtime.call(
        "mirror:index:Mirror/reflect",
        {
            __self__: first,
            known: first.value,
            unknown: first.id,
            secret: pulumi.secret([first.id, second.urn]),
            list: [{ deep: second.id }, pulumi.secret("made up for a call")],
        },
        first,
    );
    return { called, first: first.value, second: second.value, looked, secret: pulumi.secret({ made: "up" }) };
};

const stack = await automation.LocalWorkspace.createStack({ stackName: "dev", projectName: "recording", program: program(1) });
const quiet = { onOutput: () => {} };
await stack.preview(quiet);
await stack.up(quiet);
await stack.refresh(quiet);
stack.workspace.program = program(2);
await stack.preview(quiet);
await stack.up(quiet);
await stack.destroy(quiet);
elsewhere.close();
