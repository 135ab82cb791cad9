namespace Millrace.Tests.Servers;

/// <summary>The container engine, if one answers. A client without an engine does not count.</summary>
internal static class DockerEngine
{
    private static readonly Task<bool> Answer = AskAsync();

    public static Task<bool> AnswersAsync() => Answer;

    public static async Task<string> RunAsync(params string[] arguments) =>
        (await CommandLineProcess.RunAsync(["docker", .. arguments])).OutputOrThrow($"docker {arguments[0]}");

    private static async Task<bool> AskAsync()
    {
        var answer = await CommandLineProcess.RunAsync(["docker", "version", "--format", "{{.Server.Version}}"]);
        return answer.ExitCode == 0;
    }
}
