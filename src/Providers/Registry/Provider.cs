using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Providers.Adapters;
using Millrace.Providers.Anthropic;
using Millrace.Providers.Failures;
using Millrace.Providers.Http;
using Millrace.Providers.Models;
using Millrace.Providers.Ollama;
using Millrace.Providers.OpenAI;
using Millrace.Providers.Options;
using Millrace.Providers.Simulated;

namespace Millrace.Providers.Registry;

/// <summary>One configured provider: its connections, its SDK client and its circuit breaker, made once and used by all calls.</summary>
public sealed class Provider : IDisposable
{
    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(5);

    private readonly HttpClient? http;

    public Provider(string name, ProviderOptions options, TimeProvider time)
    {
        (Name, Options, Time) = (name, options, time);
        http = options.Kind is ProviderKind.Simulated ? null : ProviderHttp.Create(name, options, time);
        Circuit = new(options.Circuit, time);
        Adapter = Kind switch
        {
            ProviderKind.Anthropic => new AnthropicAdapter(options, http!),
            ProviderKind.Ollama => new OllamaAdapter(options, http!),
            ProviderKind.Simulated => new SimulatedAdapter(options, time),
            _ => new OpenAIAdapter(options, http!),
        };
    }

    /// <summary>As configured, in lower case.</summary>
    public string Name { get; }

    public ProviderKind Kind => Options.Kind!.Value;

    public ProviderOptions Options { get; }

    public string? DefaultModel => Options.DefaultModel;

    public ProviderCircuit Circuit { get; }

    internal IProviderAdapter Adapter { get; }

    internal TimeProvider Time { get; }

    /// <summary>Prepares one call; it is made when the result is enumerated.</summary>
    /// <exception cref="ProviderException">What can be refused without asking: no key, or an option that the provider cannot take.</exception>
    public ProviderStream Stream(
        GenerationOptions? options, string model, IReadOnlyList<ChatMessage> messages, ToolChoices tools, CancellationToken cancellation)
    {
        if (MissingKey is { } problem) throw new ProviderException(FailureReason.Authentication, problem);
        if (Kind is ProviderKind.Anthropic) tools = tools.OrThoseCalledIn(messages);
        var completed = OptionDefaults.Complete(options, Options.Options);
        return new(this, model, messages, tools.Apply(Adapter.Map(completed, model), completed, Adapter), cancellation);
    }

    /// <summary>Asks a cheap question. Never throws except for the caller's own cancellation; takes at most 5 seconds.</summary>
    public async Task<ProviderProbe> ProbeAsync(CancellationToken cancellation)
    {
        var started = Time.GetTimestamp();
        var problem = MissingKey;
        if (problem is null && Adapter.ProbePath is { } path) problem = await AskAsync(path, cancellation);
        return new(Name, Time.GetElapsedTime(started), problem);
    }

    public void Dispose()
    {
        Adapter.Client.Dispose();
        http?.Dispose();
    }

    private string? MissingKey =>
        Options.ApiKey is null && !ProviderHeaders.BringKey(Options) && ProviderDefaults.KeyVariable(Kind) is { } variable && Options.Endpoint == ProviderDefaults.OfficialEndpoint(Kind)
            ? $"Provider '{Name}' has no key: set {variable}, or {ProviderDefaults.Section}:{Name}:ApiKeyFile."
            : null;

    private async Task<string?> AskAsync(string path, CancellationToken cancellation)
    {
        using var deadline = Deadline.After(ProbePatience, Time, cancellation);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (Kind is ProviderKind.Anthropic) request.Headers.Add("anthropic-version", "2023-06-01");
            var call = new ProviderCall(Name, model: "", deadline.Token);
            ProviderCall.Current = call; // ends with this method
            using var answer = await http!.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            return call.Refusal?.Message;
        }
        catch (OperationCanceledException) when (deadline.HasPassed && !cancellation.IsCancellationRequested)
        {
            return $"Provider '{Name}' did not answer within {ProbePatience.TotalSeconds} s at {Options.Endpoint!.GetLeftPart(UriPartial.Path)}.";
        }
    }
}
