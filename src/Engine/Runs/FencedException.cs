namespace Millrace.Engine.Runs;

/// <summary>A fenced write found that another worker owns the generation.</summary>
internal sealed class FencedException() : Exception("Another worker owns this generation.");
