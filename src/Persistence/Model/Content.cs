namespace Millrace.Persistence.Model;

/// <summary>Bytes that requests and messages refer to. They never change.</summary>
internal sealed class Content
{
    public Guid Id { get; set; }
    public required string Tenant { get; set; }
    public required string MediaType { get; set; }
    public string? Name { get; set; }
    public required byte[] Bytes { get; set; }
    public required byte[] Sha256 { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>
    /// When they were last told to a model or asked for by a request, to the hour; they go some time after that.
    /// </summary>
    public DateTimeOffset UsedAt { get; set; }
}
