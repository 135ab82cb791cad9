namespace Millrace.Client.Http;

/// <summary>For calls whose answer is its status.</summary>
internal sealed class NoAnswer;
