using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Millrace.Dialects.Errors;
using Millrace.Gateway.Operations;
using Millrace.Gateway.Settings;

namespace Millrace.Gateway.Access;

/// <summary>
/// The calls of a key that last: those that wait for an answer, hold a stream open, or carry much. So many at a time and no more at one gateway, so that one
/// key does not take all connections and all memory. A short look, a cancel and a removal are never refused for it.
/// </summary>
internal sealed class OpenCalls(IOptions<GatewayOptions> options)
{
    private const string Setting = $"{GatewayOptions.Section}:{nameof(GatewayOptions.MaxOpenCallsPerKey)}";

    private readonly Lock guard = new();
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);

    /// <summary>Counts a call until it is disposed; null for one that does not last.</summary>
    /// <exception cref="FaultException">Its key has as many as it may.</exception>
    public IDisposable? Enter(HttpContext http, Caller caller)
    {
        if (!Lasting.Is(http)) return null;
        var (who, most) = (caller.KeyId?.ToString() ?? caller.Tenant, options.Value.MaxOpenCallsPerKey);
        lock (guard)
        {
            var open = counts.GetValueOrDefault(who);
            if (open >= most) throw Full(caller, open, most);
            counts[who] = open + 1;
        }
        return new Place(this, who);
    }

    private void Leave(string who)
    {
        lock (guard)
        {
            if (counts[who] == 1) counts.Remove(who);
            else counts[who]--;
        }
    }

    private static FaultException Full(Caller caller, int open, int most) => new(new(429, "too_many_open_calls",
        $"{(caller.KeyId is null ? "There are" : "The API key has")} {open} calls open at this gateway that wait, stream or carry a file, and {most} are allowed ({Setting}). Let one end, or try again.")
    { RetryAfter = TimeSpan.FromSeconds(1) });

    private sealed class Place(OpenCalls calls, string who) : IDisposable
    {
        private bool left;

        public void Dispose()
        {
            if (!left) calls.Leave(who);
            left = true;
        }
    }
}
