namespace Millrace.Persistence.Model;

/// <summary>An account that must not be called for a while, by anybody: its provider has said so.</summary>
internal sealed class AccountStop
{
    /// <summary>A provider, or one of its models.</summary>
    public required string Account { get; set; }

    /// <summary>Microseconds of the database's clock since 1970.</summary>
    public long Until { get; set; }
}
