namespace Millrace.Gateway.Settings;

/// <summary>Quotas; what is not set is as for everybody.</summary>
public abstract class QuotaSetting
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
