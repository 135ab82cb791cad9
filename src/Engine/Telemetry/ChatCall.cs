using System.Diagnostics;
using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Providers.Failures;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Telemetry;

/// <summary>One provider call, watched: a span <c>chat {model}</c>, and its durations and tokens when it ends.</summary>
public sealed class ChatCall : IDisposable
{
    private const string Operation = "chat";
    private const string Cancelled = "cancelled";

    private readonly GenAiMetrics metrics;
    private readonly Provider provider;
    private readonly string model;
    private readonly TimeProvider time;
    private readonly long began;
    private readonly Activity? span;
    private TimeSpan? first;
    private TokenUsage? usage;
    private decimal? cost;
    private string? error;
    private bool wasMade = true;

    public ChatCall(GenAiMetrics metrics, CallOrigin origin, Provider provider, string model, TimeProvider time)
    {
        (this.metrics, this.provider, this.model, this.time) = (metrics, provider, ModelLabels.Bare(model), time);
        began = time.GetTimestamp();
        if (Traces.Source.HasListeners()) span = Start(origin);
    }

    /// <summary>Something of the answer is there.</summary>
    public void HasBegun() => first ??= time.GetElapsedTime(began);

    public void Completed(ChatFinishReason? finish, string answeredBy, TokenUsage? counted, decimal? dollars)
    {
        (usage, cost) = (counted, dollars);
        span?.SetTag(Names.Attributes.ResponseModel, ModelLabels.Bare(answeredBy))
            .SetTag(Names.Attributes.FinishReasons, new[] { finish?.Value ?? ChatFinishReason.Stop.Value });
    }

    public void Failed(Failure failure, TokenUsage? counted, decimal? dollars)
    {
        (usage, cost) = (counted, dollars);
        wasMade = !failure.CircuitOpen;
        error = failure.CircuitOpen ? "circuit_open" : failure.Reason.ToString();
    }

    /// <summary>It was left in the middle: somebody wanted it so, or the fault is ours.</summary>
    public void Interrupted(Exception fault, TokenUsage? counted, decimal? dollars)
    {
        (usage, cost) = (counted, dollars);
        error = fault is OperationCanceledException ? Cancelled : fault.GetType().Name;
    }

    public void Dispose()
    {
        if (span is not null) End(span);
        if (wasMade) Measure();
    }

    private Activity? Start(CallOrigin origin)
    {
        var started = Traces.Source.StartActivity($"{Names.Spans.Chat} {model}", ActivityKind.Client);
        if (started is not { IsAllDataRequested: true }) return started;
        return started.SetTag(Names.Attributes.Operation, Operation)
            .SetTag(Names.Attributes.ProviderKind, provider.Kind.Id)
            .SetTag(Names.Attributes.Provider, provider.Name)
            .SetTag(Names.Attributes.RequestModel, model)
            .SetTag(Names.Attributes.RequestStream, true)
            .SetTag(Names.Attributes.Conversation, origin.Session?.ToString())
            .SetTag(Names.Attributes.Generation, origin.Generation.ToString())
            .SetTag(Names.Attributes.Attempt, origin.Attempt)
            .SetTag(Names.Attributes.Step, origin.Step);
    }

    private void End(Activity ended)
    {
        ended.SetTag(Names.Attributes.TimeToFirstChunk, first?.TotalSeconds)
            .SetTag(Names.Attributes.InputTokens, usage?.Input)
            .SetTag(Names.Attributes.CachedTokens, usage?.Cached)
            .SetTag(Names.Attributes.OutputTokens, usage?.Output)
            .SetTag(Names.Attributes.ReasoningTokens, usage?.Reasoning);
        if (error == Cancelled) ended.SetTag(Names.Attributes.ErrorType, error); // somebody wanted it so: no error to be alarmed by
        else if (error is not null) ended.Fail(error);
        ended.Dispose();
    }

    private void Measure()
    {
        var elapsed = time.GetElapsedTime(began);
        var tags = new TagList
        {
            { Names.Attributes.Operation, Operation },
            { Names.Attributes.ProviderKind, provider.Kind.Id },
            { Names.Attributes.Provider, provider.Name },
            { Names.Attributes.RequestModel, metrics.Models.Of(model, hasAnswered: first is not null) },
        };
        if (first is { } at)
        {
            metrics.TimeToFirstChunk.Record(at.TotalSeconds, tags);
            if (error is null && usage?.Output is > 0 and var output) metrics.OutputRate.Record(output / Generating(elapsed, at).TotalSeconds, tags);
        }
        if (cost is { } paid) metrics.Cost.Add((double)paid, tags);
        Count(usage?.Input, "input", tags);
        Count(usage?.Output, "output", tags);
        if (error is not null) tags.Add(Names.Attributes.ErrorType, error);
        metrics.OperationDuration.Record(elapsed.TotalSeconds, tags);
    }

    private void Count(long? tokens, string type, TagList tags)
    {
        if (tokens is not { } counted) return;
        tags.Add(Names.Attributes.TokenType, type);
        metrics.TokenUsage.Record(counted, tags);
    }

    /// <summary>An answer that came in one piece took as long as the call.</summary>
    private static TimeSpan Generating(TimeSpan elapsed, TimeSpan first) => elapsed - first > TimeSpan.FromMilliseconds(1) ? elapsed - first : elapsed;
}
