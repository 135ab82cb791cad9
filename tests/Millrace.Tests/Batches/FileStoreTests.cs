using Millrace.Persistence.Files;
using Millrace.Persistence.Model;
using Millrace.Tests.Embedded;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Batches;

public sealed class FileStoreTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromDays(1);
    private readonly ScratchFolder folder = new("files");

    [Fact]
    public async Task A_file_whose_time_is_over_is_not_there_and_is_removed_with_its_pieces()
    {
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        await using var worker = await EmbeddedWorker.StartAsync(folder.File("m.db"), provider);
        var files = new BatchDesk(worker.Services).Files;
        var (kept, over) = (await AddAsync(files, Long), await AddAsync(files, -Long));

        Assert.Null(await files.FindAsync(BatchDesk.Tenant, over, CancellationToken.None));
        Assert.Equal((1, 0), (await files.ForgetAsync(Long, CancellationToken.None), await files.ForgetAsync(Long, CancellationToken.None)));
        Assert.Equal((2, 0), (await files.ReadAsync(kept, CancellationToken.None).CountAsync(), await files.ReadAsync(over, CancellationToken.None).CountAsync()));
    }

    [Fact]
    public async Task Of_an_upload_that_is_refused_at_its_end_nothing_stays()
    {
        await using var provider = await ScriptedProvider.StartAsync(Wire.OpenAI);
        await using var worker = await EmbeddedWorker.StartAsync(folder.File("m.db"), provider);
        var files = new BatchDesk(worker.Services).Files;
        var file = New();
        using var content = new MemoryStream(new byte[10]);

        await Assert.ThrowsAsync<InvalidOperationException>(() => files.AddAsync(file, content, _ => throw new InvalidOperationException("No."), quota: null, CancellationToken.None));

        Assert.Equal((null, 0), (await files.FindAsync(BatchDesk.Tenant, file.Id, CancellationToken.None), await files.ReadAsync(file.Id, CancellationToken.None).CountAsync()));
    }

    public void Dispose() => folder.Dispose();

    private static async Task<Guid> AddAsync(FileStore files, TimeSpan lifetime)
    {
        var file = New();
        using var content = new MemoryStream(new byte[FileStore.PartBytes + 1]);
        await files.AddAsync(file, content, lifetime, CancellationToken.None);
        return file.Id;
    }

    private static StoredFile New() => new() { Id = Guid.CreateVersion7(), Tenant = BatchDesk.Tenant, Name = "a.jsonl", Purpose = "batch", State = "" };
}
