using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Providers.Adapters;
using Millrace.Providers.Failures;
using Millrace.Providers.Http;
using Millrace.Providers.Kinds;
using Millrace.Providers.Options;

namespace Millrace.Providers.Registry;

/// <summary>One configured provider: its connections, its SDK client and its circuit breaker, made once and used by all calls.</summary>
public sealed class Provider : IDisposable
{
    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(5);

    private readonly HttpClient http;

    public Provider(string name, ProviderKind kind, ProviderOptions options, TimeProvider time)
    {
        (Name, Kind, Options, Time) = (name, kind, options, time);
        http = ProviderHttp.Create(name, kind.Headers, options, time);
        Circuit = new(options.Circuit, time);
        Adapter = kind.CreateAdapter(options, http, time);
    }

    /// <summary>As configured, in lower case.</summary>
    public string Name { get; }

    public ProviderKind Kind { get; }

    public ProviderOptions Options { get; }

    public string? DefaultModel => Options.DefaultModel;

    /// <summary>The limit of an answer, in tokens, that its wire makes it send where a request sets none; null where it sends none then.</summary>
    public int? RequiredOutputLimit => Kind.RequiresOutputLimit ? Options.MaxOutputTokens : null;

    public ProviderCircuit Circuit { get; }

    internal IProviderAdapter Adapter { get; }

    internal TimeProvider Time { get; }

    /// <summary>Prepares one call; it is made when the result is enumerated.</summary>
    /// <exception cref="ProviderException">What can be refused without asking: no key, or an option that the provider cannot take.</exception>
    public ProviderStream Stream(
        GenerationOptions? options, string model, IReadOnlyList<ChatMessage> messages, ToolChoices tools, CancellationToken cancellation)
    {
        if (MissingKey is { } problem) throw new ProviderException(FailureReason.Authentication, problem);
        if (Kind.RequiresToolsOfHistory) tools = tools.OrThoseCalledIn(messages);
        var completed = OptionDefaults.Complete(options, Options.Options);
        return new(this, model, messages, tools.Apply(Adapter.Map(completed, model), completed, Adapter), cancellation);
    }

    /// <summary>Asks a cheap question. Never throws except for the caller's own cancellation; takes at most 5 seconds.</summary>
    public async Task<ProviderProbe> ProbeAsync(CancellationToken cancellation)
    {
        var started = Time.GetTimestamp();
        var problem = MissingKey;
        if (problem is null && Kind.ProbePath is { } path) problem = await AskAsync(path, cancellation);
        return new(Name, Time.GetElapsedTime(started), problem);
    }

    public void Dispose()
    {
        Adapter.Client.Dispose();
        http.Dispose();
    }

    /// <summary>What to say of a key that the official service certainly asks for; another server may need none.</summary>
    private string? MissingKey
    {
        get
        {
            var hasKey = Options.ApiKey is not null || ProviderHeaders.FindKeyHeader(Options, Kind.Headers) is not null;
            if (hasKey || Kind.KeyVariable is not { } variable || Options.Endpoint != Kind.OfficialEndpoint) return null;
            return $"Provider '{Name}' has no key: set {variable}, or {ProviderOptions.Section}:{Name}:ApiKeyFile.";
        }
    }

    private async Task<string?> AskAsync(string path, CancellationToken cancellation)
    {
        using var deadline = Deadline.After(ProbePatience, Time, cancellation);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            foreach (var (header, value) in Kind.Headers.Probe) request.Headers.Add(header, value);
            var call = new ProviderCall(Name, model: "", deadline.Token);
            ProviderCall.Current = call; // ends with this method
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            return call.Refusal?.Message;
        }
        catch (OperationCanceledException) when (deadline.HasPassed && !cancellation.IsCancellationRequested)
        {
            return $"Provider '{Name}' did not answer within {ProbePatience.TotalSeconds} s at {Options.Endpoint!.GetLeftPart(UriPartial.Path)}.";
        }
    }
}
