// The folders of this project are a list: each uses only those before it. docs/architecture.md has the list, and the way of a prompt through it.
using Millrace.Worker;

return await MillraceWorker.RunAsync(args);
