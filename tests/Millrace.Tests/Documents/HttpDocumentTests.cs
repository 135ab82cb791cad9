using System.Text.RegularExpressions;
using Millrace.Contracts;
using Millrace.Dialects.Errors;
using Millrace.Tests.Gateway;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Documents;

/// <summary>What <c>docs/http.md</c> shows works.</summary>
[Integration]
public sealed partial class HttpDocumentTests(GatewayAlone given) : IClassFixture<GatewayAlone>
{
    private static readonly string Document = File.ReadAllText(Path.Combine(TestPaths.Repository, "docs/http.md"));

    [Fact]
    public async Task Every_command_works_in_the_order_of_the_page()
    {
        using var folder = new ScratchFolder("curl");
        await File.WriteAllTextAsync(Path.Combine(folder.Path, ".curlrc"), "fail-with-body\nsilent\nshow-error\n");
        var blocks = Commands().Matches(Document).Select(block => block.Groups["text"].Value).ToList();
        Assert.True(blocks.Count >= 7, "docs/http.md shows how to call");
        var script = string.Join('\n', blocks).Replace("http://localhost:8080", given.Url.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);

        var result = await CommandLineProcess.RunAsync(
            ["bash", "-euo", "pipefail", "-c", $"cd {folder.Path}\n{script}"], new Dictionary<string, string?> { ["CURL_HOME"] = folder.Path });

        Assert.True(result.ExitCode == 0, $"{result.Output}\n{result.Error}");
        Assert.Contains("event: done", result.Output, StringComparison.Ordinal);
        Assert.Contains("event: completed", result.Output, StringComparison.Ordinal);
        Assert.Contains("\"text\":\"What is my name?\"", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_reason_of_a_failure_is_in_the_table_with_its_status() => Assert.All(Enum.GetValues<FailureReason>(), reason =>
    {
        var fault = Faults.Of(new GenerationFailed { GenerationId = Guid.NewGuid(), Reason = reason, Message = "", Retryable = false, Attempts = 1, LastSequence = 0, Timings = new() });

        Assert.Contains($"| `{fault.Code}` | {fault.Status} |", Document, StringComparison.Ordinal);
    });

    [GeneratedRegex(@"^```sh\n(?<text>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Commands();
}
