namespace Millrace.Persistence.Model;

/// <summary>The states of a file, as they stand in the table.</summary>
public static class FileState
{
    /// <summary>Its parts are coming in.</summary>
    public const string Uploading = "uploading";

    /// <summary>It is whole.</summary>
    public const string Ready = "ready";

    /// <summary>A batch's output that its owner has deleted.</summary>
    public const string Hidden = "hidden";
}
