// Talks to the gateway with OpenAI's own client: npm install openai; node openai.mjs http://127.0.0.1:8080/v1 "Why is the sky blue?"
import OpenAI from "openai";

const [, , baseURL, input] = process.argv;
const model = process.env.MILLRACE_MODEL ?? "simulated/default"; // provider/model, or an alias of the gateway's
const client = new OpenAI({ baseURL, apiKey: process.env.MILLRACE_API_KEY ?? "none is needed on loopback" });

// A background response outlives its reader, the gateway and the worker; who comes back names the last event that it has.
let id, last = -1, ended = false;
while (!ended) {
  try {
    const stream = id
      ? await client.responses.retrieve(id, { stream: true, starting_after: last })
      : await client.responses.create({ model, input, background: true, stream: true });
    for await (const event of stream) {
      last = event.sequence_number;
      if (event.type === "response.created") id = event.response.id;
      if (event.type === "response.output_text.delta") process.stdout.write(event.delta);
      ended ||= ["response.completed", "response.incomplete", "response.failed"].includes(event.type);
    }
  } catch (error) {
    if (!id || error.status) throw error; // an answer of the server; a lost connection has no status
    await new Promise((resume) => setTimeout(resume, 500));
  }
}
console.log();
