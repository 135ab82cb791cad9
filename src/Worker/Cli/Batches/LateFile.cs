using System.Text;

namespace Millrace.Worker.Cli.Batches;

/// <summary>A file that is there when something is in it. One of an earlier run goes.</summary>
internal sealed class LateFile : TextWriter
{
    private readonly string path;
    private StreamWriter? file;

    public LateFile(string path)
    {
        this.path = path;
        File.Delete(path);
    }

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Open().Write(value);

    public override Task WriteAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default) => Open().WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => file?.FlushAsync(cancellationToken) ?? Task.CompletedTask;

    protected override void Dispose(bool disposing)
    {
        if (disposing) file?.Dispose();
        base.Dispose(disposing);
    }

    public override async ValueTask DisposeAsync()
    {
        if (file is not null) await file.DisposeAsync();
        await base.DisposeAsync();
    }

    private StreamWriter Open() => file ??= File.CreateText(path);
}
