namespace Millrace.Tests.Servers;

/// <summary>A folder under the system's temporary one, gone after dispose.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public ScratchFolder(string purpose)
    {
        Path = Directory.CreateTempSubdirectory($"millrace-{purpose}-").FullName;
        // A server that may not run as root gets a folder of its own inside, so it must be able to enter this one.
        System.IO.File.SetUnixFileMode(Path, System.IO.File.GetUnixFileMode(Path)
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
    }

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
