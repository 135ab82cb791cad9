using System.CommandLine;
using Millrace.Contracts;

namespace Millrace.Worker.Cli;

/// <summary>Which tools the model may call, on a command line.</summary>
internal sealed class ToolArguments
{
    private readonly Option<string[]> tools = new("--tool") { Description = "A tool that the model may call, repeatable; '*' at the end stands for all that begin so. Default: none." };

    private readonly Option<int?> maxSteps = new("--max-steps") { Description = "The most times the model is asked while it calls tools, 1 to 100. Default: 10." };

    public void AddTo(Command command)
    {
        command.Add(tools);
        command.Add(maxSteps);
    }

    public Func<GenerateRequested, GenerateRequested> Read(ParseResult parsed)
    {
        var (named, steps) = (parsed.GetValue(tools), parsed.GetValue(maxSteps));
        return request => request with { Tools = named is { Length: > 0 } ? named : null, MaxSteps = steps };
    }
}
