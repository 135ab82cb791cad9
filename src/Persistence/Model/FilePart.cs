namespace Millrace.Persistence.Model;

/// <summary>A piece of a file, at most 1 MiB.</summary>
internal sealed class FilePart
{
    public Guid FileId { get; set; }

    /// <summary>From 0, without gaps.</summary>
    public int Number { get; set; }

    public required byte[] Bytes { get; set; }
}
