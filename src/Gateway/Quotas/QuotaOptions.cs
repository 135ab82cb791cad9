namespace Millrace.Gateway.Quotas;

/// <summary>What a tenant may keep, section <c>Millrace:Gateway:Quotas</c>. Numbers are 0 to 1,000,000,000, bytes 0 to 1 PiB.</summary>
internal sealed class QuotaOptions : QuotaSetting
{
    /// <summary>Tenants for which something else holds. Default: none.</summary>
    public IList<TenantQuotas> Tenants { get; set; } = [];
}

/// <summary>What one tenant may keep.</summary>
internal sealed class TenantQuotas : QuotaSetting
{
    /// <summary>The tenant, exactly as its keys have it. Required.</summary>
    public string? Name { get; set; }
}

/// <summary>Quotas; what is not set is as for everybody.</summary>
internal abstract class QuotaSetting
{
    /// <summary>Uploaded contents. Default: 10,000.</summary>
    public long? Contents { get; set; }

    /// <summary>Bytes of all contents. Default: 10 GiB.</summary>
    public long? ContentBytes { get; set; }

    /// <summary>Uploaded files. Default: 1,000.</summary>
    public long? Files { get; set; }

    /// <summary>Bytes of all files. Default: 100 GiB.</summary>
    public long? FileBytes { get; set; }

    /// <summary>Sessions. Default: 1,000,000.</summary>
    public long? Sessions { get; set; }

    /// <summary>Bytes of the messages of all sessions, as JSON. Default: 100 GiB.</summary>
    public long? SessionBytes { get; set; }

    /// <summary>All of them, by name.</summary>
    internal IEnumerable<(string Name, long? Value)> All =>
    [
        (nameof(Contents), Contents), (nameof(ContentBytes), ContentBytes), (nameof(Files), Files), (nameof(FileBytes), FileBytes),
        (nameof(Sessions), Sessions), (nameof(SessionBytes), SessionBytes),
    ];
}
