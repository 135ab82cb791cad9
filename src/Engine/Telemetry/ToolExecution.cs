using System.Diagnostics;

namespace Millrace.Engine.Telemetry;

/// <summary>One call of a tool of this worker, watched: a span <c>execute_tool {name}</c>, and its duration when it ends.</summary>
public sealed class ToolExecution : IDisposable
{
    private readonly GenAiMetrics metrics;
    private readonly TimeProvider time;
    private readonly string tool;
    private readonly long began;
    private readonly Activity? span;
    private string? error;

    public ToolExecution(GenAiMetrics metrics, string tool, string callId, int attempt, TimeProvider time)
    {
        (this.metrics, this.tool, this.time) = (metrics, tool, time);
        began = time.GetTimestamp();
        if (!Traces.Source.HasListeners()) return;
        span = Traces.Source.StartActivity($"{Names.Spans.ExecuteTool} {tool}")?
            .SetTag(Names.Attributes.Operation, Names.Spans.ExecuteTool)
            .SetTag(Names.Attributes.Tool, tool)
            .SetTag(Names.Attributes.ToolType, "function")
            .SetTag(Names.Attributes.ToolCall, callId)
            .SetTag(Names.Attributes.Attempt, attempt);
    }

    /// <param name="errorType">The kind of error, nothing of its text.</param>
    public void Failed(string errorType) => error = errorType;

    public void Dispose()
    {
        var tags = new TagList { { Names.Attributes.Tool, tool } };
        if (error is not null)
        {
            span?.Fail(error);
            tags.Add(Names.Attributes.ErrorType, error);
        }
        span?.Dispose();
        metrics.ToolDuration.Record(time.GetElapsedTime(began).TotalSeconds, tags);
    }
}
