using System.Globalization;
using Millrace.Contracts;
using Millrace.Providers.Kinds;
using Millrace.Providers.Options;
using Millrace.Providers.Registry;

namespace Millrace.Tests.Providers.Contract;

/// <summary>The simulated kind, whose script is the model's name.</summary>
internal sealed class SimulatedKindUnderTest(ProviderKind kind) : KindUnderTest(kind)
{
    private string script = "";

    public override string Model => $"default?first=0ms&interval=0ms&words=2{script}";

    public override string FirstWord => "Simulated";

    public override void Answers() => script = "";

    public override void Calls(string tool, string arguments) => script = $"&call={tool}&arguments={arguments}";

    public override void Refuses(FailureReason reason, TimeSpan? retryAfter)
    {
        script = $"&fail={reason}";
        if (retryAfter is { } wait) script += string.Create(CultureInfo.InvariantCulture, $"&retryAfter={wait.TotalSeconds}s");
    }

    public override void FailsInStream() => script = "&fail=ProviderError&failAfter=1";

    public override void EndsWithoutReason() => script = "&finish=none";

    public override void KeepsSilent() => Stalls();

    public override void Stalls() => script = "&stallAfter=0";

    public override void StallsAfterText() => script = "&stallAfter=1";

    public override Provider Provider(Action<ProviderOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new ProviderOptions();
        configure?.Invoke(options);
        return new("canary", Kind, options, time ?? TimeProvider.System);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
