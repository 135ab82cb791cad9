// The way of a request, folder by folder:
//   Intake     a message becomes a row, once, and a ticket on its lane
//   Batches    files of thousands of requests, and all other bulk work: checked, let go in fair turns, counted
//   Lanes      tickets wait by provider and class; a worker takes as many as it has slots
//   Limits     what providers allow, kept by the whole fleet: a call waits for its turn, in place or parked
//   Runs       claim, step after step of provider call and tools, retry or fallback, finish
//   Reuse      the recorded answer to the same question, for requests that allow it
//   Prompts    what the model gets to see, in the form that its provider knows
//   Forms      the form that a request asks for: checked, and asked for again
//   Providers  one configured endpoint each: adapter, guard, circuit, pooled connections
//   Tools      what the model may call: the round of a step's calls, made here, by another service, or after a person's consent; Mcp adds the
//              tools of servers, ToolAnswers takes what comes back from outside for a call, and the tools that other services offer
//   Chunks     what the model streams: coalesced, logged, then published
//   Events     what leaves: the topic exchange, deterministic ids, the announcement of the end
//   Sessions   what came before and what stays: the history of a prompt, the messages of a turn, and what is asked of a session itself
//   Attachments  pictures and files: their rules, their stored bytes, and how a model gets them
//   Models     what each model may hold and can do; Capabilities tells it to who asks
//   Budgets    money: held before a call, given back or spent after it
//   Cancel, Replay, Sweep, Fleet   ending on request, reading again, what fell through, who is alive
// and around it Hosting (settings, buses, health), Telemetry (spans, meters, who gets them) and Commands (the verbs).

using Millrace.Worker;

return await MillraceWorker.RunAsync(args);
