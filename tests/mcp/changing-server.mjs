// A server that does what no good server does: it changes its tools, fails, hangs and dies, as it is told.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";

const server = new McpServer({ name: "changing", version: "1.0.0" });
const text = (value) => ({ content: [{ type: "text", text: String(value) }] });
let abandoned = 0;

server.registerTool("odd name/1", { description: "Has a name that no provider takes." }, () => text("odd"));
server.registerTool("fail", { description: "Fails." }, () => ({ ...text("the disk is full"), isError: true }));
server.registerTool("pid", { description: "Tells its process." }, () => text(process.pid));
server.registerTool("quit", { description: "Ends the server in the middle of the call." }, () => process.exit(3));
server.registerTool("abandoned", { description: "Counts the calls that were given up." }, () => text(abandoned));
server.registerTool("grow", { description: "Adds a tool." }, () => {
    server.registerTool("grown", { description: "Was not there at first." }, () => text("grown"));
    return text("one more");
});
server.registerTool("hang", { description: "Answers when nobody listens any more." }, (extra) => new Promise((resolve) => {
    extra.signal.addEventListener("abort", () => {
        abandoned++;
        resolve(text("late"));
    });
}));

await server.connect(new StdioServerTransport());
