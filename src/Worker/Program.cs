// The way of a request, folder by folder:
//   Intake     a message becomes a row, once, and a ticket on its lane
//   Lanes      tickets wait by provider and class; a worker takes as many as it has slots
//   Runs       claim, prompt, provider call, retry or fallback, finish
//   Forms      the form that a request asks for: checked, and asked for again
//   Providers  one configured endpoint each: adapter, guard, circuit, pooled connections
//   Chunks     what the model streams: coalesced, logged, then published
//   Events     what leaves: the topic exchange, deterministic ids, the announcement of the end
//   Sessions   what came before and what stays: the history of a prompt, the messages of a turn, and what is asked of a session itself
//   Attachments   pictures and files: their rules, their stored bytes, and how a model gets them
//   Models     what each model may hold and can do; Capabilities tells it to who asks
//   Cancel, Replay, Sweep, Fleet   ending on request, reading again, what fell through, who is alive
// and around it Hosting (settings, buses, health) and Commands (the verbs).

using Millrace.Worker.Commands;

return await CommandLine.RunAsync(args);
