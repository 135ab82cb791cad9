namespace Millrace.Engine.Limits;

/// <summary>What a call of a model usually takes.</summary>
public sealed record CallAverage(double Input, double Output, TimeSpan Duration);
