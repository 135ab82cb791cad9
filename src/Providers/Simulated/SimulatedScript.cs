using System.Globalization;
using Millrace.Contracts;
using Millrace.Providers.Failures;
using Millrace.Providers.Streaming;

namespace Millrace.Providers.Simulated;

/// <summary>
/// How the simulated provider behaves, written into the model's name: <c>default?first=100ms&amp;interval=20ms&amp;words=200</c>.
/// Times are numbers with <c>ms</c>, <c>s</c> or <c>m</c>.
/// <list type="table">
/// <item><term>first</term><description>Delay before the first chunk. Default: 50ms.</description></item>
/// <item><term>interval</term><description>Delay between two chunks. Default: 5ms; 0ms sends as fast as possible.</description></item>
/// <item><term>words</term><description>Length of the text in words, 1 to 1000000. Default: 48. A word counts as a token.</description></item>
/// <item><term>chunks</term><description>How many chunks the text comes in, 1 to the number of words. Default: one per word.</description></item>
/// <item><term>fail</term><description>A <see cref="FailureReason"/> to fail with. Default: none.</description></item>
/// <item><term>failAfter</term><description>Chunks to send before failing. Default: 0.</description></item>
/// <item><term>failTimes</term><description>How often the same messages fail before they succeed. Default: always.</description></item>
/// <item><term>retryAfter</term><description>The wait that the failure asks for. Default: none.</description></item>
/// <item><term>stallAfter</term><description>Chunks to send before nothing more comes. Default: never.</description></item>
/// <item><term>finish</term><description>stop, length, contentFilter, or none for a stream that just ends. Default: stop.</description></item>
/// <item><term>call</term><description>A tool to call, when it is offered and the last message is not a tool's result; several with commas, or again.
/// Default: none.</description></item>
/// <item><term>arguments</term><description>The calls' arguments, a JSON object in which <c>%</c> and <c>&amp;</c> are written <c>%25</c> and <c>%26</c>;
/// given again, those of the next call. Default: the least that the tool's schema requires.</description></item>
/// </list>
/// </summary>
internal sealed record SimulatedScript
{
    private const int LongestText = 1_000_000;

    private static readonly TimeSpan LongestTime = TimeSpan.FromHours(1);

    private static readonly string[] Settings =
    [
        "first", "interval", "words", "chunks", "fail", "failAfter", "failTimes", "retryAfter", "stallAfter", "finish", "call", "arguments",
    ];

    private static readonly string[] Finishes = ["stop", "length", "contentFilter", "none"];

    public TimeSpan First { get; private init; } = TimeSpan.FromMilliseconds(50);

    public TimeSpan Interval { get; private init; } = TimeSpan.FromMilliseconds(5);

    public int Words { get; private init; } = 48;

    public int? Chunks { get; private init; }

    public FailureReason? Fail { get; private init; }

    public int FailAfter { get; private init; }

    public int FailTimes { get; private init; } = int.MaxValue;

    public TimeSpan? RetryAfter { get; private init; }

    public int StallAfter { get; private init; } = int.MaxValue;

    public string Finish { get; private init; } = "stop";

    public IReadOnlyList<string> Calls { get; private init; } = [];

    /// <summary>JSON objects: of the first call, the second …; the last one is that of all further calls.</summary>
    public IReadOnlyList<string> Arguments { get; private init; } = [];

    /// <summary>Reads what follows the question mark; what stands before it is free.</summary>
    /// <exception cref="ProviderException">InvalidRequest, naming the setting and the choices.</exception>
    public static SimulatedScript Parse(string model)
    {
        var script = new SimulatedScript();
        if (model.IndexOf('?') is not (>= 0 and var mark)) return script;
        foreach (var setting in model[(mark + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = setting.Split('=', 2);
            script = script.With(parts[0], parts.Length == 2 ? parts[1] : "");
        }
        return script;
    }

    private SimulatedScript With(string name, string value) => name switch
    {
        "first" => this with { First = Time(name, value) },
        "interval" => this with { Interval = Time(name, value) },
        "words" => this with { Words = Count(name, value, 1) },
        "chunks" => this with { Chunks = Count(name, value, 1) },
        "fail" => this with { Fail = Reason(name, value) },
        "failAfter" => this with { FailAfter = Count(name, value, 0) },
        "failTimes" => this with { FailTimes = Count(name, value, 0) },
        "retryAfter" => this with { RetryAfter = Time(name, value) },
        "stallAfter" => this with { StallAfter = Count(name, value, 0) },
        "finish" => this with { Finish = OneOf(Finishes, name, value) },
        "call" => this with { Calls = [.. Calls, .. Names(value)] },
        "arguments" => this with { Arguments = [.. Arguments, Object(name, Uri.UnescapeDataString(value))] },
        _ => throw new ProviderException(FailureReason.InvalidRequest,
            $"The simulated provider has no setting '{name}'. Settings: {string.Join(", ", Settings)}."),
    };

    private static string[] Names(string value) => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string OneOf(string[] choices, string name, string value) =>
        choices.Contains(value) ? value : throw Wrong(name, value, $"it is one of {string.Join(", ", choices)}");

    private static string Object(string name, string value)
    {
        var members = value.Length > 0 ? CallArguments.Read(value) : null;
        var isObject = members is not null && !members.ContainsKey(CallArguments.NotAnObject);
        return isObject ? value : throw Wrong(name, value, "it is a JSON object");
    }

    private static FailureReason Reason(string name, string value)
    {
        var isKnown = Enum.TryParse<FailureReason>(value, ignoreCase: true, out var reason) && Enum.IsDefined(reason);
        var isName = isKnown && !char.IsAsciiDigit(value[0]); // a number would be parsed, too
        return isName ? reason : throw Wrong(name, value, $"it is one of {string.Join(", ", Enum.GetNames<FailureReason>())}");
    }

    private static int Count(string name, string value, int least)
    {
        var isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count);
        var isCount = isNumber && count >= least && count <= LongestText;
        return isCount ? count : throw Wrong(name, value, $"it is a whole number, {least} to {LongestText}");
    }

    private static TimeSpan Time(string name, string value)
    {
        var (unit, milliseconds) = UnitOf(value);
        var digits = value.AsSpan(0, value.Length - unit.Length);
        var isNumber = double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        var isTime = unit.Length > 0 && isNumber && number * milliseconds <= LongestTime.TotalMilliseconds;
        return isTime
            ? TimeSpan.FromMilliseconds(number * milliseconds)
            : throw Wrong(name, value, "it is a time up to an hour, such as 100ms, 2s or 1m");
    }

    /// <summary>The unit at the end of a time, and how many milliseconds it has. Empty where there is none.</summary>
    private static (string Unit, int Milliseconds) UnitOf(string value)
    {
        if (value.EndsWith("ms", StringComparison.Ordinal)) return ("ms", 1);
        if (value.EndsWith('s')) return ("s", 1_000);
        return value.EndsWith('m') ? ("m", 60_000) : ("", 0);
    }

    private static ProviderException Wrong(string name, string value, string rule) =>
        new(FailureReason.InvalidRequest, $"The simulated provider's setting '{name}' is '{value}': {rule}.");
}
