using Millrace.Tests.Servers;

namespace Millrace.Tests.Commands;

/// <summary>A user's folder: the file of the embedded default, nothing configured, and the commands that are run there.</summary>
internal sealed class CommandFolder : IDisposable
{
    private readonly ScratchFolder folder = new("commands");

    /// <summary>The environment of every command; null removes a variable.</summary>
    public Dictionary<string, string?> Environment { get; } = new()
    {
        ["ConnectionStrings__RabbitMq"] = null,
        ["ConnectionStrings__Postgres"] = null,
        ["OPENAI_API_KEY"] = null,
        ["ANTHROPIC_API_KEY"] = null,
        ["HF_TOKEN"] = null,
        ["OLLAMA_HOST"] = null,
        ["NO_COLOR"] = null,
    };

    public CommandFolder() => Environment["Millrace__Database"] = Database;

    public string File(string name) => folder.File(name);

    public string Database => folder.File("millrace.db");

    /// <summary>Runs a command inside the tests' process.</summary>
    public Task<CommandResult> RunAsync(params string[] arguments) => LocalCommand.RunAsync(arguments, Environment);

    public Task<CommandResult> RunWithInputAsync(string input, params string[] arguments) => LocalCommand.RunAsync(arguments, Environment, input);

    /// <summary>Starts a command that is watched while it runs inside the tests' process.</summary>
    public LocalCommand Start(params string[] arguments) => LocalCommand.Start(arguments, Environment);

    /// <summary>Runs the real program.</summary>
    public Task<CommandResult> RunProcessAsync(string input, params string[] arguments) => CommandLineProcess.RunWorkerAsync(arguments, Environment, input);

    /// <summary>Starts the real program, to be interrupted or killed while it runs.</summary>
    public Task<GuardedProcess> StartProcessAsync(params string[] arguments) =>
        GuardedProcess.StartAsync(["dotnet", TestPaths.WorkerDll, .. arguments], Environment, workingDirectory: folder.Path);

    /// <summary>Runs the real program with a terminal around it: everything arrives as its output.</summary>
    public Task<CommandResult> RunInTerminalAsync(params string[] arguments) => CommandLineProcess.RunAsync(
        ["script", "-qec", string.Join(' ', new[] { "dotnet", TestPaths.WorkerDll }.Concat(arguments).Select(word => $"'{word}'")), "/dev/null"],
        new Dictionary<string, string?>(Environment) { ["TERM"] = "xterm-256color" });

    /// <summary>A command that the user has to mend says how, in words.</summary>
    public static void AssertExplained(CommandResult ended, int exitCode, string message)
    {
        Assert.Equal(exitCode, ended.ExitCode);
        Assert.Contains(message, ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", ended.Error, StringComparison.Ordinal);
        Assert.Empty(ended.Output);
    }

    public void Dispose() => folder.Dispose();
}
