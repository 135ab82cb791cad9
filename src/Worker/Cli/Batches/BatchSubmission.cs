using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Millrace.Persistence.Batches;
using Millrace.Persistence.Model;

namespace Millrace.Worker.Cli.Batches;

/// <summary>
/// Makes a batch of a file, or finds the one that was made of the same file with the same options before: it has the same id, so running a command again goes on
/// where it was.
/// </summary>
internal sealed class BatchSubmission(BatchHost host, BatchSettings settings, BatchInput input)
{
    private static readonly Guid Space = new("1f6e1f52-6f2c-4c1b-9a49-0f0e6a1c9d37");

    /// <summary>How long a file is kept that a batch was made of.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public async Task<(Batch Batch, bool IsNew)> SubmitAsync(CancellationToken cancellation)
    {
        var id = settings.Anew ? Guid.CreateVersion7(host.Time.GetUtcNow()) : await IdAsync(cancellation);
        while (await host.Batches.FindAsync(settings.Tenant, id, cancellation) is { } known)
        {
            if (known.State != BatchState.Failed) return (known, false);
            id = NamedId.Of(id, "again"); // the same file was refused: the fleet may be set up otherwise now
        }
        var file = new StoredFile { Id = Guid.CreateVersion7(host.Time.GetUtcNow()), Tenant = settings.Tenant, Name = settings.File.Name, Purpose = "batch", State = "" };
        await StoreAsync(file, cancellation);
        var batch = new NewBatch(id, settings.Tenant, file.Id) { Defaults = settings.Defaults, Weight = settings.Weight, Window = settings.Window, Budget = settings.Budget };
        return (await host.Batches.AddAsync(batch, cancellation), true);
    }

    /// <summary>What makes two runs the same one: the bytes of the file, and what becomes of them. Not the share, the time or the money.</summary>
    private async Task<Guid> IdAsync(CancellationToken cancellation)
    {
        await using var content = settings.File.OpenRead();
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellation));
        var id = NamedId.Of(Space, JsonSerializer.Serialize(new { settings.Tenant, digest, input.IsCsv, settings.Template, settings.Defaults }));
        return settings.Encoding is { } encoding ? NamedId.Of(id, TextEncodings.Find(encoding).WebName) : id; // without one the id is what it was before there were any
    }

    private async Task StoreAsync(StoredFile file, CancellationToken cancellation)
    {
        if (input.IsReady)
        {
            await using var content = settings.File.OpenRead();
            await host.Files.AddAsync(file, content, Kept, cancellation);
            return;
        }
        var pipe = new Pipe();
        var writing = WriteAsync(pipe.Writer, cancellation);
        await host.Files.AddAsync(file, pipe.Reader.AsStream(), Kept, cancellation);
        await writing;
    }

    private async Task WriteAsync(PipeWriter writer, CancellationToken cancellation)
    {
        Exception? fault = null;
        try
        {
            foreach (var line in input.Lines()) await writer.WriteAsync(Encoding.UTF8.GetBytes(line + '\n'), cancellation);
        }
        catch (Exception broken) // the reader gets it, and stores nothing
        {
            fault = broken;
        }
        await writer.CompleteAsync(fault);
    }
}
