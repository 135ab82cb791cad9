namespace Millrace.Worker.Limits;

/// <summary>What a call of a model usually takes.</summary>
internal sealed record CallAverage(double Input, double Output, TimeSpan Duration);
