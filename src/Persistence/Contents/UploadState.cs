namespace Millrace.Persistence.Contents;

/// <summary>How far an upload has come.</summary>
public enum UploadState
{
    /// <summary>Pieces are missing.</summary>
    Partial,

    /// <summary>All bytes are stored, and can be read.</summary>
    Stored,

    /// <summary>The pieces are not the bytes of the digest; they are removed.</summary>
    Damaged,
}
