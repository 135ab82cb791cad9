// A server that answers what no reader expects: it speaks the protocol by hand, a line a message, because a library would refuse to send this.
import { createInterface } from "node:readline";

const annotations = { audience: ["user", "assistant", "auditor"], priority: "high", lastModified: "yesterday" };
const picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const answers = {
    annotated: { content: [{ type: "text", text: "noted", annotations }] },
    linked: { content: [{ type: "resource_link", uri: "file:///a", name: "a", size: "big", annotations }] },
    twice: { content: [{ type: "text", text: "two rows" }], structuredContent: { rows: [1, 2] } },
    structured: { content: [], structuredContent: { rows: [1, 2], picture, shot: { type: "image", data: picture, mimeType: "image/png" } } },
    newer: { content: [{ type: "hologram", data: picture }] },
    unreadable: "a text where an object belongs",
};
const object = { type: "object" };
const tools = [
    ...Object.keys(answers).map((name) => ({ name, description: name, inputSchema: object })),
    { name: "hinted", inputSchema: object, annotations: { readOnlyHint: "perhaps" } },
    { name: "long", inputSchema: object, execution: { taskSupport: "required" } },
];

const say = (message) => process.stdout.write(JSON.stringify({ jsonrpc: "2.0", ...message }) + "\n");
const replies = {
    initialize: () => ({ protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo: { name: "odd", version: "1.0.0" } }),
    "tools/list": ({ cursor }) => (cursor ? { tools: tools.slice(3) } : { tools: tools.slice(0, 3), nextCursor: "3" }),
    "tools/call": ({ name }) => answers[name],
    ping: () => ({}),
};

createInterface({ input: process.stdin }).on("line", (line) => {
    const { id, method, params } = JSON.parse(line);
    if (id === undefined) return;
    if (replies[method]) say({ id, result: replies[method](params ?? {}) });
    else say({ id, error: { code: -32601, message: `There is no ${method}.` } });
});
