// What users of the official client do, against the gateway whose address is the first argument. The second one names the scenario, further ones are its
// own. Each prints one JSON value.
import OpenAI, { toFile } from "openai";

const [, , baseURL, scenario, ...rest] = process.argv;
const client = new OpenAI({ baseURL: `${baseURL}v1`, apiKey: process.env.OPENAI_API_KEY ?? "any", maxRetries: 0 });
const fast = "simulated/default?interval=1ms&words=12";
const endless = "simulated/default?interval=40ms&words=150&stallAfter=20"; // until it is cancelled
const weather = {
  name: "get_weather",
  description: "The weather in a city.",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false },
};
const calling = `simulated/default?interval=1ms&words=12&call=get_weather&arguments={"city":"Paris"}`;

const scenarios = {
  async models() {
    const ids = [];
    for await (const model of client.models.list()) ids.push(model.id);
    return { ids, one: await client.models.retrieve("simulated/default"), unknown: await refused(() => client.models.retrieve("nobody/nothing")) };
  },

  async chat() {
    const whole = await client.chat.completions.create({ model: fast, messages: [{ role: "user", content: "Hello." }] });
    const stream = client.chat.completions.stream({ model: fast, messages: [{ role: "user", content: "Hello." }], stream_options: { include_usage: true } });
    let pieces = 0, text = "";
    stream.on("content", (delta) => { pieces++; text += delta; });
    const streamed = await stream.finalChatCompletion();
    return { whole, streamed, pieces, text };
  },

  async tools() {
    const cities = [];
    const tools = [{ type: "function", function: { ...weather, parse: JSON.parse, function: ({ city }) => { cities.push(city); return `Sunny in ${city}.`; } } }];
    const run = (stream) => client.chat.completions.runTools({ model: calling, stream, messages: [{ role: "user", content: "The weather?" }], tools });
    const whole = run(false), text = await whole.finalContent();
    const live = run(true), streamed = await live.finalContent();
    return { cities, text, streamed, roles: whole.messages.map((message) => message.role) };
  },

  async errors() {
    const messages = [{ role: "user", content: "x" }];
    return {
      model: await refused(() => client.chat.completions.create({ model: "nobody/nothing", messages })),
      several: await refused(() => client.chat.completions.create({ model: fast, messages, n: 2 })),
      hot: await refused(() => client.chat.completions.create({ model: fast, messages, temperature: 5 })),
      limited: await refused(() => client.chat.completions.create({ model: "simulated/default?fail=QuotaExceeded", messages })),
      middle: await refused(async () => {
        for await (const _ of await client.chat.completions.create({ model: "simulated/default?fail=Authentication&failAfter=3&words=9&interval=60ms", messages, stream: true }));
      }),
      response: await refused(() => client.responses.retrieve("resp_00000000000000000000000000000000")),
    };
  },

  async responses() {
    const first = await client.responses.create({ model: fast, input: "Hello.", instructions: "Be short.", metadata: { a: "b" } });
    const second = await client.responses.create({ model: fast, input: "And?", previous_response_id: first.id });
    const types = [];
    const stream = client.responses.stream({ model: fast, input: "Hello." });
    for await (const event of stream) types.push(event.type);
    const streamed = await stream.finalResponse();
    const again = await client.responses.retrieve(streamed.id);
    const items = await client.responses.inputItems.list(second.id);
    await client.responses.delete(first.id);
    return { first, second, types, streamed, again, items: items.data, deleted: await refused(() => client.responses.retrieve(first.id)) };
  },

  async responseTools() {
    const tools = [{ type: "function", strict: true, ...weather }];
    const stream = client.responses.stream({ model: calling, input: "The weather?", tools });
    const done = [];
    stream.on("response.function_call_arguments.done", (event) => done.push(event));
    const asked = await stream.finalResponse();
    const call = asked.output.find((item) => item.type === "function_call");
    const answered = await client.responses.create({
      model: calling, tools, previous_response_id: asked.id,
      input: [{ type: "function_call_output", call_id: call.call_id, output: "Sunny." }],
    });
    return { call, done, answered: answered.output_text, items: (await client.responses.inputItems.list(answered.id)).data };
  },

  async background() {
    let response = await client.responses.create({ model: fast, input: "Hello.", background: true });
    const statuses = [response.status];
    while (response.status === "queued" || response.status === "in_progress") {
      response = await client.responses.retrieve(response.id);
      statuses.push(response.status);
    }
    return { statuses, text: response.output_text, usage: response.usage };
  },

  async cancel() {
    const started = await client.responses.create({ model: endless, input: "Hello.", background: true, stream: true });
    const seen = [];
    let id;
    for await (const event of started) {
      seen.push(event.type);
      id ??= event.response?.id;
      if (event.type === "response.output_text.delta" && seen.filter((type) => type === event.type).length === 3) await client.responses.cancel(id);
    }
    const [cancelled, twice] = [await client.responses.retrieve(id), await client.responses.cancel(id)];
    const foreground = await client.responses.create({ model: fast, input: "x" });
    return { last: seen.at(-1), cancelled, twice: twice.status, foreground: await refused(() => client.responses.cancel(foreground.id)) };
  },

  async batches() {
    const file = await client.files.create({ file: await jsonl([line("a", fast), line("b", fast), line("c", "simulated/default?fail=Authentication")]), purpose: "batch", expires_after: { anchor: "created_at", seconds: 7200 } });
    const created = await client.batches.create({ input_file_id: file.id, endpoint: "/v1/chat/completions", completion_window: "24h", metadata: { job: "17" } });
    const ended = await until(created, (batch) => batch.status === "completed");
    const [output, errors] = await Promise.all([ended.output_file_id, ended.error_file_id].map(read));
    const outputFile = await client.files.retrieve(ended.output_file_id);
    const listed = [], files = [];
    for await (const batch of client.batches.list({ limit: 1 })) listed.push(batch.id);
    for await (const one of client.files.list({ purpose: "batch_output" })) files.push(one.id);
    const input = await read(file.id);
    const deleted = [await client.files.delete(file.id), await client.files.delete(ended.error_file_id)];
    return {
      file, created, ended, output, errors, outputFile, listed, files, input, deleted,
      gone: await refused(() => client.files.retrieve(file.id)),
      noBatch: await refused(() => client.batches.retrieve("batch_123")),
      purpose: await refused(async () => client.files.create({ file: await jsonl([line("a", fast)]), purpose: "fine-tune" })),
    };
  },

  async cancelBatch() {
    const file = await client.files.create({ file: await jsonl([line("quick", fast), line("slow", endless), line("slower", endless)]), purpose: "batch" });
    const created = await client.batches.create({ input_file_id: file.id, endpoint: "/v1/chat/completions", completion_window: "24h" });
    await until(created, (batch) => batch.request_counts.completed === 1);
    const told = await client.batches.cancel(created.id);
    const ended = await until(told, (batch) => batch.status === "cancelled");
    return { told: told.status, ended, output: await read(ended.output_file_id), errors: await read(ended.error_file_id), twice: (await client.batches.cancel(created.id)).status };
  },

  async badBatch() {
    const file = await client.files.create({ file: await jsonl([line("a", fast), line("a", fast)]), purpose: "batch" });
    return until(await client.batches.create({ input_file_id: file.id, endpoint: "/v1/chat/completions", completion_window: "24h" }), (batch) => batch.status === "failed");
  },

  // Reads a background stream up to its first words and leaves.
  async begin(model) {
    const events = [];
    for await (const event of await client.responses.create({ model, input: "Hello.", background: true, stream: true })) {
      events.push(event);
      if (event.type === "response.output_text.delta") break;
    }
    return events;
  },

  // Goes on behind an event, to the end; and reads all of it again.
  async resume(id, after) {
    const rest = [], all = [];
    for await (const event of await client.responses.retrieve(id, { stream: true, starting_after: Number(after) })) rest.push(event);
    for await (const event of await client.responses.retrieve(id, { stream: true })) all.push(event);
    return { rest, all, final: await client.responses.stream({ response_id: id, starting_after: Number(after) }).finalResponse() };
  },
};

const line = (custom_id, model) => ({ custom_id, method: "POST", url: "/v1/chat/completions", body: { model, messages: [{ role: "user", content: "Hello." }] } });
const jsonl = (lines) => toFile(Buffer.from(lines.map((one) => JSON.stringify(one)).join("\n")), "lines.jsonl");

async function read(id) {
  return (await (await client.files.content(id)).text()).trim().split("\n").map((text) => JSON.parse(text));
}

// Polls a batch, as long as the test's process may run.
async function until(batch, holds) {
  for (; !holds(batch); batch = await client.batches.retrieve(batch.id)) await new Promise((resume) => setTimeout(resume, 50));
  return batch;
}

async function refused(call) {
  try {
    await call();
  } catch (error) {
    return { kind: error.constructor.name, status: error.status ?? null, code: error.code ?? null, param: error.param ?? null, message: error.message };
  }
  throw new Error("It was not refused.");
}

console.log(JSON.stringify(await scenarios[scenario](...rest)));
