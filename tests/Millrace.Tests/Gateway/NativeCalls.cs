using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Gateway;

/// <summary>How tests call the native face.</summary>
internal static class NativeCalls
{
    /// <summary>Posts JSON under an idempotency key; the answer has to have the status.</summary>
    public static async Task<JsonElement> PostAsync(this HttpClient http, string path, object body, string key, HttpStatusCode expected)
    {
        using var request = GatewayCalls.Post(path, body);
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await http.SendAsync(request);
        return await ReadAsync(answer, expected);
    }

    public static async Task<JsonElement> DeleteAsync(this HttpClient http, string path, HttpStatusCode expected)
    {
        using var answer = await http.DeleteAsync(new Uri(path, UriKind.Relative));
        return await ReadAsync(answer, expected);
    }

    /// <summary>The detail of a problem.</summary>
    public static string Detail(this JsonElement problem) => problem.Text("detail");

    /// <summary>Makes a generation and returns its id.</summary>
    public static async Task<string> CreateAsync(this HttpClient http, object body) =>
        (await http.PostAsync("/api/generations", body, HttpStatusCode.Accepted)).Text("generationId");

    /// <summary>The generation when it has ended.</summary>
    public static async Task<JsonElement> EndedAsync(this HttpClient http, string id)
    {
        var run = await http.GetAsync($"/api/generations/{id}?wait=60", HttpStatusCode.OK);
        Assert.Contains(run.Text("state"), new[] { "completed", "failed", "cancelled" });
        return run;
    }

    /// <summary>A whole event stream, as its bytes say it.</summary>
    public static async Task<string> StreamAsync(this HttpClient http, string id, long? after = null)
    {
        using var request = GatewayCalls.Get($"/api/generations/{id}/events");
        if (after is { } last) request.Headers.Add("Last-Event-ID", $"{last}");
        using var answer = await http.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Looks until what it looks for is there.</summary>
    public static Task<JsonElement> UntilAsync(
        this HttpClient http, string path, Func<JsonElement, bool> holds, [CallerArgumentExpression(nameof(holds))] string what = "") =>
        Until.FitsAsync(() => http.GetAsync(path, HttpStatusCode.OK), holds, $"{path}: {what}");

    public static IEnumerable<JsonElement> Data(this JsonElement page) => page.GetProperty("data").EnumerateArray();

    /// <summary>The sequences of the chunks in a stream.</summary>
    public static IEnumerable<long> Sequences(this IEnumerable<SseItem<string>> events) =>
        events.Where(told => told.EventType == "chunk").Select(told => JsonElement.Parse(told.Data).GetProperty("sequence").GetInt64());

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{answer.StatusCode} is not {expected}: {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }
}
