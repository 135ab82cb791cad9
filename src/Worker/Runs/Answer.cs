using Millrace.Contracts;

namespace Millrace.Worker.Runs;

/// <summary>How a provider call that succeeded ended. Its text is the run's.</summary>
internal sealed record Answer(FinishReason FinishReason, string Model, IReadOnlyList<string> IgnoredOptions);
