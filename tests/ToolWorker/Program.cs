// A worker with tools whose effects happen outside of it, at the address in MILLRACE_TEST_DESK: a test sees each call there, holds it
// back, and kills this process in the middle of it. With a word in MILLRACE_TEST_DEADLY it dies as soon as any code of it has that word in an exception: where a
// request that has it is looked at.

using Millrace.ToolWorker;
using Millrace.Worker;

if (Environment.GetEnvironmentVariable("MILLRACE_TEST_DEADLY") is { } deadly)
{
    AppDomain.CurrentDomain.FirstChanceException += (_, first) =>
    {
        if (first.Exception.Message.Contains(deadly, StringComparison.Ordinal)) Environment.FailFast("This worker has met the deadly word.");
    };
}

return await MillraceWorker.RunAsync(args, new DeskTools(new Uri(Environment.GetEnvironmentVariable("MILLRACE_TEST_DESK")!)).AddTo);
