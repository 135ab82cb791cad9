// What users of the AI SDK do with its OpenAI provider as it is, against the gateway whose address is the first argument: two turns with a tool, in which the
// second turn sends the messages of the first. Prints one JSON value.
import { createOpenAI } from "@ai-sdk/openai";
import { generateText, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";

const [, , baseURL] = process.argv;
const bodies = [];
const openai = createOpenAI({
  baseURL: `${baseURL}v1`,
  apiKey: process.env.OPENAI_API_KEY ?? "any",
  fetch: (url, init) => {
    bodies.push(JSON.parse(init.body));
    return fetch(url, init);
  },
});
const model = openai(`simulated/default?interval=1ms&words=12&call=get_weather&arguments={"city":"Paris"}`); // its default: responses
const cities = [];
const tools = {
  get_weather: tool({
    description: "The weather in a city.",
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => {
      cities.push(city);
      return `Sunny in ${city}.`;
    },
  }),
};
const stopWhen = stepCountIs(3);

const messages = [{ role: "user", content: "The weather?" }];
const first = await generateText({ model, tools, stopWhen, messages });
messages.push(...first.response.messages, { role: "user", content: "And tomorrow?" });
const second = streamText({ model, tools, stopWhen, messages, maxRetries: 0, onError: ({ error }) => { throw error; } });
let streamed = "";
for await (const piece of second.textStream) streamed += piece;

const named = bodies.map((body) => body.input.filter((item) => item.type === "item_reference").map((item) => item.id.split("_")[0]));
console.log(JSON.stringify({ text: first.text, streamed, cities, named }));
