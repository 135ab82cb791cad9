using System.Net;
using System.Text;
using System.Text.Json;
using Millrace.Tests.ScriptedProviders;

namespace Millrace.Tests.Gateway;

/// <summary>How tests call files and batches.</summary>
internal static class BatchCalls
{
    /// <summary>Uploads lines for batches; the file's id.</summary>
    public static async Task<string> UploadAsync(this HttpClient http, IEnumerable<string> lines)
    {
        using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" }, { Content(string.Join('\n', lines)), "file", "in.jsonl" } };
        return (await http.SendFormAsync(form, HttpStatusCode.OK)).Text("id");
    }

    public static ByteArrayContent Content(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>Posts a form to the files; the answer has to have the status.</summary>
    public static async Task<JsonElement> SendFormAsync(this HttpClient http, HttpContent form, HttpStatusCode expected)
    {
        using var answer = await http.PostAsync(new Uri("/v1/files", UriKind.Relative), form);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{answer.StatusCode} is not {expected}: {text}");
        return JsonElement.Parse(text);
    }

    /// <summary>Makes a batch of lines that say where they go themselves.</summary>
    public static async Task<JsonElement> BatchAsync(this HttpClient http, IEnumerable<string> lines, object? millrace = null) =>
        await http.PostAsync("/v1/batches", new { input_file_id = await http.UploadAsync(lines), completion_window = "24h", millrace });

    /// <summary>A batch when it has ended; its id as the native face has it.</summary>
    public static async Task<string> EndedBatchAsync(this HttpClient http, IEnumerable<string> lines)
    {
        var batch = await http.BatchAsync(lines);
        await http.EndAsync(batch.Text("id"));
        return NativeId(batch.Text("id"));
    }

    /// <summary>Waits for a batch's end.</summary>
    public static Task<JsonElement> EndAsync(this HttpClient http, string id) =>
        http.UntilAsync($"/v1/batches/{id}", batch => batch.Text("status") is "completed" or "failed" or "cancelled" or "expired");

    public static string NativeId(string id) => Guid.ParseExact(id["batch_".Length..], "N").ToString();

    /// <summary>The lines of a file or of results.</summary>
    public static async Task<List<JsonElement>> LinesAsync(this HttpClient http, string path)
    {
        var text = await http.GetStringAsync(new Uri(path, UriKind.Relative));
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }

    /// <summary>The provider says what it was asked, or refuses what begins with <c>bad</c>.</summary>
    public static void AnswerBatches(this ScriptedProvider provider) => provider.Respond(call => _ =
        Batches.BatchDesk.PromptOf(call) is var prompt && prompt.StartsWith("bad", StringComparison.Ordinal) ? call.Refuse(400) : call.Text($"said: {prompt}").Usage(3, 2).Stop());
}
