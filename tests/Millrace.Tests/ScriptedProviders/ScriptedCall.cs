using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Millrace.Tests.ScriptedProviders;

/// <summary>
/// One call as the provider saw it, and what it answers: <c>call.Text("Hel", "lo").Usage(3, 2).Stop()</c>. The steps run in the
/// order they are written; one that ends without <see cref="Stop"/> or <see cref="Finish"/> is a clean end without a finish reason.
/// </summary>
public sealed class ScriptedCall
{
    private readonly IWireFormat format;
    private readonly HttpContext http;
    private readonly List<Func<Task>> steps = [];
    private readonly TaskCompletionSource<DateTimeOffset> aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ScriptedUsage usage = new(null, null);
    private int splitAt = int.MaxValue;
    private bool begun;

    internal ScriptedCall(int number, IWireFormat format, HttpContext http, string body, TimeProvider time)
    {
        (Number, this.format, this.http, RawBody) = (number, format, http, body);
        Body = JsonDocument.Parse(body).RootElement;
        Headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Path = http.Request.Path;
        Connection = http.Connection.Id;
        http.RequestAborted.Register(() => aborted.TrySetResult(time.GetUtcNow()));
    }

    /// <summary>1 for the first call to this server.</summary>
    public int Number { get; }

    public string Path { get; }

    /// <summary>Which connection it came on.</summary>
    public string Connection { get; }

    public IReadOnlyDictionary<string, string> Headers { get; }

    public JsonElement Body { get; }

    public string RawBody { get; }

    /// <summary>When the client closed the connection before the answer was through.</summary>
    public Task<DateTimeOffset> Aborted => aborted.Task;

    public ScriptedCall Text(params string[] pieces) => Steps(pieces, format.Text);

    /// <summary>Pieces that may begin or end in the middle of a surrogate pair, as servers write them that cut text by UTF-16 units.</summary>
    public ScriptedCall TextInHalves(params string[] pieces) => Steps(pieces, piece => HalfCut.Frame(piece, format.Text));

    /// <summary>The same of reasoning.</summary>
    public ScriptedCall ReasoningInHalves(params string[] pieces) => Steps(pieces, piece => HalfCut.Frame(piece, format.Reasoning));

    /// <summary>A tool call whose arguments, JSON text, come in fragments of so many UTF-16 units.</summary>
    public ScriptedCall ToolCallInHalves(string name, string arguments, int fragment) =>
        Step(() => WriteAsync(() => HalfCut.Frame(arguments, text => format.ToolCalls([new(name, text)], fragment))));

    public ScriptedCall Reasoning(params string[] pieces) => Steps(pieces, format.Reasoning);

    public ScriptedCall ToolCall(string name, string arguments, string id = "call_1") => Step(() => WriteAsync(() => format.ToolCall(id, name, arguments, whole: true)));

    /// <summary>Several calls, their arguments in fragments of so many characters, by turns where the wire can.</summary>
    public ScriptedCall ToolCalls(int fragment, params ScriptedTool[] calls) => Step(() => WriteAsync(() => format.ToolCalls(calls, fragment)));

    /// <summary>Reasoning with the proof that Anthropic wants to see again.</summary>
    public ScriptedCall Thinking(string text, string signature) => Step(() => WriteAsync(() => ((AnthropicFormat)format).Thinking(text, signature)));

    public ScriptedCall RedactedThinking(string data) => Step(() => WriteAsync(() => ((AnthropicFormat)format).RedactedThinking(data)));

    /// <summary>A tool call that breaks off in the middle of its arguments.</summary>
    public ScriptedCall HalfToolCall(string name, string arguments, string id = "call_1") => Step(() => WriteAsync(() => format.ToolCall(id, name, arguments, whole: false)));

    /// <summary>What the stream will report; write it before <see cref="Stop"/>.</summary>
    public ScriptedCall Usage(int input, int output)
    {
        usage = new(input, output);
        return this;
    }

    public ScriptedCall Stop() => Finish("stop");

    /// <summary>Ends completely, with a reason in OpenAI's words: stop, length, tool_calls or content_filter.</summary>
    public ScriptedCall Finish(string reason) => Step(() =>
    {
        Ending();
        return WriteAsync(() => format.Finish(reason, usage));
    });

    /// <summary>An error event in the middle of the stream.</summary>
    public ScriptedCall Error(string code = "server_error") => Step(() => WriteAsync(() => format.Error(code)));

    /// <summary>Exactly these characters, in this wire's content type.</summary>
    public ScriptedCall Raw(string text) => Step(() => WriteAsync(() => text, raw: true));

    /// <summary>Exactly these bytes, which may end in the middle of a character.</summary>
    public ScriptedCall RawBytes(byte[] bytes) => Step(async () =>
    {
        http.Response.ContentType ??= format.ContentType;
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    });

    /// <summary>From here on each write is cut into pieces of this many bytes, each sent on its own.</summary>
    public ScriptedCall InPiecesOf(int bytes) => Step(() => Task.FromResult(splitAt = bytes));

    public ScriptedCall HoldUntil(Task gate) => Step(() => gate.WaitAsync(http.RequestAborted));

    public ScriptedCall Wait(TimeSpan pause) => Step(() => Task.Delay(pause, http.RequestAborted));

    /// <summary>Sends the headers and the opening frames, so that the client knows that it was heard.</summary>
    public ScriptedCall Open() => Step(() => WriteAsync(() => ""));

    /// <summary>Nothing more comes, and the connection stays open until the client closes it.</summary>
    public ScriptedCall Stall() => Step(() => Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted));

    /// <summary>Breaks the connection.</summary>
    public ScriptedCall Cut() => Step(() =>
    {
        http.Abort();
        return Task.CompletedTask;
    });

    /// <summary>Refuses with a status, an error body of this wire and any headers.</summary>
    public ScriptedCall Refuse(int status, string code = "some_error", string message = "no", params (string Name, string Value)[] headers) => Step(async () =>
    {
        Ending();
        http.Response.StatusCode = status;
        foreach (var (name, value) in headers) http.Response.Headers[name] = value;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(format.Refusal(code, message), http.RequestAborted);
    });

    /// <summary>Refuses with exactly this body.</summary>
    public ScriptedCall RefuseWith(int status, string json) => Step(async () =>
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(json, http.RequestAborted);
    });

    /// <summary>A header of the answer; write it before anything that sends.</summary>
    public ScriptedCall Header(string name, string value)
    {
        http.Response.Headers[name] = value;
        return this;
    }

    /// <summary>What is done before the client can know that the call is over.</summary>
    internal Action Ending { get; set; } = () => { };

    internal async Task RunAsync()
    {
        foreach (var step in steps) await step();
    }

    private ScriptedCall Steps(string[] pieces, Func<string, string> frame)
    {
        foreach (var piece in pieces) Step(() => WriteAsync(() => frame(piece)));
        return this;
    }

    private ScriptedCall Step(Func<Task> step)
    {
        steps.Add(step);
        return this;
    }

    private async Task WriteAsync(Func<string> frames, bool raw = false)
    {
        http.Response.ContentType ??= format.ContentType;
        var text = begun || raw ? frames() : format.Begin(usage) + frames();
        begun |= !raw;
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var at = 0; at < bytes.Length; at += Math.Min(splitAt, bytes.Length - at))
        {
            await http.Response.Body.WriteAsync(bytes.AsMemory(at, Math.Min(splitAt, bytes.Length - at)), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
        if (bytes.Length == 0) await http.Response.StartAsync(http.RequestAborted);
    }
}
