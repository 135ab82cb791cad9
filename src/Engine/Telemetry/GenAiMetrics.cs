using System.Diagnostics.Metrics;
using Millrace.Providers.Registry;

namespace Millrace.Engine.Telemetry;

/// <summary>The instruments of calls to models and tools. Boundaries of buckets are the semantic conventions', where they give any.</summary>
public sealed class GenAiMetrics
{
    private static readonly InstrumentAdvice<double> Seconds =
        new() { HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92] };

    private static readonly InstrumentAdvice<long> Tokens =
        new() { HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864] };

    private static readonly InstrumentAdvice<double> Rates =
        new() { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1000, 10000] };

    private readonly TimeProvider time;

    public GenAiMetrics(IMeterFactory meters, TimeProvider time)
    {
        this.time = time;
        var meter = meters.Create(Names.Scope);
        TokenUsage = meter.CreateHistogram(Names.Metrics.TokenUsage, "{token}", "Number of input and output tokens used.", tags: null, Tokens);
        OperationDuration = meter.CreateHistogram(Names.Metrics.OperationDuration, "s", "GenAI operation duration.", tags: null, Seconds);
        TimeToFirstChunk = meter.CreateHistogram(Names.Metrics.TimeToFirstChunk, "s", "Time to receive the first chunk of the answer.", tags: null, Seconds);
        ToolDuration = meter.CreateHistogram(Names.Metrics.ToolDuration, "s", "The duration of a single tool execution.", tags: null, Seconds);
        OutputRate = meter.CreateHistogram(Names.Metrics.OutputRate, "{token}/s", "Output tokens a second, from the first chunk of an answer to its end.", tags: null, Rates);
        Cost = meter.CreateCounter<double>(Names.Metrics.Cost, "{USD}", "What provider calls cost, where the price of the model is known.");
    }

    public Histogram<long> TokenUsage { get; }

    public Histogram<double> OperationDuration { get; }

    public Histogram<double> TimeToFirstChunk { get; }

    public Histogram<double> ToolDuration { get; }

    public Histogram<double> OutputRate { get; }

    public Counter<double> Cost { get; }

    public ModelLabels Models { get; } = new();

    /// <summary>A provider call begins; dispose it when it has ended.</summary>
    public ChatCall Begin(CallOrigin origin, Provider provider, string model) => new(this, origin, provider, model, time);

    /// <summary>A call of a tool of this worker begins; dispose it when it has ended.</summary>
    /// <param name="tool">The tool's name.</param>
    /// <param name="callId">The model's id of the call.</param>
    /// <param name="attempt">How often the call was begun, this time included.</param>
    public ToolExecution BeginTool(string tool, string callId, int attempt) => new(this, tool, callId, attempt, time);
}
