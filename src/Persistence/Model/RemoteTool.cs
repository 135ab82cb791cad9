namespace Millrace.Persistence.Model;

/// <summary>A tool that another service has offered. The table is <c>tools</c>.</summary>
internal sealed class RemoteTool
{
    public required string Name { get; set; }

    /// <summary>A <see cref="Contracts.RegisterTool"/> as JSON.</summary>
    public required string Definition { get; set; }

    public DateTimeOffset RegisteredAt { get; set; }
}
